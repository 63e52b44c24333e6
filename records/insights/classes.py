"""A class at an assignment: its graded answers by one version, the groups that fail alike, and a few numbers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import median
from typing import Final

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from records.courses.members import by_enrolled, students_in
from records.courses.models import Assignment
from records.database.engine import chunks
from records.insights.figures import Answer, Finding
from records.insights.groups import Group, groups_of
from records.insights.searches import authors_of
from records.marking.models import Comment
from records.people.models import Person
from records.reruns.lifecycle import MAX_SUBMISSIONS
from records.reruns.models import Rerun, RerunItem
from records.submissions.attempts import Attempt, active_attempt, attempts_in
from records.submissions.models import Run, RunTest, Submission

_BARS: Final = 10
_SHARED_COMMENTS: Final = 5


@dataclass(frozen=True)
class ClassResults:
    """The results of a class at an assignment.

    Attributes:
        version: the version looked at.
        versions: number of students whose last attempt each version graded.
        attempts: by student, oldest first.
        first, latest, active: an answer of each student who has one; the first may be by another version.
        regraded: the last answers again, all with one seed where there is such a rerun.
        withdrawn: whether students who have withdrawn are among them.
    """

    version: str
    versions: Mapping[str, int]
    attempts: Sequence[Sequence[Attempt]]
    first: Sequence[Answer]
    latest: Sequence[Answer]
    active: Sequence[Answer]
    regraded: Sequence[Answer]
    withdrawn: bool = False

    @property
    def of_other_versions(self) -> int:
        """Number of students whose last attempt was graded by another version."""
        return sum(self.versions.values()) - self.versions.get(self.version, 0)

    @property
    def seeds(self) -> int:
        """Number of different seeds of the failing answers."""
        return len({answer.seed for answer in self.regraded if answer.failed})

    def groups(self) -> list[Group]:
        """Return failing answers by what they do, the largest group first."""
        return groups_of(self.regraded)

    def group(self, key: str) -> Group | None:
        """Return a group by its key; None if nobody fails that way now."""
        return next((group for group in self.groups() if group.key == key), None)


@dataclass(frozen=True)
class SharedComment:
    """A comment that several submissions have."""

    text: str
    name: str
    count: int
    at: datetime


@dataclass(frozen=True)
class Bar:
    """Number of students whose score lies between two bounds, in percent."""

    least: int
    most: int
    count: int


@dataclass(frozen=True)
class Overview:
    """A class in a few numbers.

    Attributes:
        students: number enrolled.
        submitted: number with a graded attempt.
        full: number with all points.
        median_score, max_points: of the active attempts.
        median_attempts: graded ones of each student.
        bars: how the points are spread.
    """

    students: int
    submitted: int
    full: int
    median_score: float
    max_points: float
    median_attempts: float
    bars: list[Bar]


def class_results(
    session: Session, assignment: Assignment, now: datetime, version: str = "", *, withdrawn: bool = False
) -> ClassResults:
    """Return the results of a class by a version; "" for the version in force, `withdrawn` students if asked.

    Raises:
        LookupError: the version graded no last attempt.
    """
    attempts = attempts_in(session, [assignment], now, withdrawn=withdrawn)
    graded = [[one for one in theirs if one.state == "graded"] for theirs in attempts.values()]
    graded = [theirs for theirs in graded if theirs]
    firsts, latests = [theirs[0] for theirs in graded], [theirs[-1] for theirs in graded]
    actives = [active_attempt(theirs) or theirs[-1] for theirs in graded]
    versions = Counter(attempt.version_hash for attempt in latests)
    if version and version != assignment.version_hash and version not in versions:
        raise LookupError(f"version {version} graded no last attempt at assignment {assignment.id}")
    looked_at = version or assignment.version_hash or ""
    rerun = rerun_with_one_seed(session, assignment, looked_at)
    kinds = (firsts, latests, actives)
    wanted = {attempt.run_id for kind in kinds for attempt in kind}
    wanted |= {rerun[attempt.submission_id] for attempt in latests if attempt.submission_id in rerun}
    answers = answers_of(session, wanted)
    first, latest, active = (
        [answers[attempt.run_id] for attempt in kind if attempt.run_id in answers] for kind in kinds
    )
    again = (answers.get(rerun.get(attempt.submission_id, attempt.run_id)) for attempt in latests)
    return ClassResults(
        version=looked_at,
        versions=versions,
        attempts=[history for history in attempts.values() if history],
        first=first,
        latest=[answer for answer in latest if answer.version_hash == looked_at],
        active=[answer for answer in active if answer.version_hash == looked_at],
        regraded=[answer for answer in again if answer is not None and answer.version_hash == looked_at],
        withdrawn=withdrawn,
    )


def submitters_of(session: Session, assignment: Assignment) -> dict[str, Person]:
    """Return the people who submitted something for an assignment, by id."""
    submitters = select(Submission.person_id).where(Submission.assignment_id == assignment.id)
    people = session.scalars(select(Person).where(Person.id.in_(submitters)))
    return {person.id: person for person in people}


def shared_comments(session: Session, submission_ids: Collection[str]) -> list[SharedComment]:
    """Return the comments that several of these submissions have, latest first."""
    count, at = func.count().label("count"), func.max(Comment.at).label("at")
    query = (
        select(Comment.text, Person.name, count, at)
        .join(Person, Person.id == Comment.person_id)
        .where(Comment.submission_id.in_(submission_ids), Comment.file.is_(None))
        .group_by(Comment.text, Person.id, Person.name)
        .having(count > 1)
        .order_by(at.desc(), Comment.text)
        .limit(_SHARED_COMMENTS)
    )
    return [SharedComment(*row) for row in session.execute(query)]


def readers_of(session: Session, assignment: Assignment, submission_ids: Collection[str]) -> list[tuple[str, str]]:
    """Return the name of who submitted each of these attempts, with its id, sorted by name.

    Raises:
        LookupError: one of them is no attempt at this assignment, or they are too many.
    """
    if len(submission_ids) > MAX_SUBMISSIONS:
        raise LookupError(f"these are more than {MAX_SUBMISSIONS} submissions")
    authors = authors_of(session, assignment, submission_ids)
    readers = sorted((name, submission_id) for submission_id, name in authors.items())
    if len(readers) < len(set(submission_ids)):
        raise LookupError(f"some of these submissions are no attempts at assignment {assignment.id}")
    return readers


def overview_of(session: Session, course_id: str, results: ClassResults) -> Overview:
    """Return the overview of a class."""
    graded = [[attempt for attempt in history if attempt.final_score is not None] for history in results.attempts]
    graded = [history for history in graded if history]
    active = [active_attempt(history) or history[-1] for history in graded]
    scores = [(attempt.final_score or 0.0, attempt.max_points) for attempt in active]
    return Overview(
        students=len(students_in(session, course_id, withdrawn=results.withdrawn)),
        submitted=len(graded),
        full=sum(bool(most) and score >= most for score, most in scores),
        median_score=median(score for score, _ in scores) if scores else 0.0,
        max_points=max((most for _, most in scores), default=0.0),
        median_attempts=median(map(len, graded)) if graded else 0,
        bars=_bars([score / most for score, most in scores if most]),
    )


def _bars(shares: Sequence[float]) -> list[Bar]:
    width = 100 // _BARS
    counts = [0] * _BARS
    for share in shares:
        counts[min(_BARS - 1, max(0, int(share * _BARS + 1e-9)))] += 1
    return [Bar(place * width, (place + 1) * width, count) for place, count in enumerate(counts)]


def answers_of(session: Session, run_ids: Collection[str]) -> dict[str, Answer]:
    """Return graded runs as answers, by the run's id; one query for five thousand of them."""
    of_answer = (Submission.person_id, Submission.id, Run.id, Run.version_hash, func.coalesce(Run.seed, 0), Run.message)
    points = (RunTest.points, RunTest.max_points, RunTest.outcome == "passed")
    words = (RunTest.message, RunTest.wrong, RunTest.diagnosis, RunTest.fingerprint)
    query = (
        select(*of_answer, RunTest.name, RunTest.title, *points, *words, RunTest.duration_ms)
        .join_from(RunTest, Run, Run.id == RunTest.run_id)
        .join(Submission, Submission.id == Run.submission_id)
        .where(Run.state == "graded")
        .order_by(RunTest.run_id, RunTest.position)
    )
    found = {}
    wanted = sorted(set(run_ids))
    for some in chunks(wanted):
        rows = session.execute(query.where(RunTest.run_id.in_(some)))
        for run_id, tests in groupby(map(tuple, rows), key=lambda row: row[2]):
            of_run = list(tests)
            findings = tuple(Finding(*test[6:]) for test in of_run)
            found[run_id] = Answer(*(*of_run[0][:6], findings))
    return found


def students_by_mistake(session: Session, assignment: Assignment, *, withdrawn: bool = False) -> Mapping[str, int]:
    """Return by known-wrong answer how many students matched it in any attempt; `withdrawn` ones if asked."""
    query = (
        select(RunTest.wrong, func.count(distinct(Submission.person_id)))
        .join_from(Submission, RunTest, RunTest.run_id == Submission.run_id)
        .where(Submission.assignment_id == assignment.id, Submission.kind == "submit", RunTest.wrong.is_not(None))
        .group_by(RunTest.wrong)
    )
    if not withdrawn:
        query = query.where(by_enrolled())
    return {wrong: count for wrong, count in session.execute(query) if wrong is not None}


def rerun_with_one_seed(session: Session, assignment: Assignment, version_hash: str) -> dict[str, str]:
    """Return by submission its latest graded run by a version in a rerun with one seed."""
    query = (
        select(RerunItem.submission_id, Run.id)
        .join_from(RerunItem, Rerun, Rerun.id == RerunItem.rerun_id)
        .join(Run, Run.id == RerunItem.run_after)
        .where(Rerun.assignment_id == assignment.id, Rerun.seed.is_not(None))
        .where(Run.version_hash == version_hash, Run.state == "graded")
        .order_by(Rerun.asked_at, Rerun.id)
    )
    return dict(session.execute(query).all())
