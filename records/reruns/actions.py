"""What staff do to a rerun: pause, resume, cancel, apply, discard or undo it, each by one rule and one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from sqlalchemy.orm import Session

from records.errors import NotAllowed
from records.reruns.applying import SCOPES, DecisionOutcome, apply_rerun, discard_rerun, undo_rerun
from records.reruns.lifecycle import cancel_rerun, pause_rerun, resume_rerun
from records.reruns.models import Rerun
from records.reruns.requests import InvalidRerun, check_reason
from records.versions.publishing import is_sound

Action = Literal["pause", "resume", "cancel", "apply", "discard", "undo"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)


@dataclass(frozen=True)
class Decision:
    """A decision on a rerun.

    Attributes:
        scope: which results to apply, a `Scope` or whatever else was sent.
        submissions: ids, for the scope "chosen".
        reason: for students; "" for the reason of the rerun.
        manages: whether the person may apply results of a version that was not verified.
    """

    scope: str = ""
    submissions: Sequence[str] = ()
    reason: str = ""
    manages: bool = False


@dataclass(frozen=True)
class ActionResult:
    """What an action did, as a sentence, and how many runs it queued."""

    sentence: str
    queued: int = 0


def act(session: Session, rerun: Rerun, action: Action, decision: Decision, person_id: str) -> ActionResult:
    """Do something to a rerun that `locked_rerun` returned.

    Raises:
        InvalidRerun: the decision makes no sense.
        NotAllowed: it cannot be done now, and nothing was changed.
    """
    reason = decision.reason.strip()
    match action:
        case "pause":
            pause_rerun(session, rerun, person_id)
            done = "The rerun is paused. Runs that have started will finish; the rest wait until you resume."
        case "resume":
            count = resume_rerun(session, rerun, person_id)
            return ActionResult(f"The rerun goes on, with {counted(count, 'submission')} to be graded.", count)
        case "cancel":
            cancel_rerun(session, rerun, person_id)
            done = "The rerun is cancelled. No grade has changed, and none will."
        case "apply":
            outcome = _apply(session, rerun, decision, person_id)
            done = f"Applied to {counted(outcome.submissions, 'submission')}. {_notified(outcome)}"
        case "discard":
            check_reason(decision.reason)
            discard_rerun(session, rerun, person_id, reason)
            done = "The rerun is discarded. No grade has changed."
        case "undo":
            check_reason(decision.reason)
            outcome = undo_rerun(session, rerun, person_id, reason)
            submissions = counted(outcome.submissions, "submission")
            done = f"Undone: the grades before count again for {submissions}. {_notified(outcome)}"
    return ActionResult(done)


def counted(count: int, noun: str) -> str:
    """Return a number with its noun: "one submission", "2 submissions"."""
    return f"one {noun}" if count == 1 else f"{count:,} {noun}s"


def _apply(session: Session, rerun: Rerun, decision: Decision, person_id: str) -> DecisionOutcome:
    if decision.scope not in SCOPES:
        raise InvalidRerun("Choose what to apply: all, those up to date, those that rise, or those ticked.")
    check_reason(decision.reason)
    if not decision.manages and not _is_sound(session, rerun):
        raise NotAllowed(
            "This version is neither in force nor verified, so only an instructor may apply the results of this rerun."
        )
    reason, chosen = decision.reason.strip(), frozenset(decision.submissions)
    return apply_rerun(session, rerun, person_id, decision.scope, submission_ids=chosen, reason=reason)


def _is_sound(session: Session, rerun: Rerun) -> bool:
    if rerun.assignment is None or rerun.version_hash is None:
        return True
    return is_sound(session, rerun.assignment, rerun.version_hash)


def _notified(outcome: DecisionOutcome) -> str:
    if not outcome.notified and not outcome.later:
        return "No student sees a difference, so nobody was notified."
    now = f"{counted(outcome.notified, 'student')} {'was' if outcome.notified == 1 else 'were'} notified.".capitalize()
    if not outcome.later:
        return now
    later = f"{counted(outcome.later, 'student')} will be notified when the result is released.".capitalize()
    return f"{now} {later}" if outcome.notified else later
