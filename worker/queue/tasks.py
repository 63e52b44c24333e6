"""The one task: look whether a run waits, and grade it."""

from celery import Celery
from celery.exceptions import Reject

from worker.queue.app import GRADE_NEXT
from worker.slots.slot import Slot

_slot: Slot | None = None


def keep_slot(slot: Slot | None) -> None:
    """Let this process's tasks work in a slot, or in none any more."""
    global _slot
    _slot = slot


def add_tasks(app: Celery) -> None:
    """Teach an application its task."""
    app.task(name=GRADE_NEXT)(grade_next)


def grade_next() -> None:
    """Grade the run whose turn it is.

    Raises:
        Reject: this process has no slot, so the wake-up is for another.
    """
    if _slot is None:
        raise Reject("no slot", requeue=True)
    _slot.grade_next()
