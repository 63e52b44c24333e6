"""Deciding on a batch: apply it, discard it, or undo what was applied; each is one transaction, all or nothing.

A grade is a pointer from the submission to one of its runs. Applying moves the pointers of a batch from the runs before
to the batch's own, undoing moves them back. Where a pointer is not where the comparison found it, because somebody
graded that submission meanwhile, nothing at all is changed, and whoever decided is told whose submission it is.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import and_, insert, literal, or_, select, union_all, update
from sqlalchemy.orm import Session, aliased

from records.courses.models import Assignment, Course
from records.courses.policy import extensions_at, own_terms
from records.database.audit import AuditEntry, audit
from records.database.engine import chunks, clock
from records.marking.models import Marking
from records.people.models import Person
from records.reruns.lifecycle import progress_of
from records.reruns.models import Batch, BatchItem, expect_free
from records.submissions.models import Run, RunTest, Submission
from records.submissions.notices import NoticeKind, new_notice, tell
from records.submissions.rules import Refused
from records.submissions.scores import shown_visibilities

Scope = Literal["all", "current", "rises", "chosen"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
_NAMED: Final = 5  # of those whose grade stands in the way


@dataclass(frozen=True)
class Decided:
    """What a decision did.

    Attributes:
        submissions: to how many.
        told: how many students read of it at once.
        later: how many more read of it when their results are no longer held back, or hidden.
    """

    submissions: int
    told: int
    later: int = 0


def apply_batch(
    session: Session,
    batch: Batch,
    person_id: str,
    scope: Scope,
    *,
    submission_ids: Collection[str] = (),
    reason: str = "",
) -> Decided:
    """Make a batch's runs those that count.

    Args:
        session: one that writes.
        batch: as `batch_at` returned it.
        person_id: who decides.
        scope: "all" that were graded, those alone that are "current", for which no other run counts by now, those whose
            points rise, or those "chosen".
        submission_ids: those chosen.
        reason: why, for students and the log; "" for the reason that the batch was asked for with.

    Raises:
        Refused: it is decided on, or not graded to the end; nothing is chosen; or another run counts by now.
    """
    if batch.state not in ("underway", "paused"):
        raise Refused(f"This rerun is {batch.state}, so it cannot be applied.")
    progress = progress_of(session, [batch.id])[batch.id]
    if progress.underway:
        raise Refused(f"{progress.underway} of its submissions are still to be graded. Wait for them, or pause it.")
    moves = [move for move in _moves(session, batch) if _is_meant(move, scope, submission_ids)]
    if not moves:
        raise Refused("There is nothing to apply: no submission of this choice was graded.")
    _expect_unmoved(
        (move for move in moves if move.run_id != move.run_before), "Begin a new rerun, or choose the others"
    )
    _point(session, batch, moves, to="run_after", applied=True)
    return _decide(session, batch, person_id, moves, "applied", "regraded", reason or batch.reason, scope)


def undo_batch(session: Session, batch: Batch, person_id: str, reason: str = "") -> Decided:
    """Take back what was applied: the runs before count again, and the batch is to be decided on anew.

    Raises:
        Refused: it is not applied, another run counts by now, or another undecided batch holds some of its submissions.
    """
    session.execute(select(Course.id).where(Course.id == batch.course_id).with_for_update(key_share=True))
    if batch.state != "applied":
        raise Refused(f"This rerun is {batch.state}, so there is nothing to undo.")
    moves = [move for move in _moves(session, batch) if move.applied]
    _expect_unmoved(
        (move for move in moves if move.run_id != move.run_after), "Undo the rerun that was applied later first"
    )
    items = select(BatchItem.submission_id).where(BatchItem.batch_id == batch.id)
    expect_free(session, session.scalars(items).all(), but=batch.id)
    _point(session, batch, moves, to="run_before", applied=False)
    return _decide(session, batch, person_id, moves, "underway", "restored", reason or batch.reason, "all")


def discard_batch(session: Session, batch: Batch, person_id: str, reason: str = "") -> None:
    """Put a batch away; no grade changes, and nobody is told.

    Raises:
        Refused: it is decided on, or underway.
    """
    if batch.state not in ("underway", "paused"):
        raise Refused(f"This rerun is {batch.state}, so it cannot be discarded.")
    if underway := progress_of(session, [batch.id])[batch.id].underway:
        raise Refused(f"{underway} of its submissions are still to be graded. Cancel it, or wait for them.")
    batch.state = "discarded"
    batch.decided_at = clock(session)
    _log(session, batch, person_id, "discard rerun", reason, {"state": batch.state})


def _moves(session: Session, batch: Batch) -> Sequence[Any]:
    """Return where the grades of a batch's graded submissions point, and keep them there until the transaction ends."""
    before, after = aliased(Run), aliased(Run)
    query = (
        select(
            Submission.id,
            Submission.person_id,
            Submission.assignment_id,
            Submission.run_id,
            BatchItem.run_before,
            BatchItem.run_after,
            BatchItem.applied,
            before.score.label("score_before"),
            after.score.label("score_after"),
            Person.name,
        )
        .join_from(BatchItem, Submission, Submission.id == BatchItem.submission_id)
        .join(Person, Person.id == Submission.person_id)
        .join(after, and_(after.id == BatchItem.run_after, after.state == "graded"))
        .join(before, before.id == BatchItem.run_before, isouter=True)
        .where(BatchItem.batch_id == batch.id)
        .order_by(Submission.id)  # two that lock some of the same take turns
    )
    return session.execute(query.with_for_update(of=Submission, key_share=True)).all()


def _is_meant(move: Any, scope: Scope, submission_ids: Collection[str]) -> bool:
    if scope == "chosen":
        return move.id in submission_ids
    if scope == "current":
        return bool(move.run_id == move.run_before)
    return scope == "all" or move.score_before is None or move.score_after > move.score_before + 1e-6


def _expect_unmoved(moved: Any, remedy: str) -> None:
    names = sorted({move.name for move in moved})
    if not names:
        return
    others = f" and {len(names) - _NAMED} others" if len(names) > _NAMED else ""
    raise Refused(
        f"Nothing was changed. Another grading counts by now for {', '.join(names[:_NAMED])}{others}, "
        f"so this comparison is out of date for them. {remedy}."
    )


def _point(session: Session, batch: Batch, moves: Sequence[Any], *, to: str, applied: bool) -> None:
    target = select(getattr(BatchItem, to)).where(
        BatchItem.batch_id == batch.id, BatchItem.submission_id == Submission.id
    )
    for some in chunks([move.id for move in moves]):
        moving = update(Submission).where(Submission.id.in_(some)).values(run_id=target.scalar_subquery())
        session.execute(moving.execution_options(synchronize_session=False))
        items = update(BatchItem).where(BatchItem.batch_id == batch.id, BatchItem.submission_id.in_(some))
        session.execute(items.values(applied=applied).execution_options(synchronize_session=False))


def _decide(
    session: Session,
    batch: Batch,
    person_id: str,
    moves: Sequence[Any],
    state: Literal["applied", "underway"],
    kind: NoticeKind,
    reason: str,
    scope: Scope,
) -> Decided:
    now = clock(session)
    batch.state = state
    batch.decided_at = now if state == "applied" else None
    told, later = _tell(session, batch, moves, kind, reason)
    action = "apply rerun" if state == "applied" else "undo rerun"
    _log(session, batch, person_id, action, reason, {"state": state, "scope": scope, "submissions": len(moves)})
    is_back = kind == "restored"
    entries = [
        {
            "at": now,
            "actor": person_id,
            "action": "restore" if is_back else "regrade",
            "subject": f"submission {move.id}",
            "course_id": batch.course_id,
            "reason": reason,
            "before": _grade(move, after=is_back),
            "after": {**_grade(move, after=not is_back), "batch": batch.id},
        }
        for move in moves
    ]
    session.execute(insert(AuditEntry), entries)
    session.flush()
    return Decided(len(moves), told, later)


def _grade(move: Any, *, after: bool) -> dict[str, Any]:
    if after:
        return {"run": move.run_after, "points": move.score_after}
    return {"run": move.run_before, "points": move.score_before}


def _tell(session: Session, batch: Batch, moves: Sequence[Any], kind: NoticeKind, reason: str) -> tuple[int, int]:
    """Leave a notice with each student for whom something differs that may be seen by now, or once it is let go.

    Return how many students read it at once, and how many others later.
    """
    now = clock(session)
    differing = _differing(session, batch)
    held = set(session.scalars(_held(batch)))
    assignments = session.scalars(select(Assignment).where(Assignment.id.in_({move.assignment_id for move in moves})))
    by_id = {one.id: one for one in assignments}
    extensions = extensions_at(session, by_id.values())
    notices, at_once = [], set()
    for move in moves:
        assignment = by_id[move.assignment_id]
        terms = own_terms(assignment, extensions.get((move.person_id, move.assignment_id)))
        if not shown_visibilities(terms, now) & differing.get(move.id, frozenset()):
            continue
        runs = (move.run_before, move.run_after) if kind == "regraded" else (move.run_after, move.run_before)
        notices.append(new_notice(move, kind, *runs, reason, now, batch.id))
        if not terms.results_held and move.id not in held and assignment.visibility == "visible":
            at_once.add(move.person_id)
    tell(session, notices)
    return len(at_once), len({notice["person_id"] for notice in notices} - at_once)


def _held(batch: Batch) -> Any:
    mine = select(Marking.submission_id).join(BatchItem, BatchItem.submission_id == Marking.submission_id)
    return mine.where(BatchItem.batch_id == batch.id, Marking.held)


def _differing(session: Session, batch: Batch) -> dict[str, frozenset[str]]:
    """Return of which visibilities tests say something else by the two runs of each submission of a batch."""
    one, other = aliased(RunTest), aliased(RunTest)

    def only_in(here: Any, there: Any) -> Any:
        said = ("name", "outcome", "points", "max_points", "message", "visibility")
        same = [getattr(one, name) == getattr(other, name) for name in said]
        same.append(or_(one.diagnosis == other.diagnosis, and_(one.diagnosis.is_(None), other.diagnosis.is_(None))))
        twin = select(literal(1)).where(other.run_id == there, *same).correlate(one, BatchItem)
        found = select(BatchItem.submission_id, one.visibility).join(one, one.run_id == here)
        return found.where(BatchItem.batch_id == batch.id, ~twin.exists())

    both = union_all(
        only_in(BatchItem.run_before, BatchItem.run_after), only_in(BatchItem.run_after, BatchItem.run_before)
    ).subquery()
    found: dict[str, frozenset[str]] = {}
    for submission_id, visibility in session.execute(select(both).distinct()):
        found[submission_id] = found.get(submission_id, frozenset()) | {visibility}
    return found


def _log(session: Session, batch: Batch, person_id: str, action: str, reason: str, after: dict[str, Any]) -> None:
    at = {"subject": f"batch {batch.id}", "course_id": batch.course_id}
    audit(session, actor=person_id, action=action, **at, reason=reason, after=after)
