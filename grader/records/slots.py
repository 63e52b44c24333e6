"""Grading slots: which of them live, and what each is at."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grader.records.database import clock
from grader.records.models import Lane, Slot

__all__ = ["beat", "leave", "live_slots"]


def beat(session: Session, slot: str, lane: Lane, run_id: str | None) -> None:
    """Note that a slot lives, and the run it is at."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    seen = {"lane": lane, "run_id": run_id, "seen_at": clock(session)}
    session.execute(insert(Slot).values(id=slot, **seen).on_conflict_do_update(index_elements=["id"], set_=seen))


def live_slots(session: Session, lane: Lane, now: datetime, seconds: float = 15) -> int:
    """Return how many slots of a lane gave a sign of life in the last `seconds`."""
    since = now - timedelta(seconds=seconds)
    return session.scalars(select(func.count()).where(Slot.lane == lane, Slot.seen_at > since)).one()


def leave(session: Session, slot: str) -> None:
    """Forget a slot that ends."""
    session.execute(delete(Slot).where(Slot.id == slot))
