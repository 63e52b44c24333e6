"""Grading slots: which of them live, what each is at, and what it can grade."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database.base import QUEUES, Base, Queue, one_of
from records.database.engine import clock, insert
from records.database.types import Json, Text
from records.queue.jobs import Job
from records.submissions.models import QUEUED, Run
from records.versions.models import Version

_LIVE_SECONDS: Final = 15.0
_ALL_WELL: Final = {"numpy": "", "torch": ""}


class Slot(Base):
    """A grading slot that has given a sign of life: what it does, what it can grade, and when it was last heard of.

    Attributes:
        benches: for each environment that it keeps benches for, why none of them can be had; "" where one can.
    """

    __tablename__ = "slots"
    __table_args__ = (one_of("queue", *QUEUES), Index(None, "queue", "seen_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    queue: Mapped[Queue] = mapped_column(Text())
    run_id: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    benches: Mapped[dict[str, str]] = mapped_column(Json())
    seen_at: Mapped[datetime]


def record_heartbeat(
    session: Session, slot: str, queue: Queue, run_id: str | None, benches: Mapping[str, str] = _ALL_WELL
) -> None:
    """Note that a slot lives, the run it is at, and how its benches are."""
    seen = {"queue": queue, "run_id": run_id, "benches": dict(benches), "seen_at": clock(session)}
    session.execute(
        insert(session, Slot).values(id=slot, **seen).on_conflict_do_update(index_elements=["id"], set_=seen)
    )


def live_slots(session: Session, queue: Queue, now: datetime, seconds: float = _LIVE_SECONDS) -> int:
    """Return how many slots of a queue gave a sign of life in the last `seconds`."""
    return session.scalars(select(func.count()).where(*_live(queue, now, seconds))).one()


def serving(session: Session, queue: Queue, now: datetime) -> dict[str, list[str]]:
    """Return, for each environment, the slots of a queue that live and have a bench for it."""
    slots: dict[str, list[str]] = {}
    for slot, benches in session.execute(select(Slot.id, Slot.benches).where(*_live(queue, now)).order_by(Slot.id)):
        for environment in (name for name, trouble in benches.items() if not trouble):
            slots.setdefault(environment, []).append(slot)
    return slots


def troubles(session: Session, queue: Queue, now: datetime) -> list[str]:
    """Return what is wrong with each slot of a queue that lives and is in trouble."""
    found = [
        set(benches.values()) - {""} for benches in session.scalars(select(Slot.benches).where(*_live(queue, now)))
    ]
    return [" ".join(sorted(wrong)) for wrong in found if wrong]


def unserved(session: Session, queue: Queue, now: datetime) -> dict[str, int]:
    """Return how many runs, or verifications, wait in a queue for environments that no living slot keeps benches for.

    Nothing where no slot lives: those that come may keep some.
    """
    kept = session.scalars(select(Slot.benches).where(*_live(queue, now))).all()
    if not kept:
        return {}
    waiting = _waiting(session, Run, Run.queue == queue, Run.state == QUEUED)
    if queue == "background":
        waiting += _waiting(session, Job, Job.kind == "verification", Job.state == "queued")
    return {name: number for name, number in sorted(waiting.items()) if not any(name in benches for benches in kept)}


def _waiting(session: Session, kind: type[Run | Job], *conditions: ColumnElement[bool]) -> Counter[str]:
    environment = Version.environment
    query = select(environment, func.count()).join_from(kind, Version, kind.version_hash == Version.hash)
    return Counter({row[0]: row[1] for row in session.execute(query.where(*conditions).group_by(environment))})


def _live(queue: Queue, now: datetime, seconds: float = _LIVE_SECONDS) -> tuple[ColumnElement[bool], ...]:
    return Slot.queue == queue, Slot.seen_at > now - timedelta(seconds=seconds)


def remove_slot(session: Session, slot: str) -> None:
    """Forget a slot that ends."""
    session.execute(delete(Slot).where(Slot.id == slot))
