"""Submitting, from the page or from a program: one set of rules, one set of sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.submission import MAX_SUBMISSION_FILES, read_submission
from records.courses.members import Member
from records.courses.models import Assignment
from records.courses.policy import policy_for
from records.errors import NotAllowed
from records.submissions.rules import Refusal, attempts_used, refusal
from records.submissions.submit import Receipt
from web.extensions import services
from web.security.permissions import assignment_at

MAX_KEY: Final = 64


class SubmissionForm(BaseModel):
    """What is sent to be graded: what it is to be, the files by name, and a key by which it may be sent again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: Literal["submit", "check"]
    files: dict[str, str] = Field(max_length=MAX_SUBMISSION_FILES)
    key: str = Field(default="", max_length=MAX_KEY)


@dataclass(frozen=True)
class AttemptStatus:
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


def submit(member: Member, assignment: str, read: Callable[[Bundle], SubmissionForm]) -> Receipt:
    """Submit files, as an attempt or to be checked by the public tests; return the receipt.

    Args:
        member: who submits.
        assignment: for what.
        read: returns what was sent.

    Raises:
        NotAllowed: the rules of the assignment do not allow it.
        grader.bundle.SubmissionRefused: these files cannot be taken.
    """
    with services().database.read() as session:
        found = assignment_at(session, member, assignment)
    if found.version_hash is None:
        raise NotAllowed(Refusal.NO_VERSION)
    bundle = services().bundles.of(found.version_hash)
    handed = read(bundle)
    submission = read_submission(bundle.manifest, as_bytes(handed.files))
    return services().submitter.submit(member.person_id, found.id, submission, kind=handed.kind, key=handed.key)


def attempt_status(session: Session, member: Member, assignment: Assignment, now: datetime) -> AttemptStatus:
    """Return what holds for somebody now; nothing is closed to staff, for nothing of theirs counts."""
    used = attempts_used(session, member.person_id, assignment)
    policy = policy_for(session, member.person_id, assignment)
    closed = None if member.is_staff else refusal(policy, used, now)
    return AttemptStatus(
        due_at=policy.due_at,
        opens_at=policy.opens_at,
        attempts=policy.attempts,
        used=used,
        late_percent_per_day=policy.late_percent_per_day,
        cost_now_percent=policy.percent_off(now),
        closed=str(closed or ""),
    )


def as_bytes(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return files as they are stored; what no file can hold is replaced."""
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}
