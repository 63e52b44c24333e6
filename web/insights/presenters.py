"""What the templates about a class are handed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import abort, request, url_for
from sqlalchemy.orm import Session

from records.courses.members import CourseRef, Member
from records.courses.models import Assignment
from records.database.engine import clock
from records.insights.classes import (
    ClassResults,
    Overview,
    SharedComment,
    class_results,
    shared_comments,
    students_by_mistake,
    submitters_of,
)
from records.insights.figures import TestFigures
from records.insights.groups import Group
from records.people.models import Person
from records.queue.jobs import Job
from records.submissions.models import Submission
from records.submissions.overview import submission_with_files
from web.insights.forms import version_argument, version_asked
from web.security.permissions import assignment_at, current_member
from web.ui.breadcrumbs import Breadcrumb, breadcrumbs_to


@dataclass(frozen=True)
class InsightsPage:
    """The results of a class: what to explain next, how the points are spread, and the figures of each test.

    Attributes:
        explained: the groups to explain first.
        met: number of students who ever had a known wrong answer, by its name.
        min_students: number of students from which on tests are judged.
    """

    course: CourseRef
    assignment: Assignment
    results: ClassResults
    overview: Overview
    groups: Sequence[Group]
    explained: Sequence[Group]
    met: Mapping[str, int]
    tests: Sequence[TestFigures]
    which: Literal["active", "latest"]
    hardest: bool
    min_students: int
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class GroupsPage:
    """The ways in which a class fails, most frequent first, and the people by id."""

    course: CourseRef
    assignment: Assignment
    results: ClassResults
    groups: Sequence[Group]
    people: Mapping[str, Person]
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class GroupPage:
    """One way of failing.

    Attributes:
        met: number of students who ever had this known wrong answer.
        comments: that several of the group have already.
        example: a submission of the group, at `place` in it.
        text, chosen: of the comment in the form, and the ids of the submissions ticked.
    """

    course: CourseRef
    assignment: Assignment
    results: ClassResults
    group: Group
    met: int
    comments: Sequence[SharedComment]
    people: Mapping[str, Person]
    example: Submission
    place: int
    files: Mapping[str, str]
    text: str
    chosen: Collection[str]
    error: str
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class CommentPreviewPage:
    """A comment before it is added, with the name and submission of each reader."""

    course: CourseRef
    assignment: Assignment
    group: Group
    version: str
    text: str
    readers: Sequence[tuple[str, str]]
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class WrongAnswerPage:
    """The draft of a known wrong answer, as texts by path; `fill_in` if its author has to write the diagnosis."""

    course: CourseRef
    member: Member
    assignment: Assignment
    results: ClassResults
    group: Group
    drafts: Mapping[str, str]
    submission: Submission
    fill_in: bool
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class SimilarityPage:
    """A similarity search: its report, or how far it is; `people` are names by submission."""

    course: CourseRef
    assignment: Assignment
    job: Job | None
    searches: Sequence[Job]
    report: Mapping[str, Any] | None
    people: Mapping[str, str]
    min_tokens: int
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class ComparedSubmission:
    """One of two similar submissions: the lines of each file, and whether each is in a passage both share."""

    submission: Submission
    share: float
    files: Mapping[str, Sequence[tuple[str, bool]]]


@dataclass(frozen=True)
class SimilarPairPage:
    """Two similar submissions side by side; `pair` is their entry in the report, `number` its position from 1."""

    course: CourseRef
    assignment: Assignment
    job: Job
    pair: Mapping[str, Any]
    number: int
    count: int
    submissions: Sequence[ComparedSubmission]
    breadcrumbs: Sequence[Breadcrumb]


@dataclass(frozen=True)
class ClassAt:
    """A class at an assignment, as staff asked for it."""

    member: Member
    assignment: Assignment
    results: ClassResults

    def group_or_404(self, key: str) -> Group:
        """Return a group, or answer with 404 if nobody fails that way now."""
        return self.results.group(key) or abort(404)


def class_or_404(session: Session, slug: str) -> ClassAt:
    """Return the class by the version asked for, or answer with 404 if it graded nothing."""
    member = current_member()
    assignment = assignment_at(session, member, slug)
    try:
        return ClassAt(member, assignment, class_results(session, assignment, clock(session), version_asked()))
    except LookupError:
        abort(404)


def group_page(
    session: Session,
    at: ClassAt,
    group: Group,
    *,
    text: str = "",
    chosen: Collection[str] | None = None,
    error: str = "",
) -> GroupPage:
    """Return the page of a group; by default all its submissions are chosen."""
    ids = [answer.submission_id for answer in group.answers]
    wanted = request.args.get("example", ids[0])
    if wanted not in ids:
        abort(404)
    example = submission_with_files(session, at.assignment, wanted) or abort(404)
    return GroupPage(
        course=at.member.course,
        assignment=at.assignment,
        results=at.results,
        group=group,
        comments=shared_comments(session, ids),
        met=students_by_mistake(session, at.assignment).get(group.wrong or "", 0),
        people=submitters_of(session, at.assignment),
        example=example,
        place=ids.index(example.id),
        files={name: data.decode("utf-8", "replace") for name, data in example.files.items()},
        text=text,
        chosen=set(ids if chosen is None else chosen),
        error=error,
        breadcrumbs=breadcrumbs_to_groups(at, ("Group", None)),
    )


def breadcrumbs_to_insights(member: Member, assignment: Assignment, *below: Breadcrumb) -> list[Breadcrumb]:
    """Return the path to the insights of an assignment, or to a page below them."""
    insights = (
        url_for("insights.show", course=member.course.slug, assignment=assignment.slug, **_version()) if below else None
    )
    return [*breadcrumbs_to(member, assignment), ("Insights", insights), *below]


def breadcrumbs_to_groups(at: ClassAt, *below: Breadcrumb) -> list[Breadcrumb]:
    """Return the path to the groups of a class, or to a page below them."""
    slugs: dict[str, Any] = {"course": at.member.course.slug, "assignment": at.assignment.slug}
    groups = url_for("groups.index", **slugs, **_version()) if below else None
    return breadcrumbs_to_insights(at.member, at.assignment, ("Groups", groups), *below)


def _version() -> dict[str, Any]:
    return dict(version_argument())
