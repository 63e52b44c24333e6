"""Grading slots: which are alive, what each is working on, and what it can grade."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, ForeignKey, Index, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from grader.environments import ENVIRONMENT_NAMES
from records.database.base import QUEUES, Base, Queue, one_of
from records.database.engine import clock, insert
from records.database.types import Json, Text
from records.queue.jobs import Job
from records.queue.leases import QUEUED
from records.submissions.models import Run
from records.versions.models import Version

_LIVE_SECONDS: Final = 15.0
_FORGOTTEN: Final = timedelta(hours=1)
_ALL_WELL: Final[Mapping[str, str]] = dict.fromkeys(ENVIRONMENT_NAMES, "")


class Slot(Base):
    """A grading slot that has sent a heartbeat: what it works on, what it can grade, and when it was last seen.

    Attributes:
        benches: for each environment that it keeps benches for, why none is available; "" where one is.
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
    """Record that a slot is alive, which run it grades, and the state of its benches."""
    seen = {"queue": queue, "run_id": run_id, "benches": dict(benches), "seen_at": clock(session)}
    session.execute(
        insert(session, Slot).values(id=slot, **seen).on_conflict_do_update(index_elements=["id"], set_=seen)
    )


def live_slots(session: Session, queue: Queue, now: datetime, seconds: float = _LIVE_SECONDS) -> int:
    """Return how many slots of a queue sent a heartbeat in the last `seconds`."""
    return session.scalars(select(func.count()).where(*_live(queue, now, seconds))).one()


def serving(session: Session, queue: Queue, now: datetime) -> dict[str, list[str]]:
    """Return, for each environment, the live slots of a queue that have a bench for it."""
    slots: dict[str, list[str]] = {}
    for slot, benches in session.execute(select(Slot.id, Slot.benches).where(*_live(queue, now)).order_by(Slot.id)):
        for environment in (name for name, trouble in benches.items() if not trouble):
            slots.setdefault(environment, []).append(slot)
    return slots


def troubles(session: Session, queue: Queue, now: datetime) -> list[str]:
    """Return what is wrong with each live slot of a queue that lacks a bench."""
    found = [
        set(benches.values()) - {""} for benches in session.scalars(select(Slot.benches).where(*_live(queue, now)))
    ]
    return [" ".join(sorted(wrong)) for wrong in found if wrong]


def unserved(session: Session, queue: Queue, now: datetime) -> dict[str, int]:
    """Return how many runs, or verifications, wait in a queue for environments that no live slot keeps benches for.

    Empty where no slot is alive: those that start may keep some.
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


def of_worker(slot: InstrumentedAttribute[Any], worker: str) -> ColumnElement[bool]:
    """Return the condition that a column names a slot of a worker; slots are named `WORKER/CHILD`."""
    return slot.startswith(f"{worker}/", autoescape=True)


def remove_slot(session: Session, slot: str) -> None:
    """Remove a slot that ends."""
    session.execute(delete(Slot).where(Slot.id == slot))


def remove_dead_slots(session: Session, worker: str, is_alive: Callable[[str], bool]) -> None:
    """Remove the slots of a worker whose process is gone."""
    for slot in session.scalars(select(Slot.id).where(of_worker(Slot.id, worker))).all():
        if not is_alive(slot):
            remove_slot(session, slot)


def remove_silent_slots(session: Session, now: datetime) -> None:
    """Remove the slots that have sent no heartbeat for an hour: their worker was killed."""
    session.execute(delete(Slot).where(Slot.seen_at < now - _FORGOTTEN))
