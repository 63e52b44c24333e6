"""Grading slots: which of them live, and what each is at."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from grader.records.base import LANES, Base, Lane, one_of
from grader.records.database import clock, insert
from grader.records.types import Text

__all__ = ["Slot", "beat", "leave", "live_slots", "troubles"]


class Slot(Base):
    """A grading slot that has given a sign of life: what it does, what is wrong, and when it was last heard of."""

    __tablename__ = "slots"
    __table_args__ = (one_of("lane", *LANES), Index(None, "lane", "seen_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str]
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    trouble: Mapped[str] = mapped_column(Text, default="")
    seen_at: Mapped[datetime]


def beat(session: Session, slot: str, lane: Lane, run_id: str | None, trouble: str = "") -> None:
    """Note that a slot lives, the run it is at, and why it cannot grade, if so."""
    seen = {"lane": lane, "run_id": run_id, "trouble": trouble, "seen_at": clock(session)}
    session.execute(
        insert(session, Slot).values(id=slot, **seen).on_conflict_do_update(index_elements=["id"], set_=seen)
    )


def live_slots(session: Session, lane: Lane, now: datetime, seconds: float = 15) -> int:
    """Return how many slots of a lane gave a sign of life in the last `seconds`."""
    return session.scalars(select(func.count()).where(*_live(lane, now, seconds))).one()


def troubles(session: Session, lane: Lane, now: datetime, seconds: float = 15) -> list[str]:
    """Return what is wrong with each slot of a lane that lives and is in trouble."""
    return list(session.scalars(select(Slot.trouble).where(*_live(lane, now, seconds), Slot.trouble != "")))


def _live(lane: Lane, now: datetime, seconds: float) -> tuple[ColumnElement[bool], ...]:
    return Slot.lane == lane, Slot.seen_at > now - timedelta(seconds=seconds)


def leave(session: Session, slot: str) -> None:
    """Forget a slot that ends."""
    session.execute(delete(Slot).where(Slot.id == slot))
