"""Grading slots: which of them live, and what each is at."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from grader.records.base import LANES, Base, Lane, one_of
from grader.records.database import clock

__all__ = ["Slot", "beat", "leave", "live_slots"]


class Slot(Base):
    """A grading slot that has given a sign of life: what it does, and when it was last heard of."""

    __tablename__ = "slots"
    __table_args__ = (one_of("lane", *LANES), Index(None, "lane", "seen_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    seen_at: Mapped[datetime]


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
