"""Wake-ups: messages that say a queue has work.

One is sent with each run that is submitted. The scheduler compares the runs that wait with the wake-ups in the broker
and sends what is missing: those that were lost, and those of runs that were submitted while the broker was away.
"""

from typing import Final

import redis
import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from records.database.engine import Database, clock
from records.queue import runs
from records.queue.jobs import jobs_waiting
from records.queue.slots import unserved
from worker.queue.app import GRADE_NEXT
from worker.settings import QUEUES, Queue

_LOG: Final = structlog.get_logger("gradeloop.wake-ups")


def send_wakeup(app: Celery, queue: Queue) -> bool:
    """Send a wake-up, and return whether the broker took it; the scheduler sends those that it did not."""
    try:
        app.send_task(GRADE_NEXT, queue=queue, ignore_result=True)
    except (OperationalError, redis.RedisError) as error:
        _LOG.warning("wake-up not sent", queue=queue, error=type(error).__name__)
        return False
    return True


def top_up(app: Celery, broker: "redis.Redis", database: Database) -> dict[Queue, int]:
    """Send each queue the wake-ups it lacks, and return how many were sent; fewer where the broker goes away.

    Raises DatabaseGone or RedisError if database or broker cannot be reached.
    """
    return {queue: _top_up(app, broker, database, queue) for queue in QUEUES}


def _top_up(app: Celery, broker: "redis.Redis", database: Database, queue: Queue) -> int:
    with database.read() as session:
        waiting = runs.runs_waiting(session, queue) + (jobs_waiting(session) if queue == "background" else 0)
        # No worker could claim those, so they would use up wake-ups without end.
        waiting -= sum(unserved(session, queue, clock(session)).values())
    # A wake-up that a worker holds belongs to a run that no longer waits, or soon does not. One too many does no harm.
    missing = waiting - int(broker.llen(queue))
    sent = 0
    while sent < missing and send_wakeup(app, queue):
        sent += 1
    return sent
