"""Handing in, from the page or from a program: one set of rules, one set of sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.submission import MAX_SUBMISSION_FILES, read_submission
from records.courses.lateness import is_closed, percent_off
from records.courses.models import Assignment
from records.courses.policy import terms_of
from records.database.engine import clock
from records.people.models import Person
from records.submissions.rules import Refused
from records.submissions.submit import attempts_used
from web.extensions import parts
from web.security.permissions import Seat, assignment_at, seat_in
from worker.queue.submitting import Ticket

MAX_KEY: Final = 64


class Handed(BaseModel):
    """What is sent to be graded: what it is to be, the files by name, and a key by which it may be sent again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["submit", "check"]
    files: dict[str, str] = Field(max_length=MAX_SUBMISSION_FILES)
    key: str = Field(default="", max_length=MAX_KEY)


@dataclass(frozen=True)
class Policy:
    """What holds for somebody at an assignment now."""

    due_at: datetime | None
    opens_at: datetime | None
    attempts: int
    used: int
    late_percent_per_day: float
    cost_now_percent: float
    closed: str

    @property
    def left(self) -> int | None:
        """The attempts that are left, None where there is no bound."""
        return max(0, self.attempts - self.used) if self.attempts else None


def hand_in(
    person_id: str, course: str, assignment: str, read: Callable[[Bundle], Handed]
) -> tuple[Ticket, Policy, Seat]:
    """Have files graded: by the public tests alone, or as an attempt; return what holds afterwards, and for whom.

    Args:
        person_id: who hands in.
        course, assignment: for what.
        read: returns what was sent.

    Raises:
        records.Refused: the rules of the assignment do not allow it.
        grader.bundle.SubmissionRefused: these files cannot be taken.
    """
    with parts().database.read() as session:
        seat = seat_in(session, person_id, course)
        found = assignment_at(session, seat, assignment)
    if found.version_hash is None:
        raise Refused("This assignment has no tests yet, so nothing can be graded.")
    bundle = parts().bundles.of(found.version_hash)
    handed = read(bundle)
    submission = read_submission(bundle.manifest, as_bytes(handed.files))
    ticket = parts().intake.hand_in(person_id, found.id, submission, kind=handed.kind, key=handed.key)
    with parts().database.read() as session:
        return ticket, policy_of(session, seat, found, clock(session)), seat


def policy_of(session: Session, seat: Seat, assignment: Assignment, now: datetime) -> Policy:
    """Return what holds for somebody now; nothing is closed to staff, for nothing of theirs counts."""
    person = session.get_one(Person, seat.person_id)
    used = attempts_used(session, person, assignment)
    terms = terms_of(session, seat.person_id, assignment)
    closed = ""
    if not seat.is_staff and is_closed(terms, now):
        closed = "The due date has passed, so this cannot be submitted any more. Check still works."
    elif not seat.is_staff and terms.attempts and used >= terms.attempts:
        closed = "All attempts are used. Check still works."
    return Policy(
        due_at=terms.due_at,
        opens_at=terms.opens_at,
        attempts=terms.attempts,
        used=used,
        late_percent_per_day=terms.late_percent_per_day,
        cost_now_percent=percent_off(terms, now),
        closed=closed,
    )


def as_bytes(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return files as they are stored; what no file can hold is replaced."""
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}
