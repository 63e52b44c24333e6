"""Choosing what to rerun: all attempts, the latest, the active, those that failed a test, or some by hand."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from records.courses.members import by_enrolled
from records.courses.models import Assignment
from records.database.engine import chunks
from records.people.models import Person
from records.submissions.attempts import Attempt, attempts_in
from records.submissions.models import FINISHED, GRADED, Run, RunTest, Submission
from records.versions.models import Version
from records.versions.publishing import Upload

Selection = Literal["all", "latest", "active", "failing", "picked", "course"]
SELECTIONS: Final[tuple[Selection, ...]] = get_args(Selection)


@dataclass(frozen=True)
class TestSeen:
    """A test of an assignment's active runs, and how many of them failed it."""

    __test__ = False  # pytest: not a test, though it is called one

    name: str
    title: str
    failed: int
    total: int


def select_submissions(
    session: Session,
    course_id: str,
    assignment: Assignment | None,
    which: Selection,
    now: datetime,
    *,
    test: str = "",
    submission_ids: Collection[str] = (),
    withdrawn: bool = False,
) -> list[str]:
    """Return the ids of selected attempts, in the order in which they were submitted.

    What waits for its first grading is left out: a rerun of it would be out of date at once.

    They are "all", each student's "latest", the "active" ones, those "failing" a test in their active run, those
    "picked", of which others than attempts here are left out, or the active ones of the whole "course". Students who
    have withdrawn are left out, unless they are asked for or picked.
    """
    if which == "failing":
        return _failing(session, course_id, assignment, test, withdrawn=withdrawn)
    if which == "picked":
        return _picked(session, course_id, assignment, submission_ids)
    of_course = select(Assignment).where(Assignment.course_id == course_id)
    only_one = assignment is not None and which != "course"
    assignments = [assignment] if only_one and assignment else session.scalars(of_course).all()
    attempts = _in_order(attempts_in(session, assignments, now, withdrawn=withdrawn).values(), which)
    return [attempt.submission_id for attempt in sorted(attempts, key=lambda one: (one.created_at, one.submission_id))]


def active_submissions_of(
    session: Session, assignment: Assignment, people: Collection[str], now: datetime
) -> list[str]:
    """Return the ids of some people's active submissions at an assignment."""
    histories = attempts_in(session, [assignment], now, withdrawn=True).values()
    return [one.submission_id for one in _in_order(histories, "active") if one.person_id in people]


def selection_sizes(
    session: Session, course_id: str, assignment: Assignment | None, now: datetime, *, withdrawn: bool = False
) -> dict[Selection, int]:
    """Return the sizes of the selections that need neither a test nor submissions."""
    if assignment is None:
        return {"course": len(select_submissions(session, course_id, None, "course", now, withdrawn=withdrawn))}
    histories = attempts_in(session, [assignment], now, withdrawn=withdrawn).values()
    choices: tuple[Selection, ...] = ("all", "active", "latest")
    return {which: len(_in_order(histories, which)) for which in choices}


def names_of_submitters(session: Session, course_id: str, submission_ids: Collection[str], limit: int) -> Sequence[str]:
    """Return who submitted some attempts, by name; ids of other courses are ignored."""
    query = (
        select(Person.name)
        .join(Submission, Submission.person_id == Person.id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .where(Assignment.course_id == course_id, Submission.kind == "submit")
        .where(Submission.id.in_(submission_ids))
    )
    return session.scalars(query.distinct().order_by(Person.name).limit(limit)).all()


def describe_selection(which: Selection, count: int, test: str = "") -> str:
    """Return a selection as a phrase."""
    submissions = f"{count} submission" if count == 1 else f"{count:,} submissions"
    return {
        "all": f"all {count:,} submissions" if count > 1 else "the only submission",
        "latest": f"the latest of each student, {submissions}",
        "active": f"those that count, {submissions}",
        "failing": f"those failing “{test}”, {submissions}",
        "picked": f"{submissions} picked by hand",
        "course": f"what counts in the whole course, {submissions}",
    }[which]


def shown_tests(session: Session, assignment: Assignment, *, withdrawn: bool = False) -> list[TestSeen]:
    """Return the tests of an assignment's active runs, the most failed first; of `withdrawn` students too if asked."""
    failed = func.sum(case((RunTest.outcome == "passed", 0), else_=1))
    query = (
        select(RunTest.name, func.max(RunTest.title), failed, func.count())
        .join(Submission, Submission.run_id == RunTest.run_id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit")
        .group_by(RunTest.name)
        .order_by(failed.desc(), RunTest.name)
    )
    if not withdrawn:
        query = query.where(by_enrolled())
    return [TestSeen(*row) for row in session.execute(query)]


def versions_at(session: Session, assignment: Assignment) -> list[tuple[Version, str]]:
    """Return the versions an assignment can be graded by, with their notes: the one in force, then by age."""
    uploaded = select(Upload.version_hash).where(Upload.assignment_id == assignment.id)
    graded_by = select(Run.version_hash).where(Run.assignment_id == assignment.id, Run.state == GRADED)
    notes = select(Upload.note).where(Upload.assignment_id == assignment.id, Upload.version_hash == Version.hash)
    known = Version.hash.in_(uploaded) | Version.hash.in_(graded_by) | (Version.hash == assignment.version_hash)
    query = select(Version, func.coalesce(notes.scalar_subquery(), "")).where(known).order_by(Version.created_at.desc())
    versions = [(version, note) for version, note in session.execute(query)]
    return sorted(versions, key=lambda pair: pair[0].hash != assignment.version_hash)


def _in_order(histories: Iterable[Sequence[Attempt]], which: Selection) -> list[Attempt]:
    begun = [[attempt for attempt in history if attempt.state in FINISHED] for history in histories]
    attempts = [attempt for history in begun for attempt in history]
    if which == "latest":
        return [history[-1] for history in begun if history]
    return attempts if which == "all" else [attempt for attempt in attempts if attempt.is_active]


def _failing(
    session: Session, course_id: str, assignment: Assignment | None, test: str, *, withdrawn: bool
) -> list[str]:
    query = _attempts_at(course_id, assignment).join(RunTest, RunTest.run_id == Submission.run_id)
    if not withdrawn:
        query = query.where(by_enrolled())
    failed = query.where(RunTest.name == test, RunTest.outcome != "passed")
    return [one for _, one in sorted((at, one) for at, one in session.execute(failed))]


def _picked(session: Session, course_id: str, assignment: Assignment | None, wanted: Collection[str]) -> list[str]:
    found: list[tuple[datetime, str]] = []
    unfinished = select(Run.id).where(
        Run.submission_id == Submission.id, Run.queue == "interactive", Run.state.not_in(FINISHED)
    )
    begun = _attempts_at(course_id, assignment).where(Submission.run_id.is_not(None) | ~unfinished.exists())
    for some in chunks(list(wanted)):
        found += ((at, one) for at, one in session.execute(begun.where(Submission.id.in_(some))))
    return [submission_id for _, submission_id in sorted(found)]


def _attempts_at(course_id: str, assignment: Assignment | None) -> Select[datetime, str]:
    query = select(Submission.created_at, Submission.id).join(Assignment, Assignment.id == Submission.assignment_id)
    query = query.where(Assignment.course_id == course_id, Submission.kind == "submit")
    return query if assignment is None else query.where(Assignment.id == assignment.id)
