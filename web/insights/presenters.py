"""What the templates about a class are handed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import abort, g, request, url_for
from sqlalchemy.orm import Session

from records.courses.members import Member
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
from web.insights.forms import CommentForm, class_arguments, version_asked, withdrawn_asked
from web.security.permissions import assignment_at, current_member
from web.ui.pages import Breadcrumb, PageAtAssignment


@dataclass(frozen=True, kw_only=True)
class InsightsPage(PageAtAssignment):
    """The results of a class: what to explain next, how the points are spread, and the figures of each test.

    `met` is the number of students who ever had a known wrong answer, by its name; tests are judged from
    `min_students` on.
    """

    results: ClassResults
    overview: Overview
    groups: Sequence[Group]
    explained: Sequence[Group]
    met: Mapping[str, int]
    tests: Sequence[TestFigures]
    which: Literal["active", "latest"]
    hardest: bool
    min_students: int


@dataclass(frozen=True, kw_only=True)
class GroupsPage(PageAtAssignment):
    """The ways in which a class fails, most frequent first, and the people by id."""

    results: ClassResults
    groups: Sequence[Group]
    people: Mapping[str, Person]


@dataclass(frozen=True, kw_only=True)
class GroupPage(PageAtAssignment):
    """One way of failing, with an example, at `place` among the submissions of the group.

    Attributes:
        met: number of students who ever had this known wrong answer.
        text, chosen: of the comment in the form, and the ids of the submissions ticked.
    """

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


@dataclass(frozen=True, kw_only=True)
class CommentPreviewPage(PageAtAssignment):
    """A comment before it is added, with the name and submission of each reader."""

    group: Group
    version: str
    withdrawn: bool
    text: str
    readers: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class WrongAnswerPage(PageAtAssignment):
    """The draft of a known wrong answer, as texts by path; `fill_in` if its author has to write the diagnosis."""

    results: ClassResults
    group: Group
    drafts: Mapping[str, str]
    submission: Submission
    fill_in: bool


@dataclass(frozen=True, kw_only=True)
class SimilarityPage(PageAtAssignment):
    """A similarity search: its report, or how far it is; `people` are names by submission."""

    job: Job | None
    searches: Sequence[Job]
    report: Mapping[str, Any] | None
    people: Mapping[str, str]
    min_tokens: int


@dataclass(frozen=True)
class ComparedSubmission:
    """One of two similar submissions: the lines of each file, and whether each is in a passage both share."""

    submission: Submission
    share: float
    files: Mapping[str, Sequence[tuple[str, bool]]]


@dataclass(frozen=True, kw_only=True)
class SimilarPairPage(PageAtAssignment):
    """Two similar submissions side by side; `pair` is their entry in the report, `number` its position from 1."""

    job: Job
    pair: Mapping[str, Any]
    number: int
    count: int
    submissions: Sequence[ComparedSubmission]


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
    assignment = assignment_at(session, slug)
    version, withdrawn = version_asked(), withdrawn_asked()
    try:
        results = class_results(session, assignment, clock(session), version, withdrawn=withdrawn)
        return ClassAt(member, assignment, results)
    except LookupError:
        abort(404)


def group_page(
    session: Session, at: ClassAt, group: Group, form: CommentForm | None = None, error: str = ""
) -> GroupPage:
    """Return the page of a group; without a form all its submissions are chosen."""
    ids = [answer.submission_id for answer in group.answers]
    wanted = request.args.get("example", ids[0])
    if wanted not in ids:
        abort(404)
    example = submission_with_files(session, at.assignment, wanted) or abort(404)
    return GroupPage(
        member=at.member,
        assignment=at.assignment,
        results=at.results,
        group=group,
        comments=shared_comments(session, ids),
        met=students_by_mistake(session, at.assignment, withdrawn=at.results.withdrawn).get(group.wrong or "", 0),
        people=submitters_of(session, at.assignment),
        example=example,
        place=ids.index(example.id),
        files={name: data.decode("utf-8", "replace") for name, data in example.files.items()},
        text=form.text.data if form else "",
        chosen=set(form.submission_ids if form else ids),
        error=error,
        path=path_to_groups(("Group", None)),
    )


def path_to_insights(*below: Breadcrumb) -> list[Breadcrumb]:
    """Return the path from an assignment to its insights, or to a page below them."""
    return [("Insights", _address("insights.show")), *below]


def path_to_groups(*below: Breadcrumb) -> list[Breadcrumb]:
    """Return the path from an assignment to the groups of its class, or to a page below them."""
    return path_to_insights(("Groups", _address("groups.index")), *below)


def _address(endpoint: str) -> str:
    arguments: dict[str, Any] = {**class_arguments(), "course": current_member().course.slug}
    return url_for(endpoint, assignment=g.assignment, **arguments)
