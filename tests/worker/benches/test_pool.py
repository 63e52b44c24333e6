"""Benches that are warm before they are needed, and replaced while others serve."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from grader.bundle.bundle import Bundle
from tests.grading import bundle_named, grade, reference_of, submission_of
from tests.services.server import wait_until
from worker.benches.bench import Bench
from worker.benches.grading import BenchError
from worker.benches.pool import Pool
from worker.isolation.base import Isolation, IsolationUnavailable, Site
from worker.isolation.bubblewrap import Bubblewrap

pytestmark = pytest.mark.service

CRASHES = "import os\n\n\ndef double(x):\n    os._exit(3)\n"
PATIENCE = 60.0


@contextmanager
def pool_of(
    size: int, isolation: Isolation | None = None, runs_per_bench: int = 1000
) -> Iterator[tuple[Pool, list[Any]]]:
    """A pool with NumPy, and the list of its replacements."""
    replaced: list[Any] = []
    with Pool(isolation or Bubblewrap(), {"numpy": size}, runs_per_bench, lambda *what: replaced.append(what)) as pool:
        yield pool, replaced


def everything_of(bench: Bench) -> dict[Any, int]:
    return dict(bench.processes())


def test_benches_are_warm_before_anybody_asks() -> None:
    with pool_of(2) as (pool, _):
        wait_until(lambda: pool.ready()["numpy"] == 2, "two benches are ready")


def test_a_bench_serves_run_after_run() -> None:
    with pool_of(1) as (pool, replaced):
        seen = []
        for _ in range(3):
            with pool.borrow("numpy", PATIENCE) as bench:
                assert grade(bench, "target", reference_of("target")).outcome == "graded"
                seen.append(everything_of(bench))
    assert seen[0] == seen[1] == seen[2]
    assert replaced == []


def test_after_an_odd_run_another_serves_and_the_sandbox_is_replaced_in_the_background() -> None:
    with pool_of(2) as (pool, replaced):
        wait_until(lambda: pool.ready()["numpy"] == 2, "two benches are ready")
        with pool.borrow("numpy", PATIENCE) as bench:
            grade(bench, "double", CRASHES)
            odd = bench
            before = everything_of(bench)
        with pool.borrow("numpy", 0) as other:  # at once
            assert other is not odd
        wait_until(lambda: pool.ready()["numpy"] == 2, "two benches are ready")
        after = everything_of(odd)
    assert after["judge"] == before["judge"]
    assert after["sandbox"] != before["sandbox"]
    assert replaced == [("numpy", "odd run")]


def test_a_bench_that_broke_is_replaced_whole() -> None:
    with pool_of(1) as (pool, replaced):
        with pool.borrow("numpy", PATIENCE) as bench:
            bench.worn = "broken"
            before = everything_of(bench)
        with pool.borrow("numpy", PATIENCE) as bench:
            after = everything_of(bench)
    assert not set(before.values()) & set(after.values())
    assert replaced == [("numpy", "broken")]


def test_a_bench_is_replaced_by_a_fresh_one_after_so_many_runs() -> None:
    with pool_of(1, runs_per_bench=2) as (pool, replaced):
        processes = []
        for _ in range(5):
            with pool.borrow("numpy", PATIENCE) as bench:
                processes.append(everything_of(bench))
    assert [processes[i] == processes[i - 1] for i in range(1, 5)] == [True, False, True, False]
    assert replaced[:2] == [("numpy", "runs"), ("numpy", "runs")]


def test_a_bundle_that_moves_to_another_environment_moves_to_that_environments_benches() -> None:
    unserved = pytest.raises(IsolationUnavailable, match="keeps no benches with torch")
    with pool_of(1) as (pool, _), unserved, pool.borrow("torch", PATIENCE):
        pass


def test_a_version_that_changes_its_environment_is_graded_on_benches_of_the_new_one() -> None:
    pytest.importorskip("torch")
    first = bundle_named("double")
    manifest = first.files["assignment.toml"].replace(b'environment = "numpy"', b'environment = "torch"')
    suite = first.files["test_hidden.py"].replace(b"import pytest\n", b"import pytest\nimport torch  # needs it\n")
    second = Bundle.from_files("double", {**first.files, "assignment.toml": manifest, "test_hidden.py": suite})
    served = []
    with Pool(Bubblewrap(), {"numpy": 1, "torch": 1}, 1000) as pool:
        for version in (first, second, first):
            with pool.borrow(version.manifest.environment, PATIENCE) as bench:
                run = bench.grade(version, submission_of(version, reference_of("double")))
                assert (run.outcome, run.score) == ("graded", run.max_score), run.message
                served.append(everything_of(bench))
    assert served[0] == served[2]
    assert not set(served[0].values()) & set(served[1].values())


class MissingAtFirst(Bubblewrap):
    """A backend that starts nothing until it is allowed to."""

    def __init__(self) -> None:
        self.allowed = threading.Event()

    def site(self) -> Site:
        if not self.allowed.is_set():
            raise IsolationUnavailable("The engine is away.")
        return super().site()


def test_while_no_isolation_can_be_raised_a_borrower_hears_why_at_once_and_later_it_serves() -> None:
    isolation = MissingAtFirst()
    with pool_of(1, isolation) as (pool, _):
        wait_until(lambda: bool(pool.troubles()["numpy"]), "the bench has failed to start")
        with pytest.raises(IsolationUnavailable, match=r"The engine is away\."), pool.borrow("numpy", PATIENCE):
            pass
        isolation.allowed.set()
        wait_until(lambda: pool.ready()["numpy"] == 1, "the bench is ready")
        assert pool.troubles() == {"numpy": ""}
        with pool.borrow("numpy", PATIENCE) as bench:
            assert grade(bench, "target", reference_of("target")).outcome == "graded"


class Once(MissingAtFirst):
    """A backend for one bench, and for others when that is allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = threading.Event()
        self._first = threading.Semaphore()

    def site(self) -> Site:
        if self._first.acquire(blocking=False):
            return Bubblewrap().site()
        self.refused.set()
        return super().site()


def test_there_is_no_trouble_while_one_bench_serves_or_is_lent() -> None:
    isolation = Once()
    with pool_of(2, isolation) as (pool, _):
        wait_until(
            lambda: pool.ready()["numpy"] == 1 and isolation.refused.is_set(), "one bench is ready, and one refused"
        )
        assert pool.troubles() == {"numpy": ""}
        with pool.borrow("numpy", PATIENCE) as bench:
            assert pool.troubles() == {"numpy": ""}
            bench.worn = "broken"
            bench.close()
        wait_until(lambda: pool.troubles() == {"numpy": "The engine is away."}, "neither serves")
        isolation.allowed.set()
        wait_until(lambda: pool.troubles() == {"numpy": ""}, "one serves again")


def test_environments_without_benches_are_in_no_trouble() -> None:
    with Pool(MissingAtFirst(), {"numpy": 0, "torch": 0}, 1) as pool:
        assert pool.troubles() == {}


class Overpromising(Bubblewrap):
    """A backend that promises what bubblewrap does not keep."""

    promises = Bubblewrap.promises | {"limits"}


def test_a_bench_whose_isolation_do_not_keep_their_promises_does_not_serve() -> None:
    with pool_of(1, Overpromising()) as (pool, _):
        wait_until(lambda: bool(pool.troubles()["numpy"]), "the bench has failed to start")
        broken = "isolation does not keep “memory, swap, processes and processors are limited”"
        assert broken in pool.troubles()["numpy"]


def test_a_borrower_waits_no_longer_than_it_said() -> None:
    too_late = pytest.raises(BenchError, match="no bench with numpy was ready in time")
    with pool_of(1) as (pool, _), pool.borrow("numpy", PATIENCE), too_late, pool.borrow("numpy", 0.05):
        pass


def test_a_pool_that_is_closed_has_ended_its_benches() -> None:
    with pool_of(2) as (pool, _), pool.borrow("numpy", PATIENCE) as bench:
        bundle = bundle_named("target")
        assert bench.grade(bundle, submission_of(bundle, reference_of("target"))).outcome == "graded"
    assert bench.processes() == {}
