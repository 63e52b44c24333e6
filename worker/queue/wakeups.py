"""Tokens: messages that say a lane has work.

One is sent with each run that is handed in. The scheduler compares the runs that wait with the tokens that lie in the
broker and sends what is missing: those that were lost, and those of runs that were handed in while the broker was away.
"""

from typing import Final

import redis
import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from records.database.engine import Database, clock
from records.queue import runs
from records.queue.jobs import studies_waiting
from records.queue.slots import unserved
from worker.queue.app import GRADE_NEXT
from worker.settings import LANES, Lane

_LOG: Final = structlog.get_logger("gradeloop.tokens")


def send_token(app: Celery, lane: Lane) -> bool:
    """Say that a lane has work, and return whether the broker heard it; where it did not, the scheduler makes good."""
    try:
        app.send_task(GRADE_NEXT, queue=lane, ignore_result=True)
    except (OperationalError, redis.RedisError) as error:
        _LOG.warning("token not sent", lane=lane, error=type(error).__name__)
        return False
    return True


def top_up(app: Celery, broker: "redis.Redis", database: Database) -> dict[Lane, int]:
    """Send each lane the tokens it lacks, and return how many; fewer where the broker goes away meanwhile.

    Raises:
        records.DatabaseGone: the database cannot be reached.
        redis.RedisError: the broker cannot be reached.
    """
    return {lane: _top_up(app, broker, database, lane) for lane in LANES}


def _top_up(app: Celery, broker: "redis.Redis", database: Database, lane: Lane) -> int:
    with database.read() as session:
        waiting = runs.waiting(session, lane) + (studies_waiting(session) if lane == "batch" else 0)
        # Those would use up tokens without end.
        waiting -= sum(unserved(session, lane, clock(session)).values())
    # A token that a worker holds belongs to a run that no longer waits, or soon does not. One too many does no harm.
    missing = waiting - int(broker.llen(lane))
    sent = 0
    while sent < missing and send_token(app, lane):
        sent += 1
    return sent
