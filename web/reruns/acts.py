"""What pages and programs do to reruns: beginning one, and every act on it, by one set of rules and sentences."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.engine import clock
from records.errors import NotAllowed
from records.reruns.decisions import SCOPES, DecisionOutcome, apply_rerun, discard_rerun, undo_rerun
from records.reruns.lifecycle import Progress, begin_rerun, cancel_rerun, pause_rerun, progress_of, resume_rerun
from records.reruns.models import Rerun, RerunItem, locked_rerun
from records.reruns.selection import SELECTIONS, Selection, in_words, select_submissions, shown_tests, versions_at
from records.submissions.models import Run
from records.versions.publishing import is_sound
from web.extensions import services
from web.security.permissions import assignment_at

MAX_REASON: Final = 500
_SEEDS: Final = 2**32
MAX_WAKEUPS: Final = 200  # what is not heard of at once, the scheduler says again
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
    """How a rerun is decided on: which of it is applied, and why."""

    scope: str = ""
    submissions: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True)
class State:
    """How far a rerun is, and what it does, in words.

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


def begin(member: Member, asked: Asked) -> str:
    """Begin a rerun, and return the rerun's id.

    Raises:
        Rejected: what was asked for makes no sense.
        NotAllowed: it cannot be begun now.
    """
    with services().database.write() as session:
        assignment = assignment_at(session, member, asked.assignment) if asked.assignment else None
        which = _expect(assignment, asked)
        now = clock(session)
        wanted = {"test": asked.test, "submission_ids": asked.submissions}
        chosen = select_submissions(session, member.course.id, assignment, which, now, **wanted)  # type: ignore[arg-type]
        title = _title(session, assignment, asked.test) if which == "failing" and assignment else asked.test
        rerun = begin_rerun(
            session,
            course_id=member.course.id,
            submission_ids=chosen,
            person_id=member.person_id,
            reason=asked.reason.strip(),
            chosen=in_words(which, len(chosen), title),
            assignment=assignment,
            version_hash=_version(session, assignment, asked.version),
            seed=asked.seed,
        )
    services().submitter.wake("background", min(len(chosen), MAX_WAKEUPS))
    return rerun.id


def act(session: Session, member: Member, rerun: Rerun, verb: Act, decision: Decision) -> tuple[str, int]:
    """Do something to a rerun; return what was done, as a sentence, and for how many runs to wake the background queue.

    Raises:
        Rejected: what was asked for makes no sense.
        NotAllowed: it cannot be done now, and nothing was.
    """
    return _ACTS[verb](session, member, rerun, decision)


def rerun_of(session: Session, member: Member, rerun_id: str, *, lock: bool = False) -> Rerun:
    """Return a rerun of a member's course, or answer that there is none.

    Args:
        session: to read in; one that writes, to lock it.
        member: who asks.
        rerun_id: which.
        lock: whether nobody else shall decide on it until the transaction ends.
    """
    if lock:
        return locked_rerun(session, member.course.id, rerun_id) or abort(404)
    related = (
        joinedload(Rerun.person),
        joinedload(Rerun.assignment),
        joinedload(Rerun.version),
    )
    query = select(Rerun).where(Rerun.id == rerun_id, Rerun.course_id == member.course.id)
    return session.scalar(query.options(*related)) or abort(404)


def state_of(session: Session, rerun: Rerun) -> State:
    """Return how far a rerun is."""
    progress = progress_of(session, [rerun.id])[rerun.id]
    query = (
        select(func.min(Run.claimed_at), func.max(Run.finished_at))
        .join(RerunItem, RerunItem.run_after == Run.id)
        .where(RerunItem.rerun_id == rerun.id, Run.finished_at.is_not(None))
    )
    began, ended = session.execute(query).one()
    eta = None
    if progress.underway and progress.done >= _FORETOLD_FROM and began and ended and ended > began:
        eta = progress.underway * (ended - began).total_seconds() / progress.done
    return State(progress, eta)


def fresh_seed() -> int:
    """Return a seed for all runs of a rerun."""
    return secrets.randbelow(_SEEDS)


def _expect(assignment: Assignment | None, asked: Asked) -> Selection:
    """Return which submissions are meant, where all of what was asked for makes sense."""
    if asked.which not in SELECTIONS:
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
    return next((one.title for one in shown_tests(session, assignment) if one.name == test), test)


def _pause(session: Session, member: Member, rerun: Rerun, _: Decision) -> tuple[str, int]:
    pause_rerun(session, rerun, member.person_id)
    return "The rerun is paused. What is being graded just now is finished; the rest waits until you go on.", 0


def _resume(session: Session, member: Member, rerun: Rerun, _: Decision) -> tuple[str, int]:
    count = resume_rerun(session, rerun, member.person_id)
    return f"The rerun goes on, with {_counted(count, 'submission')} to be graded.", min(count, MAX_WAKEUPS)


def _cancel(session: Session, member: Member, rerun: Rerun, _: Decision) -> tuple[str, int]:
    cancel_rerun(session, rerun, member.person_id)
    return "The rerun is cancelled. No grade has changed, and none will.", 0


def _apply(session: Session, member: Member, rerun: Rerun, decision: Decision) -> tuple[str, int]:
    if decision.scope not in SCOPES:
        raise Rejected("Choose what to apply: all, those up to date, those that rise, or those ticked.")
    _expect_short(decision.reason)
    if not member.manages and not _is_sound(session, rerun):
        raise NotAllowed(
            "This version is neither in force nor found good by the lab, so an instructor has to apply what it gave."
        )
    done = apply_rerun(
        session,
        rerun,
        member.person_id,
        decision.scope,
        submission_ids=frozenset(decision.submissions),
        reason=decision.reason.strip(),
    )
    return f"Applied to {_counted(done.submissions, 'submission')}. {_told(done)}", 0


def _is_sound(session: Session, rerun: Rerun) -> bool:
    """Tell whether a rerun was graded by what may be in force: else whoever applies it answers for the version."""
    if rerun.assignment is None or rerun.version_hash is None:
        return True
    return is_sound(session, rerun.assignment, rerun.version_hash)


def _discard(session: Session, member: Member, rerun: Rerun, decision: Decision) -> tuple[str, int]:
    _expect_short(decision.reason)
    discard_rerun(session, rerun, member.person_id, decision.reason.strip())
    return "The rerun is discarded. No grade has changed.", 0


def _undo(session: Session, member: Member, rerun: Rerun, decision: Decision) -> tuple[str, int]:
    _expect_short(decision.reason)
    done = undo_rerun(session, rerun, member.person_id, decision.reason.strip())
    submissions = _counted(done.submissions, "submission")
    return f"Undone: the grades before count again for {submissions}. {_told(done)}", 0


_ACTS: Final[Mapping[Act, Callable[[Session, Member, Rerun, Decision], tuple[str, int]]]] = {
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


def _told(done: DecisionOutcome) -> str:
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
