"""What the templates of the pages about reruns are handed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import abort, url_for
from sqlalchemy.orm import Session

from records.courses.lookup import assignments_of
from records.courses.members import Member
from records.courses.models import Assignment
from records.database.engine import clock
from records.positions import Position
from records.reruns.changes import SubmissionChange, submission_changes
from records.reruns.comparison import Comparison, compare
from records.reruns.lifecycle import Progress, eta_seconds, progress_of
from records.reruns.models import Rerun, RerunItem, locked_rerun, rerun_at, reruns_of
from records.reruns.not_graded import NotGraded
from records.reruns.requests import MAX_REASON
from records.reruns.selection import (
    Selection,
    TestSeen,
    active_submissions_of,
    names_of_submitters,
    select_submissions,
    selection_sizes,
    shown_tests,
    versions_at,
)
from records.versions.models import Version
from web.reruns.forms import ChangesQuery, DecisionForm, RerunForm
from web.reruns.pairs import TestPair
from web.security.permissions import assignment_at, current_member
from web.ui.pages import Breadcrumb, PageInCourse

PER_PAGE = 100
_LISTED = 100


@dataclass(frozen=True, kw_only=True)
class RerunsPage(PageInCourse):
    """The reruns of a course, newest first, and the progress of each by its id."""

    reruns: Sequence[Rerun]
    progress: Mapping[str, Progress]


@dataclass(frozen=True)
class Choice:
    """A choice of submissions in the form, with the number of submissions."""

    which: Selection
    label: str
    hint: str
    count: int


@dataclass(frozen=True, kw_only=True)
class NewRerunPage(PageInCourse):
    """The form for a new rerun, of an assignment or of the whole course.

    It offers choices of submissions, tests that somebody failed, and versions with their notes; `picked` are the names
    of those whose submissions were picked on another page.
    """

    assignments: Sequence[Assignment]
    assignment: Assignment | None
    choices: Sequence[Choice]
    tests: Sequence[TestSeen]
    versions: Sequence[tuple[Version, str]]
    picked: Sequence[str]
    submissions: Sequence[str]
    form: RerunForm
    problem: str
    max_reason: int = MAX_REASON

    @property
    def chosen(self) -> str:
        """The choice to preselect."""
        if self.form.which.data:
            return str(self.form.which.data)
        return "picked" if self.submissions else "failing" if self.form.test.data else self.choices[0].which


@dataclass(frozen=True)
class RerunStatus:
    """How far a rerun is; `eta_seconds` is None while that is not known."""

    progress: Progress
    eta_seconds: float | None

    @property
    def finished(self) -> bool:
        """Whether nothing is being graded or waits for it."""
        return self.progress.underway == 0

    @property
    def doing(self) -> str:
        """What happens now, in words."""
        if self.finished:
            return "graded"
        if self.eta_seconds is None:
            return "being graded" if self.progress.running else "waiting for a free slot"
        return f"{_duration(self.eta_seconds)} to go"


@dataclass(frozen=True, kw_only=True)
class RerunPage(PageInCourse):
    """A rerun: how far it is, what it would change, by pages of its submissions, and the decision."""

    rerun: Rerun
    title: str
    status: RerunStatus
    comparison: Comparison | None
    items: Sequence[SubmissionChange]
    total: int
    query: ChangesQuery
    assignments: Mapping[str, Assignment]
    problem: str
    decision: DecisionForm
    max_reason: int = MAX_REASON

    @property
    def last_page(self) -> int:
        """The number of pages."""
        return max(1, -(-self.total // PER_PAGE))


@dataclass(frozen=True, kw_only=True)
class SideBySidePage(PageInCourse):
    """A submission of a rerun, before and after, test by test."""

    rerun: Rerun
    item: RerunItem
    change: SubmissionChange
    title: str
    pairs: Sequence[TestPair]
    files: Mapping[str, str]
    position: Position
    filters: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class NotGradedPage(PageInCourse):
    """What could not be graded: the first of them, and the number of all."""

    listed: Sequence[NotGraded]
    count: int


def rerun_or_404(session: Session, rerun_id: str, *, lock: bool = False) -> Rerun:
    """Return a rerun, locked until commit if `lock` is set, or answer with 404 if the course has no such rerun."""
    course_id = current_member().course.id
    rerun = locked_rerun(session, course_id, rerun_id) if lock else rerun_at(session, course_id, rerun_id)
    return rerun or abort(404)


def reruns_page(session: Session, member: Member) -> RerunsPage:
    """Return the page of a course's reruns."""
    reruns = reruns_of(session, member.course.id, _LISTED)
    progress = progress_of(session, [rerun.id for rerun in reruns])
    return RerunsPage(member=member, reruns=reruns, progress=progress, path=path_to_reruns())


def new_rerun_page(session: Session, member: Member, form: RerunForm, problem: str = "") -> NewRerunPage:
    """Return the form for a new rerun."""
    course, slug = member.course, form.assignment.data
    assignment = assignment_at(session, slug) if slug else None
    submissions, withdrawn = form.submission.data, form.withdrawn.data
    if form.person.data and assignment:
        submissions = active_submissions_of(session, assignment, form.person.data, clock(session))
    return NewRerunPage(
        member=member,
        assignments=assignments_of(session, course.id),
        assignment=assignment,
        choices=_choices(session, course.id, assignment, submissions, withdrawn=withdrawn),
        tests=[one for one in shown_tests(session, assignment, withdrawn=withdrawn) if one.failed]
        if assignment
        else [],
        versions=versions_at(session, assignment) if assignment else [],
        picked=names_of_submitters(session, course.id, submissions, _LISTED),
        submissions=submissions,
        form=form,
        problem=problem,
        path=path_to_reruns(("New", None)),
    )


def rerun_page(
    session: Session, rerun: Rerun, member: Member, query: ChangesQuery, decision: DecisionForm, problem: str = ""
) -> RerunPage:
    """Return the page of a rerun."""
    status = rerun_status(session, rerun)
    items, total = submission_changes(
        session,
        rerun,
        change=query.chosen_change,
        test=query.test.data,
        name=query.name.data,
        offset=(query.page_number - 1) * PER_PAGE,
        limit=PER_PAGE,
    )
    title = rerun.assignment.title if rerun.assignment else "the whole course"
    of_course = {} if rerun.assignment else {one.id: one for one in assignments_of(session, member.course.id)}
    return RerunPage(
        member=member,
        rerun=rerun,
        title=title,
        status=status,
        comparison=compare(session, rerun) if status.progress.done else None,
        items=items,
        total=total,
        query=query,
        assignments=of_course,
        problem=problem,
        decision=decision,
        path=path_to_reruns((f"Rerun of {title}", None)),
    )


def rerun_status(session: Session, rerun: Rerun) -> RerunStatus:
    """Return how far a rerun is."""
    progress = progress_of(session, [rerun.id])[rerun.id]
    return RerunStatus(progress, eta_seconds(session, rerun, progress))


def path_to_reruns(*below: Breadcrumb) -> list[Breadcrumb]:
    """Return the path from a course to its reruns, or to a page below them."""
    return [("Reruns", url_for("reruns.index", course=current_member().course.slug)), *below]


def _choices(
    session: Session, course_id: str, assignment: Assignment | None, submissions: Sequence[str], *, withdrawn: bool
) -> list[Choice]:
    now = clock(session)
    counts = selection_sizes(session, course_id, assignment, now, withdrawn=withdrawn)
    if assignment is None:
        hint = "The active submission of each student at each assignment, by the versions in force."
        return [Choice("course", "The whole course", hint, counts["course"])]
    choices = [
        Choice("all", "All attempts", "All that are graded, including those that do not count.", counts["all"]),
        Choice("active", "Active submissions", "The one that counts of each student.", counts["active"]),
        Choice("latest", "Latest attempts", "The last of each student, whether it counts or not.", counts["latest"]),
    ]
    if submissions:
        picked = select_submissions(session, course_id, assignment, "picked", now, submission_ids=submissions)
        choices.insert(0, Choice("picked", "Those picked", "Picked by hand on another page.", len(picked)))
    return choices


def _duration(seconds: float) -> str:
    return f"about {max(1, round(seconds))} s" if seconds < 90 else f"about {round(seconds / 60)} min"
