"""Watching a run of the service until it is finished."""

import time
from typing import Final

import redis
from rich.console import Console
from rich.status import Status

from cli.terminal.exits import OurFault
from cli.terminal.runs import progress_in_words
from grader.results.run import RunResult
from records.database.engine import Database, clock
from records.queue import eta
from records.submissions import models
from worker.queue.events import Events

_BLOCK_MS: Final = 500


def follow(console: Console, database: Database, events: Events, run_id: str, seconds: float) -> RunResult:
    """Return a run's result when it is there; until then the console tells how far it is.

    Raises OurFault if it was not there in time.
    """
    deadline = time.monotonic() + seconds
    last = "0"
    with console.status("") as status:
        while True:
            result, said = _state(database, run_id)
            if result is not None:
                return result
            if time.monotonic() > deadline:
                raise OurFault(f"run {run_id} was not graded within {seconds:g} s; it {said}")
            status.update(f"It {said}.")
            last = _watch(status, events, run_id, last)


def _state(database: Database, run_id: str) -> tuple[RunResult | None, str]:
    with database.read() as session:
        run = session.get_one(models.Run, run_id)
        if run.finished_at is not None:
            return run.result(), "is finished"
        position = eta.queue_position(session, run_id, clock(session))
    return None, progress_in_words(run.state, position.ahead, position.eta_seconds)


def _watch(status: Status, events: Events, run_id: str, last: str) -> str:
    """Show what happens for a moment, and return the id of the last event."""
    try:
        fresh = events.read(run_id, last, _BLOCK_MS)
    except redis.RedisError:
        time.sleep(_BLOCK_MS / 1000)  # the database knows as well
        return last
    tests = [event for event in fresh if event.kind == "test"]
    if tests:
        status.update(f"{tests[-1].data['test']['title']}")
    return fresh[-1].id if fresh else last
