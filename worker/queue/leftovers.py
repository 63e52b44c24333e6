"""What a child that died left behind: runs that it had taken.

The lease of such a run lapses in time, and the scheduler puts it back. The child that takes the dead one's place does
so at once, for it can see that the process is gone.
"""

import os
from typing import Final

import structlog
from sqlalchemy import select

from grader import records

__all__ = ["put_back_leftovers", "slot_name"]

_LOG: Final = structlog.get_logger("gradeloop.leftovers")


def slot_name(worker: str, pid: int) -> str:
    """Return the name of the slot that a child of a worker keeps; the worker's own is like no other's."""
    return f"{worker}/{pid}"


def put_back_leftovers(database: records.Database, worker: str, max_tries: int) -> list[str]:
    """Put back the runs of a worker's dead children, each try charged, and return their ids.

    Those that were begun too often are left to the scheduler, which ends them.

    Raises:
        grader.records.DatabaseGone: the database cannot be reached; the leases end all the same.
    """
    back = []
    with database.write() as session:
        held = select(records.Run).where(records.Run.state == "running", records.Run.slot.startswith(f"{worker}/"))
        for run in session.scalars(held).all():
            if _lives(run.slot or "") or run.tries >= max_tries or run.claim is None:
                continue
            if records.give_back(session, run.id, run.claim, charge=True, reason="the worker's process died"):
                back.append(run.id)
    for run_id in back:
        _LOG.warning("its process died: the run is back in the queue", run=run_id)
    return back


def _lives(slot: str) -> bool:
    try:
        os.kill(int(slot.rpartition("/")[2]), 0)
    except ProcessLookupError:
        return False
    return True
