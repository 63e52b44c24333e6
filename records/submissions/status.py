"""Where somebody stands at an assignment now: policy, attempts used, and why nothing can be submitted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.models import Assignment
from records.courses.policy import policy_for
from records.submissions.rules import attempts_used, refusal


@dataclass(frozen=True)
class AttemptStatus:
    """Where somebody stands at an assignment.

    Attributes:
        attempts: the limit, 0 for none.
        cost_now_percent: what lateness takes off a submission of this moment.
        closed: why nothing can be submitted now, as a sentence; "" while it can.
        active_rule: which attempt counts: "best", "last" or "first".
    """

    due_at: datetime | None
    opens_at: datetime | None
    attempts: int
    used: int
    late_percent_per_day: float
    cost_now_percent: float
    closed: str
    active_rule: str

    @property
    def left(self) -> int | None:
        """The attempts that are left, None where there is no limit."""
        return max(0, self.attempts - self.used) if self.attempts else None


def attempt_status(session: Session, member: Member, assignment: Assignment, now: datetime) -> AttemptStatus:
    """Return where somebody stands; nothing is closed to staff, whose submissions do not count."""
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
        active_rule=policy.active_rule,
    )
