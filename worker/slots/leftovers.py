"""What a child that died left behind: the runs it had claimed.

The lease of such a run expires in time, and the scheduler puts it back. The child that replaces the dead one does so at
once, for it can see that the process is gone.
"""

from typing import Final

import structlog

from records.database.engine import Database
from records.queue.runs import release_runs_of
from records.queue.slots import remove_dead_slots
from records.submissions.models import Run
from worker.benches.identity import lives

_LOG: Final = structlog.get_logger("gradeloop.leftovers")


def release_leftovers(database: Database, worker: str, max_tries: int) -> list[Run]:
    """Release the runs of a worker's dead children, each try charged, and return them.

    Those begun too often are left to the scheduler, which ends them.
    """
    with database.write() as session:
        released = release_runs_of(session, worker, max_tries, _lives, "the worker's process died")
        remove_dead_slots(session, worker, _lives)
    for run in released:
        _LOG.warning("run released: its process died", run=run.id, tries=run.tries)
    return released


def _lives(slot: str) -> bool:
    return lives(slot.rpartition("/")[2])
