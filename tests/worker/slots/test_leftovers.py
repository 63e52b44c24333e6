"""The runs that a worker's dead children had claimed are released; those of live children and other workers stay."""

import subprocess

import pytest

from records.database.engine import Database
from records.queue.runs import claim_run
from records.queue.slots import Slot, record_heartbeat
from records.submissions.models import Run
from tests.records.samples import queued
from worker.benches.identity import identity
from worker.slots.leftovers import release_leftovers


@pytest.fixture(scope="module")
def dead() -> str:
    """The identity of a process that is gone."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        return identity(process.pid)


def claimed_by(database: Database, slot: str) -> str:
    """Have a slot claim a run, and return the run's id."""
    queued(database)
    with database.write() as session:
        claimed = claim_run(session, "interactive", slot, 60)
        record_heartbeat(session, slot, "interactive", None)
    assert claimed is not None
    return claimed.id


def test_only_what_dead_children_of_the_same_worker_had_claimed_is_released(database: Database, dead: str) -> None:
    lost = claimed_by(database, f"host/a_1/{dead}")
    kept = [
        claimed_by(database, f"host/a_1/{identity()}"),
        claimed_by(database, f"host/a_10/{dead}"),
        claimed_by(database, f"host/aX1/{dead}"),
    ]
    assert [run.id for run in release_leftovers(database, "host/a_1", max_tries=3)] == [lost]
    with database.read() as session:
        run = session.get_one(Run, lost)
        assert (run.state, run.tries) == ("queued", 1)
        assert {session.get_one(Run, run_id).state for run_id in kept} == {"running"}
        assert session.get(Slot, f"host/a_1/{dead}") is None
        assert session.get(Slot, f"host/a_1/{identity()}") is not None


def test_a_run_that_was_begun_too_often_is_left_to_the_scheduler(database: Database, dead: str) -> None:
    lost = claimed_by(database, f"host/a/{dead}")
    assert release_leftovers(database, "host/a", max_tries=1) == []
    with database.read() as session:
        assert session.get_one(Run, lost).state == "running"
