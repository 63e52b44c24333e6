"""What handing in after the due date costs."""

import math
from datetime import datetime, timedelta
from typing import Final

from records.courses.policy import Terms

_DAY: Final = timedelta(days=1)


def percent_off(terms: Terms, at: datetime) -> float:
    """Return what is taken off a submission of this moment, in percent of its points: 0 to 100."""
    if terms.due_at is None or at <= terms.due_at:
        return 0.0
    days = math.ceil((at - terms.due_at) / _DAY)
    return min(100.0, days * terms.late_percent_per_day) if terms.late_percent_per_day else 100.0


def is_closed(terms: Terms, at: datetime) -> bool:
    """Tell whether a submission of this moment would get no points however good it is."""
    return percent_off(terms, at) >= 100.0
