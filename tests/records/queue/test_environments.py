"""A slot claims only runs that it has benches for; the others wait for slots that have."""

from collections.abc import Collection

from records.database.engine import Database
from records.queue.runs import claim_run
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.records.samples import assignment, person, waiting_run


def waiting_in(database: Database, bundle: str) -> str:
    """Store a run that waits for a bundle's environment."""
    with database.write() as session:
        task = assignment(session)
        task.version_hash = keep_version(session, bundle_named(bundle)).hash
        return waiting_run(session, person(session), task).id


def claimed(database: Database, environments: Collection[str] | None) -> str | None:
    with database.write() as session:
        found = claim_run(session, "interactive", "slot 1", 60, environments)
    return found and found.id


def test_only_runs_of_the_environments_at_hand_are_claimed(database: Database) -> None:
    torch, numpy = waiting_in(database, "torch_cases"), waiting_in(database, "double")
    assert claimed(database, ["numpy"]) == numpy
    assert claimed(database, ["numpy"]) is None
    assert claimed(database, ["numpy", "torch"]) == torch


def test_where_nothing_is_said_any_run_is_claimed(database: Database) -> None:
    torch = waiting_in(database, "torch_cases")
    assert claimed(database, []) is None
    assert claimed(database, None) == torch
