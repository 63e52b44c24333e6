"""What submitting after the due date costs."""

import math
from datetime import datetime, timedelta
from typing import Final

from records.courses.policy import Policy

_DAY: Final = timedelta(days=1)


def percent_off(policy: Policy, at: datetime) -> float:
    """Return what is taken off a submission of this moment, in percent of its points: 0 to 100."""
    if policy.due_at is None or at <= policy.due_at:
        return 0.0
    days = math.ceil((at - policy.due_at) / _DAY)
    return min(100.0, days * policy.late_percent_per_day) if policy.late_percent_per_day else 100.0


def is_closed(policy: Policy, at: datetime) -> bool:
    """Tell whether a submission of this moment would get no points however good it is."""
    return percent_off(policy, at) >= 100.0
