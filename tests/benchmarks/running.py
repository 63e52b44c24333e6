"""A whole service to be measured: PostgreSQL, Redis, workers, scheduler, and benches behind Docker isolation."""

import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import Final

from sqlalchemy import func, select

from grader.bundle.submission import SubmittedFiles
from grader.environments import EnvironmentName
from records.submissions.models import FINISHED, Run
from tests.benchmarks.containers import bench_containers
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.service import Service

__all__ = [
    "SLOTS",
    "HandedIn",
    "await_finished",
    "finished",
    "grade_heap",
    "running_service",
    "runs_of",
    "wait_for",
    "warm_up",
]

SLOTS: Final = 2
_BENCHES: Final[dict[EnvironmentName, int]] = {"numpy": 2, "torch": 1}  # of a slot, as the settings have it
_WARM_UPS: Final = 10  # for each slot, so that each of its benches has collected the suite
_LOOK_SECONDS: Final = 0.25  # seldom enough not to be seen in what is measured
_START_SECONDS: Final = 180.0

HandedIn = tuple[str, str, SubmittedFiles]  # by whom, for which assignment, what


@contextmanager
def running_service(environment: EnvironmentName, *names: str, isolation: str = "docker") -> Iterator[Service]:
    """Have a service of two interactive slots and a background slot, on the engine that this process speaks with.

    Args:
        environment: of its benches.
        names: what runs, as `Service.start` has it; both workers and the scheduler if nothing is named.
        isolation: "docker" or "bubblewrap".
    """
    benches = {name: str(count if name == environment else 0) for name, count in _BENCHES.items()}
    settings = {
        "GRADELOOP_ISOLATION": isolation,
        "GRADELOOP_SLOTS_INTERACTIVE": str(SLOTS),
        "GRADELOOP_BENCHES_NUMPY": benches["numpy"],
        "GRADELOOP_BENCHES_TORCH": benches["torch"],
        "GRADELOOP_LEASE_SECONDS": "15",
        "GRADELOOP_SWEEP_SECONDS": "5",
    }
    slots = SLOTS if names and "background" not in names else SLOTS + 1
    expected = 2 * slots * _BENCHES[environment] if isolation == "docker" else 0
    with Postgres() as postgres, Redis() as redis:
        service = Service(postgres.url("bench"), redis.url, **settings)
        try:
            service.start(*names)
            wait_for(
                lambda: not expected or len(bench_containers()) >= expected, _START_SECONDS, "all benches have started"
            )
            yield service
        except BaseException:
            service.__exit__()
            raise
        with redirect_stdout(io.StringIO()):  # it would print a line for each of thousands of runs
            service.__exit__()


def warm_up(service: Service, assignment_id: str, answer: SubmittedFiles) -> None:
    """Have each interactive bench grade an answer a few times."""
    grade_heap(service, [(service.student(), assignment_id, answer) for _ in range(SLOTS * _WARM_UPS)])


def grade_heap(service: Service, heap: Sequence[HandedIn]) -> list[Run]:
    """Submit a heap at once, and return its runs when all are finished, in that order."""
    run_ids = [service.submit(*submitted, admitted=True).run_id for submitted in heap]
    await_finished(service, run_ids)
    return runs_of(service, run_ids)


def await_finished(service: Service, run_ids: Sequence[str], count: int | None = None, seconds: float = 600.0) -> None:
    """Wait until some of a heap's runs are finished, all of them if no number is told."""
    wanted = len(run_ids) if count is None else count
    wait_for(lambda: finished(service, run_ids) >= wanted, seconds, f"{wanted} of {len(run_ids)} runs are finished")


def finished(service: Service, run_ids: Sequence[str]) -> int:
    """Return how many of some runs are finished."""
    done = select(func.count()).where(Run.id.in_(run_ids), Run.state.in_(FINISHED))
    with service.database.read() as session:
        return session.scalars(done).one()


def runs_of(service: Service, run_ids: Sequence[str]) -> list[Run]:
    """Return runs as they are now, in the order in which they were finished."""
    query = select(Run).where(Run.id.in_(run_ids)).order_by(Run.finished_at)
    with service.database.read() as session:
        return list(session.scalars(query).all())


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for a condition; end the measurement if it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {seconds} s in vain: {what}")
        time.sleep(_LOOK_SECONDS)
