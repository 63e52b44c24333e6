"""Where there is no isolation, runs wait unharmed and free of charge, until one can; and the metrics tell of it."""

import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.submissions.submit import Receipt
from tests.grading import bundle_named, reference_of, submission_of
from tests.services.redis import Redis
from tests.services.server import free_port, wait_until
from tests.services.service import Service

BUNDLE = bundle_named("double")


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A bubblewrap that raises no isolation."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "bwrap"
    program.write_text("#!/bin/sh\necho no isolation today >&2\nexit 1\n")
    program.chmod(0o755)
    return program


@pytest.fixture
def service(tmp_path: Path, broker: Redis, broken: Path) -> Iterator[Service]:
    """A service that finds the broken one before any other."""
    path = f"{broken.parent}:{os.environ['PATH']}"
    with Service(f"sqlite:///{tmp_path}/records.db", broker.url, PATH=path) as service:
        yield service


def metrics(port: int) -> dict[str, float]:
    """Return what a process shows, by name and labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def submit(service: Service) -> Receipt:
    submission = submission_of(BUNDLE, reference_of("double"))
    return service.submit(service.student(), service.assignment(BUNDLE), submission, admitted=True)


def test_a_run_waits_for_isolation_uncharged(service: Service, broken: Path) -> None:
    receipt = submit(service)
    worker, scheduler = free_port(), free_port()
    service.start("interactive", GRADELOOP_METRICS_PORT=str(worker))
    service.start("scheduler", GRADELOOP_METRICS_PORT=str(scheduler))
    wait_until(lambda: "no isolation today" in service.run(receipt.run_id).reason, "the run is released")
    assert service.run(receipt.run_id).tries == 0
    released = 'gradeloop_released_total{queue="interactive",reason="no bench"}'
    wait_until(lambda: metrics(worker).get(released, 0) >= 1, "the release is counted")
    assert metrics(scheduler)['gradeloop_queue_depth{queue="interactive"}'] == 1
    assert metrics(scheduler)['gradeloop_live_slots{queue="interactive"}'] == 1

    broken.unlink()
    assert service.result(receipt.run_id).outcome == "graded"
    assert service.run(receipt.run_id).tries == 1
    service.events(receipt.run_id)
    shown = metrics(worker)
    assert shown['gradeloop_runs_total{outcome="graded",queue="interactive"}'] == 1
    assert shown['gradeloop_run_seconds_count{environment="numpy",queue="interactive"}'] == 1
    assert shown['gradeloop_wait_seconds_count{queue="interactive"}'] >= 2
    assert metrics(scheduler)['gradeloop_queue_depth{queue="interactive"}'] == 0
    refused = [line for line in service.log("interactive") if line["event"] == "no bench"]
    assert "no isolation today" in refused[0]["reason"]
