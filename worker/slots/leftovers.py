"""What a child that died left behind: runs that it had taken.

The lease of such a run lapses in time, and the scheduler puts it back. The child that takes the dead one's place does
so at once, for it can see that the process is gone.
"""

from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from records.database.engine import Database
from records.queue.runs import release_run
from records.queue.slots import Slot, remove_slot
from records.submissions.models import Run
from worker.benches.identity import lives

_LOG: Final = structlog.get_logger("gradeloop.leftovers")


def slot_name(worker: str, child: str) -> str:
    """Return the name of the slot that a child of a worker keeps, by its identity; no two workers have one name."""
    return f"{worker}/{child}"


def put_back_leftovers(database: Database, worker: str, max_tries: int) -> list[Run]:
    """Put back the runs of a worker's dead children, each try charged, and return them.

    Those that were begun too often are left to the scheduler, which ends them.

    Raises:
        records.DatabaseGone: the database cannot be reached; the leases end all the same.
    """
    back = []
    run, slot = Run, Slot
    with database.write() as session:
        for held in session.scalars(select(run).where(_of(run.slot, worker), run.state == "running")).all():
            if held.slot and held.claim and held.tries < max_tries and not _lives(held.slot):
                release_run(session, held.id, held.claim, charge=True, reason="the worker's process died")
                back.append(held)
        for name in session.scalars(select(slot.id).where(_of(slot.id, worker))).all():
            if not _lives(name):
                remove_slot(session, name)
    for lost in back:
        _LOG.warning("its process died: the run is back in the queue", run=lost.id, tries=lost.tries)
    return back


def _of(name: InstrumentedAttribute[Any], worker: str) -> ColumnElement[bool]:
    return name.startswith(f"{worker}/", autoescape=True)


def _lives(slot: str) -> bool:
    return lives(slot.rpartition("/")[2])
