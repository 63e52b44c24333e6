"""A pool of warm benches: there before they are needed, and replaced in the background."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final, Literal, Self

import structlog

from worker.benches.bench import Bench, Worn
from worker.benches.breakout import check_isolation
from worker.benches.grading import BenchError
from worker.isolation.base import Isolation, IsolationUnavailable

Reason = Worn | Literal["runs"]

_LOG: Final = structlog.get_logger("gradeloop.pool")
_PAUSES: Final = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds between attempts to start a bench


class Pool:
    """Keeps benches of every environment warm; use it as a context manager.

    Each bench has a thread of its own that starts it, checks its isolation, and renews it after a run that wore it out.

    Args:
        isolation: the backend of all benches.
        sizes: the number of benches of each environment.
        runs_per_bench: gradings after which a bench is replaced by a fresh one.
        on_replacement: called for each replacement with the environment and the reason.
    """

    def __init__(
        self,
        isolation: Isolation,
        sizes: Mapping[str, int],
        runs_per_bench: int,
        on_replacement: Callable[[str, Reason], object] = lambda _environment, _reason: None,
    ) -> None:
        self._isolation = isolation
        self._sizes = sizes
        self._runs_per_bench = runs_per_bench
        self._on_replacement = on_replacement
        self._change = threading.Condition()
        self._ready: dict[str, deque[_Place]] = {environment: deque() for environment in sizes}
        self._places: list[_Place] = []
        self._closing = False

    def __enter__(self) -> Self:
        with suppress(IsolationUnavailable):  # which the benches will say
            self._isolation.sweep()
        for environment, size in self._sizes.items():
            self._places += [_Place(environment) for _ in range(size)]
        for place in self._places:
            place.thread = threading.Thread(target=self._keep, args=(place,), name=f"bench {place.environment}")
            place.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._change:
            self._closing = True
            self._change.notify_all()
        for place in self._places:
            if place.thread is not None:
                place.thread.join()

    def ready(self) -> Counter[str]:
        """Return how many benches of each environment are ready and not in use."""
        with self._change:
            return Counter({environment: len(places) for environment, places in self._ready.items()})

    def troubles(self) -> dict[str, str]:
        """Return for each environment that there are benches of why none of them can be had; "" where one can."""
        with self._change:
            kept = [environment for environment, size in self._sizes.items() if size]
            return {environment: str(self._trouble(environment) or "") for environment in kept}

    @contextmanager
    def borrow(self, environment: str, seconds: float) -> Iterator[Bench]:
        """Lend a bench, to be waited for at most some seconds; it comes back when the block ends.

        Raises IsolationUnavailable or BenchError, which says why none can be had.
        """
        place = self._take(environment, time.monotonic() + seconds)
        try:
            yield place.living_bench()
        finally:
            self._give_back(place)

    def _take(self, environment: str, deadline: float) -> "_Place":
        if not self._sizes.get(environment):
            raise IsolationUnavailable(f"This worker keeps no benches with {environment}.")
        with self._change:
            while not self._ready[environment]:
                if trouble := self._trouble(environment):
                    raise trouble
                if not self._change.wait(deadline - time.monotonic()):
                    raise BenchError(f"no bench with {environment} was ready in time")
            return self._ready[environment].popleft()

    def _give_back(self, place: "_Place") -> None:
        place.runs += 1
        place.reason = place.living_bench().worn or ("runs" if place.runs >= self._runs_per_bench else None)
        with self._change:
            if place.reason is None:
                self._ready[place.environment].append(place)
            else:
                place.idle, place.serves = True, False
            self._change.notify_all()

    def _trouble(self, environment: str) -> Exception | None:
        """Return why no bench of an environment is ready or lent; None where one is, or may soon be."""
        places = [place for place in self._places if place.environment == environment]
        if any(place.serves for place in places):
            return None
        return next((place.trouble for place in places if place.trouble), None)

    def _keep(self, place: "_Place") -> None:
        """Start one bench, and renew it whenever it comes back worn, until the pool closes."""
        try:
            while self._make_ready(place):
                with self._change:
                    place.serves = True
                    self._ready[place.environment].append(place)
                    self._change.notify_all()
                    self._change.wait_for(lambda: self._closing or place.idle)
                    if self._closing:
                        return
                    place.idle = False
                if place.reason is not None:
                    self._on_replacement(place.environment, place.reason)
        finally:
            place.close()

    def _make_ready(self, place: "_Place") -> bool:
        """Try until a bench is ready, its isolation checked; False when the pool closes before."""
        attempt = 0
        while not self._closing:
            try:
                self._start(place)
            except Exception as error:  # whatever it is, the next attempt may go better, and a borrower is told
                place.close()
                self._note_trouble(place, error)
                self._pause(_PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1
            else:
                self._note_trouble(place, None)
                return True
        return False

    def _start(self, place: "_Place") -> None:
        if place.reason == "runs":
            place.close()
        fresh = place.bench is None
        if place.bench is None:
            place.bench, place.runs = Bench(self._isolation, place.environment), 0
        place.bench.renew()
        if fresh:
            _expect_isolation(place.bench)
        place.reason = None

    def _note_trouble(self, place: "_Place", error: Exception | None) -> None:
        trouble = BenchError(repr(error)) if not isinstance(error, IsolationUnavailable | BenchError | None) else error
        with self._change:
            if trouble is not None and str(trouble) != str(place.trouble or ""):
                _LOG.error("a bench cannot be started", environment=place.environment, reason=str(trouble))
            place.trouble = trouble
            self._change.notify_all()

    def _pause(self, seconds: float) -> None:
        with self._change:
            self._change.wait_for(lambda: self._closing, seconds)


class _Place:
    """Where one bench of a pool stands, and what is known of it."""

    def __init__(self, environment: str) -> None:
        self.environment = environment
        self.bench: Bench | None = None
        self.runs = 0
        self.serves = False  # ready, or lent
        self.idle = False  # handed back, worn out
        self.trouble: Exception | None = None  # why it could not be started
        self.reason: Reason | None = None
        self.thread: threading.Thread | None = None

    def living_bench(self) -> Bench:
        assert self.bench is not None
        return self.bench

    def close(self) -> None:
        if self.bench is not None:
            self.bench.close()
        self.bench = None


def _expect_isolation(bench: Bench) -> None:
    """Have a submission try to break out of a fresh bench; raise IsolationUnavailable if it can."""
    if not bench.namespaces:
        return  # the self-checks have passed, and no submission will meet another
    for check in check_isolation(bench):
        if not check.holds:
            raise IsolationUnavailable(f"Isolation does not hold on this machine: {check.title}. {check.message}")
