"""Deciding on a rerun: apply it, discard it, or undo it; each is one transaction, all or nothing.

A grade is a pointer from the submission to its active run. Applying moves the pointers of a rerun from the earlier runs
to the rerun's own; undoing moves them back. Where a pointer has moved since the comparison, because that submission was
graded meanwhile, nothing is changed, and an error names the students.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import and_, literal, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from records.courses.models import Assignment, Course
from records.courses.policy import effective_policy, extensions_at
from records.database.audit import Action, Audited, audit_all
from records.database.engine import chunks, clock
from records.errors import NotAllowed
from records.marking.models import Marking
from records.people.models import Person
from records.reruns.lifecycle import progress_of
from records.reruns.models import Rerun, RerunItem, expect_in_no_rerun, log_rerun
from records.submissions.attempts import shown_visibilities
from records.submissions.models import Run, RunTest, Submission
from records.submissions.notices import NoticeKind, send_notices

Scope = Literal["all", "current", "rises", "chosen"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
_MAX_NAMES: Final = 5  # of students in an error


@dataclass(frozen=True)
class DecisionOutcome:
    """The effect of a decision.

    Attributes:
        submissions: how many it changed.
        notified: how many students see a notice at once.
        later: how many more see one when their results are released or the assignment is visible.
    """

    submissions: int
    notified: int
    later: int = 0


def apply_rerun(
    session: Session,
    rerun: Rerun,
    person_id: str,
    scope: Scope,
    *,
    submission_ids: Collection[str] = (),
    reason: str = "",
) -> DecisionOutcome:
    """Make a rerun's runs the active ones.

    The scope is "all" graded ones of a rerun that `locked_rerun` returned; only those still "current", whose active run
    did not change since; only those whose score "rises"; or only those "chosen". Without a reason, it is the rerun's.

    Raises:
        NotAllowed: it is decided on or unfinished, nothing is chosen, or an active run changed since.
    """
    if rerun.state not in ("underway", "paused"):
        raise NotAllowed(f"This rerun is {rerun.state}, so it cannot be applied.")
    progress = progress_of(session, [rerun.id])[rerun.id]
    if progress.underway:
        raise NotAllowed(f"{progress.underway} of its submissions are still to be graded. Wait for them, or pause it.")
    moves = [move for move in _moves(session, rerun) if _in_scope(move, scope, submission_ids)]
    if not moves:
        raise NotAllowed("There is nothing to apply: no submission of this choice was graded.")
    _expect_unmoved(
        (move for move in moves if move.run_id != move.run_before), "Begin a new rerun, or choose the others"
    )
    _point(session, rerun, moves, to="run_after", applied=True)
    return _decide(session, rerun, person_id, moves, "applied", "regraded", reason or rerun.reason, scope)


def undo_rerun(session: Session, rerun: Rerun, person_id: str, reason: str = "") -> DecisionOutcome:
    """Undo an applied rerun: the earlier runs are active again, and the rerun is undecided.

    Raises:
        NotAllowed: it is not applied, an active run changed since, or another undecided rerun has some of these.
    """
    session.execute(select(Course.id).where(Course.id == rerun.course_id).with_for_update(key_share=True))
    if rerun.state != "applied":
        raise NotAllowed(f"This rerun is {rerun.state}, so there is nothing to undo.")
    moves = [move for move in _moves(session, rerun) if move.applied]
    _expect_unmoved(
        (move for move in moves if move.run_id != move.run_after), "Undo the rerun that was applied later first"
    )
    items = select(RerunItem.submission_id).where(RerunItem.rerun_id == rerun.id)
    expect_in_no_rerun(session, session.scalars(items).all(), but=rerun.id)
    _point(session, rerun, moves, to="run_before", applied=False)
    return _decide(session, rerun, person_id, moves, "underway", "restored", reason or rerun.reason, "all")


def discard_rerun(session: Session, rerun: Rerun, person_id: str, reason: str = "") -> None:
    """Discard a rerun: no grade changes, and no student is notified.

    Raises:
        NotAllowed: it is decided on, or underway.
    """
    if rerun.state not in ("underway", "paused"):
        raise NotAllowed(f"This rerun is {rerun.state}, so it cannot be discarded.")
    if underway := progress_of(session, [rerun.id])[rerun.id].underway:
        raise NotAllowed(f"{underway} of its submissions are still to be graded. Cancel it, or wait for them.")
    rerun.state = "discarded"
    rerun.decided_at = clock(session)
    log_rerun(session, rerun, person_id, "discard rerun", {"state": rerun.state}, reason)


def _moves(session: Session, rerun: Rerun) -> Sequence[Any]:
    """Return the pointers of a rerun's graded submissions, locked until commit."""
    before, after = aliased(Run), aliased(Run)
    query = (
        select(
            Submission.id,
            Submission.person_id,
            Submission.assignment_id,
            Submission.run_id,
            RerunItem.run_before,
            RerunItem.run_after,
            RerunItem.applied,
            before.score.label("score_before"),
            after.score.label("score_after"),
            Person.name,
        )
        .join_from(RerunItem, Submission, Submission.id == RerunItem.submission_id)
        .join(Person, Person.id == Submission.person_id)
        .join(after, and_(after.id == RerunItem.run_after, after.state == "graded"))
        .join(before, before.id == RerunItem.run_before, isouter=True)
        .where(RerunItem.rerun_id == rerun.id)
        .order_by(Submission.id)  # the same order everywhere, so that two do not deadlock
    )
    return session.execute(query.with_for_update(of=Submission, key_share=True)).all()


def _in_scope(move: Any, scope: Scope, submission_ids: Collection[str]) -> bool:
    if scope == "chosen":
        return move.id in submission_ids
    if scope == "current":
        return bool(move.run_id == move.run_before)
    return scope == "all" or move.score_before is None or move.score_after > move.score_before + 1e-6


def _expect_unmoved(moved: Any, remedy: str) -> None:
    names = sorted({move.name for move in moved})
    if not names:
        return
    others = f" and {len(names) - _MAX_NAMES} others" if len(names) > _MAX_NAMES else ""
    raise NotAllowed(
        f"Nothing was changed. Another grading counts by now for {', '.join(names[:_MAX_NAMES])}{others}, "
        f"so this comparison is out of date for them. {remedy}."
    )


def _point(session: Session, rerun: Rerun, moves: Sequence[Any], *, to: str, applied: bool) -> None:
    target = select(getattr(RerunItem, to)).where(
        RerunItem.rerun_id == rerun.id, RerunItem.submission_id == Submission.id
    )
    for some in chunks([move.id for move in moves]):
        moving = update(Submission).where(Submission.id.in_(some)).values(run_id=target.scalar_subquery())
        session.execute(moving.execution_options(synchronize_session=False))
        items = update(RerunItem).where(RerunItem.rerun_id == rerun.id, RerunItem.submission_id.in_(some))
        session.execute(items.values(applied=applied).execution_options(synchronize_session=False))


def _decide(
    session: Session,
    rerun: Rerun,
    person_id: str,
    moves: Sequence[Any],
    state: Literal["applied", "underway"],
    kind: NoticeKind,
    reason: str,
    scope: Scope,
) -> DecisionOutcome:
    now = clock(session)
    rerun.state = state
    rerun.decided_at = now if state == "applied" else None
    notified, later = _notify(session, rerun, moves, kind, reason)
    action: Action = "apply rerun" if state == "applied" else "undo rerun"
    after = {"state": state, "scope": scope, "submissions": len(moves)}
    log_rerun(session, rerun, person_id, action, after, reason)
    is_undone = kind == "restored"
    entries: list[Audited] = [
        {
            "submission_id": move.id,
            "course_id": rerun.course_id,
            "reason": reason,
            "before": _grade(move, after=is_undone),
            "after": {**_grade(move, after=not is_undone), "rerun": rerun.id},
        }
        for move in moves
    ]
    audit_all(session, person_id, "restore" if is_undone else "regrade", entries)
    return DecisionOutcome(len(moves), notified, later)


def _grade(move: Any, *, after: bool) -> dict[str, Any]:
    if after:
        return {"run": move.run_after, "points": move.score_after}
    return {"run": move.run_before, "points": move.score_before}


def _notify(session: Session, rerun: Rerun, moves: Sequence[Any], kind: NoticeKind, reason: str) -> tuple[int, int]:
    """Notify each student for whom a visible test differs, or will once results are released.

    Return how many students see it at once, and how many others later.
    """
    now = clock(session)
    differing = _differing(session, rerun)
    marked = select(Marking.submission_id).join(RerunItem, RerunItem.submission_id == Marking.submission_id)
    unreleased = set(session.scalars(marked.where(RerunItem.rerun_id == rerun.id, Marking.unreleased)))
    assignments = session.scalars(select(Assignment).where(Assignment.id.in_({move.assignment_id for move in moves})))
    by_id = {one.id: one for one in assignments}
    extensions = extensions_at(session, by_id.values())
    notices, at_once = [], set()
    for move in moves:
        assignment = by_id[move.assignment_id]
        policy = effective_policy(assignment, extensions.get((move.person_id, move.assignment_id)))
        if not shown_visibilities(policy, now) & differing.get(move.id, frozenset()):
            continue
        runs = (move.run_before, move.run_after) if kind == "regraded" else (move.run_after, move.run_before)
        notices.append((move, *runs))
        if not policy.results_unreleased and move.id not in unreleased and assignment.visibility == "visible":
            at_once.add(move.person_id)
    send_notices(session, notices, kind, reason, now, rerun.id)
    return len(at_once), len({move.person_id for move, *_ in notices} - at_once)


def _differing(session: Session, rerun: Rerun) -> dict[str, frozenset[str]]:
    """Return by submission the visibilities of the tests that differ between its two runs."""
    one, other = aliased(RunTest), aliased(RunTest)

    def only_in(here: Any, there: Any) -> Any:
        columns = ("name", "outcome", "points", "max_points", "message", "visibility")
        same = [getattr(one, name) == getattr(other, name) for name in columns]
        same.append(or_(one.diagnosis == other.diagnosis, and_(one.diagnosis.is_(None), other.diagnosis.is_(None))))
        twin = select(literal(1)).where(other.run_id == there, *same).correlate(one, RerunItem)
        found = select(RerunItem.submission_id, one.visibility).join(one, one.run_id == here)
        return found.where(RerunItem.rerun_id == rerun.id, ~twin.exists())

    both = union_all(
        only_in(RerunItem.run_before, RerunItem.run_after), only_in(RerunItem.run_after, RerunItem.run_before)
    ).subquery()
    found: dict[str, frozenset[str]] = {}
    for submission_id, visibility in session.execute(select(both).distinct()):
        found[submission_id] = found.get(submission_id, frozenset()) | {visibility}
    return found
