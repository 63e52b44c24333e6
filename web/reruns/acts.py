"""What pages and programs do to batches: beginning one, and every act on it, by one set of rules and sentences."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import Assignment, Course
from records.database.engine import clock
from records.reruns.decisions import SCOPES, Decided, apply_batch, discard_batch, undo_batch
from records.reruns.lifecycle import Progress, begin_batch, cancel_batch, pause_batch, progress_of, resume_batch
from records.reruns.models import Batch, BatchItem, batch_at
from records.reruns.selection import CHOICES, Choice, choose, in_words, tests_seen, versions_at
from records.submissions.models import Run
from records.submissions.rules import Refused
from records.versions.publishing import is_sound
from web.extensions import parts
from web.security.permissions import Seat, assignment_at, staff_seat

MAX_REASON: Final = 500
_SEEDS: Final = 2**32
MAX_TOKENS: Final = 200  # what is not heard of at once, the scheduler says again
_FORETOLD_FROM: Final = 3  # gradings
_BEGINNING: Final = 8  # characters of a version that tell it from others

Act = Literal["pause", "resume", "cancel", "apply", "discard", "undo"]
ACTS: Final[tuple[Act, ...]] = get_args(Act)


class Rejected(ValueError):
    """What was asked for makes no sense; the text says what to mend."""


@dataclass(frozen=True)
class Asked:
    """A rerun that somebody asks for.

    Attributes:
        assignment: its name in addresses; "" for the whole course.
        which: which submissions.
        version: a version's hash, or how it begins; "" for the one in force.
        test: the name of a test, for those failing it.
        submissions: ids, for those picked.
        seed: for all runs; None for the seeds of the runs before.
        reason: why.
    """

    assignment: str
    which: str
    version: str = ""
    test: str = ""
    submissions: Sequence[str] = ()
    seed: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """How a batch is decided on: which of it is applied, and why."""

    scope: str = ""
    submissions: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True)
class State:
    """How far a batch is, and what it does, in words.

    Attributes:
        eta_seconds: until all is graded, at the pace so far; None where that is not known.
    """

    progress: Progress
    eta_seconds: float | None

    @property
    def finished(self) -> bool:
        """Whether nothing is being graded, and nothing will be by itself."""
        return self.progress.underway == 0

    @property
    def doing(self) -> str:
        """What is done now, behind the figures."""
        if self.finished:
            return "graded"
        if self.eta_seconds is None:
            return "waiting for a free place" if not self.progress.running else "being graded"
        return f"{_soon(self.eta_seconds)} to go"


def begin(person_id: str, course: str, asked: Asked) -> str:
    """Begin a rerun, and return the batch's id.

    Raises:
        Rejected: what was asked for makes no sense.
        records.Refused: it cannot be begun now.
    """
    with parts().database.write() as session:
        seat = staff_seat(session, person_id, course)
        assignment = assignment_at(session, seat, asked.assignment) if asked.assignment else None
        which = _expect(assignment, asked)
        now = clock(session)
        wanted = {"test": asked.test, "submission_ids": asked.submissions}
        chosen = choose(session, seat.course, assignment, which, now, **wanted)  # type: ignore[arg-type]
        title = _title(session, assignment, asked.test) if which == "failing" and assignment else asked.test
        batch = begin_batch(
            session,
            course=seat.course,
            submission_ids=chosen,
            person_id=person_id,
            reason=asked.reason.strip(),
            chosen=in_words(which, len(chosen), title),
            assignment=assignment,
            version_hash=_version(session, assignment, asked.version),
            seed=asked.seed,
        )
    parts().intake.wake("batch", min(len(chosen), MAX_TOKENS))
    return batch.id


def act(session: Session, seat: Seat, batch: Batch, verb: Act, decision: Decision) -> tuple[str, int]:
    """Do something to a batch; return what was done, as a sentence, and for how many runs to wake the batch lane.

    Raises:
        Rejected: what was asked for makes no sense.
        records.Refused: it cannot be done now, and nothing was.
    """
    return _ACTS[verb](session, seat, batch, decision)


def batch_of(
    session: Session, person_id: str, batch_id: str, course: str = "", *, lock: bool = False
) -> tuple[Batch, Seat]:
    """Return a batch that somebody may see, with their seat, or answer that there is none.

    Args:
        session: to read in; one that writes, to lock it.
        person_id: who asks.
        batch_id: which.
        course: the course that it has to be of; "" for whichever.
        lock: whether nobody else shall decide on it until the transaction ends.
    """
    whose = select(Course.slug, Course.id).join(Batch, Batch.course_id == Course.id)
    slug, course_id = session.execute(whose.where(Batch.id == batch_id)).one_or_none() or abort(404)
    if course and slug != course:
        abort(404)
    seat = staff_seat(session, person_id, slug)
    if lock:
        return batch_at(session, course_id, batch_id) or abort(404), seat
    related = (
        joinedload(Batch.person),
        joinedload(Batch.assignment),
        joinedload(Batch.version),
    )
    return session.scalars(select(Batch).where(Batch.id == batch_id).options(*related)).one(), seat


def state_of(session: Session, batch: Batch) -> State:
    """Return how far a batch is."""
    progress = progress_of(session, [batch.id])[batch.id]
    query = (
        select(func.min(Run.taken_at), func.max(Run.finished_at))
        .join(BatchItem, BatchItem.run_after == Run.id)
        .where(BatchItem.batch_id == batch.id, Run.finished_at.is_not(None))
    )
    began, ended = session.execute(query).one()
    eta = None
    if progress.underway and progress.done >= _FORETOLD_FROM and began and ended and ended > began:
        eta = progress.underway * (ended - began).total_seconds() / progress.done
    return State(progress, eta)


def fresh_seed() -> int:
    """Return a seed for all runs of a batch."""
    return secrets.randbelow(_SEEDS)


def _expect(assignment: Assignment | None, asked: Asked) -> Choice:
    """Return which submissions are meant, where all of what was asked for makes sense."""
    if asked.which not in CHOICES:
        raise Rejected("Choose which submissions are to be graded again.")
    which = asked.which
    if assignment is None and which != "course":
        raise Rejected("For these submissions an assignment has to be chosen; a whole course is rerun by what counts.")
    if which == "failing" and not asked.test:
        raise Rejected("Choose the test that the submissions failed.")
    if which == "picked" and not asked.submissions:
        raise Rejected("No submission is picked.")
    if not asked.reason.strip():
        raise Rejected("Say why: students whose grade changes will read it.")
    _expect_short(asked.reason)
    return which


def _version(session: Session, assignment: Assignment | None, wanted: str) -> str | None:
    """Return the hash of what to grade by; None for the version in force of each assignment of a course."""
    if assignment is None:
        if wanted:
            raise Rejected("A whole course is graded by the version in force of each assignment; none can be chosen.")
        return None
    if not wanted:
        return assignment.version_hash
    known = [version.hash for version, _ in versions_at(session, assignment)]
    meant = [version for version in known if version.startswith(wanted)]
    if len(meant) != 1 or len(wanted) < _BEGINNING:
        raise Rejected("This assignment has no such version.")
    return meant[0]


def _title(session: Session, assignment: Assignment, test: str) -> str:
    return next((one.title for one in tests_seen(session, assignment) if one.name == test), test)


def _pause(session: Session, seat: Seat, batch: Batch, _: Decision) -> tuple[str, int]:
    pause_batch(session, batch, seat.person_id)
    return "The rerun is paused. What is being graded just now is finished; the rest waits until you go on.", 0


def _resume(session: Session, seat: Seat, batch: Batch, _: Decision) -> tuple[str, int]:
    count = resume_batch(session, batch, seat.person_id)
    return f"The rerun goes on, with {_counted(count, 'submission')} to be graded.", min(count, MAX_TOKENS)


def _cancel(session: Session, seat: Seat, batch: Batch, _: Decision) -> tuple[str, int]:
    cancel_batch(session, batch, seat.person_id)
    return "The rerun is cancelled. No grade has changed, and none will.", 0


def _apply(session: Session, seat: Seat, batch: Batch, decision: Decision) -> tuple[str, int]:
    if decision.scope not in SCOPES:
        raise Rejected("Choose what to apply: all, those up to date, those that rise, or those ticked.")
    _expect_short(decision.reason)
    if not seat.manages and not _is_sound(session, batch):
        raise Refused(
            "This version is neither in force nor found good by the lab, so an instructor has to apply what it gave."
        )
    done = apply_batch(
        session,
        batch,
        seat.person_id,
        decision.scope,
        submission_ids=frozenset(decision.submissions),
        reason=decision.reason.strip(),
    )
    return f"Applied to {_counted(done.submissions, 'submission')}. {_told(done)}", 0


def _is_sound(session: Session, batch: Batch) -> bool:
    """Tell whether a batch was graded by what may be in force: else whoever applies it answers for the version."""
    if batch.assignment is None or batch.version_hash is None:
        return True
    return is_sound(session, batch.assignment, batch.version_hash)


def _discard(session: Session, seat: Seat, batch: Batch, decision: Decision) -> tuple[str, int]:
    _expect_short(decision.reason)
    discard_batch(session, batch, seat.person_id, decision.reason.strip())
    return "The rerun is discarded. No grade has changed.", 0


def _undo(session: Session, seat: Seat, batch: Batch, decision: Decision) -> tuple[str, int]:
    _expect_short(decision.reason)
    done = undo_batch(session, batch, seat.person_id, decision.reason.strip())
    submissions = _counted(done.submissions, "submission")
    return f"Undone: the grades before count again for {submissions}. {_told(done)}", 0


_ACTS: Final[Mapping[Act, Callable[[Session, Seat, Batch, Decision], tuple[str, int]]]] = {
    "pause": _pause,
    "resume": _resume,
    "cancel": _cancel,
    "apply": _apply,
    "discard": _discard,
    "undo": _undo,
}


def _expect_short(reason: str) -> None:
    if len(reason) > MAX_REASON:
        raise Rejected(f"The reason is too long: {MAX_REASON} characters at most.")


def _told(done: Decided) -> str:
    if not done.told and not done.later:
        return "No student sees a difference, so nobody was told."
    now = f"{_counted(done.told, 'student')} {'was' if done.told == 1 else 'were'} told.".capitalize()
    if not done.later:
        return now
    later = f"{_counted(done.later, 'student')} will be told when the result is no longer held back.".capitalize()
    return f"{now} {later}" if done.told else later


def _counted(count: int, word: str) -> str:
    return f"one {word}" if count == 1 else f"{count:,} {word}s"


def _soon(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min"
