"""Attempts and their final scores: visible tests, marking, lateness, and which attempt is active."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from grader.results.run import VISIBILITIES, Visibility
from records.courses.members import by_enrolled
from records.courses.models import Assignment
from records.courses.policy import Policies, Policy, policies_at, policy_for
from records.marking.models import Marking, RubricItem, RubricMark
from records.submissions.models import Kind, Run, RunTest, State, Submission

_DIGITS: Final = 4
_SUBMITTED: Final[tuple[Kind, ...]] = ("submit",)


@dataclass(frozen=True)
class Attempt:
    """One submission with its score as of now.

    Attributes:
        run_id, version_hash: of its active run, or else of its last run.
        number: ordinal among submissions of its kind, from 1.
        state: of that run.
        points, max_points: of the visible tests, before lateness; points are None until it is graded.
        percent_off: what lateness costs.
        rubric: the sum of rubric items; negative where they take points.
        override: the final score a grader set; None for no override.
        unreleased: whether students may not see the result yet; for them, points are None then.
        is_active: whether it is the one that counts.
    """

    person_id: str
    assignment_id: str
    submission_id: str
    run_id: str
    version_hash: str
    kind: Kind
    number: int
    created_at: datetime
    state: State
    points: float | None
    max_points: float
    percent_off: float
    rubric: float = 0.0
    override: float | None = None
    unreleased: bool = False
    is_active: bool = False

    @property
    def final_score(self) -> float | None:
        """The points after rubric and lateness, or the override; None until there are any."""
        if self.override is not None:
            return self.override
        if self.points is None:
            return None
        return round(max(0.0, self.points + self.rubric) * (100 - self.percent_off) / 100, _DIGITS)


Attempts = Mapping[tuple[str, str], list[Attempt]]


def shown_visibilities(policy: Policy, now: datetime, *, staff: bool = False) -> frozenset[Visibility]:
    """Return the visibilities of the tests that may be seen now, with their points."""
    if staff:
        return frozenset(VISIBILITIES)
    shown: set[Visibility] = {"visible"}
    if policy.is_past_due_at(now):
        shown.add("after_due_date")
    if policy.published_at is not None and now >= policy.published_at:
        shown.add("after_published")
    return frozenset(shown)


def shown_of(session: Session, submission: Submission, now: datetime, *, staff: bool) -> frozenset[Visibility]:
    """Return the visibilities of a submission's tests that may be seen now; none while its result is unreleased."""
    policy = policy_for(session, submission.person_id, submission.assignment)
    if not staff and submission.kind == "submit":
        marking = session.get(Marking, submission.id)
        if policy.results_unreleased or (marking is not None and marking.unreleased):
            return frozenset()
    return shown_visibilities(policy, now, staff=staff)


def attempts_of(
    session: Session,
    person_id: str,
    assignments: Collection[Assignment],
    now: datetime,
    *,
    kinds: Collection[Kind] = _SUBMITTED,
    staff: bool = False,
) -> dict[str, list[Attempt]]:
    """Return a person's attempts at each assignment by its id, oldest first; the number of queries is constant.

    Each kind of submissions is numbered separately. Staff see all points, those of unreleased results too.
    """
    found = _attempts(session, assignments, now, kinds, person_id, staff=staff)
    return {assignment.id: found[person_id, assignment.id] for assignment in assignments}


def attempts_in(
    session: Session,
    assignments: Collection[Assignment],
    now: datetime,
    *,
    kinds: Collection[Kind] = _SUBMITTED,
    policies: Policies | None = None,
    withdrawn: bool = False,
) -> Attempts:
    """Return everybody's attempts by person and assignment, as staff see them; otherwise as `attempts_of`.

    With `policies`, attempts are scored by those in place of the ones that hold; those of students who have withdrawn
    are left out, unless they are asked for.
    """
    whose = [] if withdrawn else [by_enrolled()]
    return _attempts(session, assignments, now, kinds, None, staff=True, policies=policies, whose=whose)


def active_attempt(attempts: Iterable[Attempt]) -> Attempt | None:
    """Return the active attempt, if there is one."""
    return next((attempt for attempt in attempts if attempt.is_active), None)


def _attempts(
    session: Session,
    assignments: Collection[Assignment],
    now: datetime,
    kinds: Collection[Kind],
    person_id: str | None,
    *,
    staff: bool,
    policies: Policies | None = None,
    whose: Sequence[ColumnElement[bool]] = (),
) -> Attempts:
    of: list[ColumnElement[bool]] = [
        Submission.assignment_id.in_([one.id for one in assignments]),
        Submission.kind.in_(kinds),
        *whose,
    ]
    if person_id is not None:
        of.append(Submission.person_id == person_id)
    policies = policies or policies_at(session, assignments, person_id)
    sums = {} if staff else _sums(session, of)  # a run has the sum of all its tests
    found: defaultdict[tuple[str, str], list[Attempt]] = defaultdict(list)
    numbers: Counter[tuple[str, str, str]] = Counter()
    for row in _submissions(session, of):
        of_whom = (row.person_id, row.assignment_id)
        numbers[(*of_whom, row.kind)] += 1
        policy = policies.of(*of_whom)
        shown = shown_visibilities(policy, now, staff=staff)
        seen = [pair for visibility, pair in sums.get(row.run_id, {}).items() if visibility in shown]
        if staff:
            seen = [(row.score or 0.0, row.max_score or 0.0)]
        found[of_whom].append(_attempt(policy, row, numbers[(*of_whom, row.kind)], seen, staff=staff))
    for (person, assignment_id), attempts in found.items():
        attempts[:] = _mark_active(attempts, policies.of(person, assignment_id).active_rule)
    return found


_Of = Sequence[ColumnElement[bool]]


def _submissions(session: Session, of: _Of) -> Sequence[Any]:
    """Return submissions with their runs and markings, in the order in which they were submitted."""
    latest = aliased(Run)
    last_run = (
        select(latest.id)
        .where(latest.submission_id == Submission.id, latest.queue == "interactive")
        .order_by(latest.queued_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rubric = (
        select(func.sum(RubricItem.points))
        .join(RubricMark, RubricMark.item_id == RubricItem.id)
        .where(RubricMark.submission_id == Marking.submission_id)
        .scalar_subquery()
    )
    of_submission = (Submission.id, Submission.person_id, Submission.assignment_id, Submission.kind)
    of_run = (Run.id.label("run_id"), Run.state, Run.version_hash, Run.score, Run.max_score)
    of_marking = (rubric.label("rubric"), Marking.override_points, Marking.unreleased)
    query = (
        select(*of_submission, Submission.created_at, *of_run, *of_marking)
        .join_from(Submission, Run, Run.id == func.coalesce(Submission.run_id, last_run))
        .outerjoin(Marking, Marking.submission_id == Submission.id)
        .where(*of)
        .order_by(Submission.created_at, Submission.id)
    )
    return session.execute(query).all()


def _sums(session: Session, of: _Of) -> defaultdict[str, dict[str, tuple[float, float]]]:
    """Return points and maximum points of active runs, by run and visibility."""
    sums = (func.sum(RunTest.points), func.sum(RunTest.max_points))
    query = (
        select(RunTest.run_id, RunTest.visibility, *sums)
        .join(Submission, Submission.run_id == RunTest.run_id)
        .where(*of)
        .group_by(RunTest.run_id, RunTest.visibility)
    )
    found: defaultdict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for run_id, visibility, points, most in session.execute(query).all():
        found[run_id][visibility] = (points, most)
    return found


def _attempt(policy: Policy, row: Any, number: int, seen: Collection[tuple[float, float]], *, staff: bool) -> Attempt:
    counts = row.kind == "submit"
    unreleased = counts and (bool(row.unreleased) or policy.results_unreleased)
    shown = staff or not unreleased
    graded = row.state == "graded" and shown
    return Attempt(
        person_id=row.person_id,
        assignment_id=row.assignment_id,
        submission_id=row.id,
        run_id=row.run_id,
        version_hash=row.version_hash,
        kind=row.kind,
        number=number,
        created_at=row.created_at,
        state=row.state,
        points=round(sum(points for points, _ in seen), _DIGITS) if graded else None,
        max_points=round(sum(most for _, most in seen), _DIGITS) if graded else 0.0,
        percent_off=policy.percent_off(row.created_at) if counts else 0.0,
        rubric=(row.rubric or 0.0) if counts and shown else 0.0,
        override=row.override_points if counts and shown else None,
        unreleased=unreleased,
    )


def _mark_active(attempts: list[Attempt], rule: str) -> list[Attempt]:
    graded = [attempt for attempt in attempts if attempt.kind == "submit" and attempt.final_score is not None]
    if not graded:
        return attempts
    chosen = {"first": graded[0], "last": graded[-1]}.get(rule) or max(graded, key=lambda one: one.final_score or 0.0)
    return [replace(attempt, is_active=True) if attempt is chosen else attempt for attempt in attempts]
