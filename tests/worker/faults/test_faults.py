"""Whatever dies or goes away while two hundred runs are in the queue: all are graded, each once, as they deserve."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import docker as sdk
import pytest

from tests.grading import bundle_named, reference_of, submission_of
from tests.services.engine import Engine, PrivateEngine
from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.server import lack
from tests.services.service import Service
from tests.worker.faults.heap import Heap
from worker.isolation.docker.engine import OWNER_LABEL, ROLE_LABEL

AWAY_SECONDS = 10.0


@pytest.fixture
def client(docker_engine: Engine) -> Iterator[sdk.DockerClient]:
    client = sdk.DockerClient(docker_engine.host)
    yield client
    client.close()


def half_at(client: sdk.DockerClient, owner: str, role: str) -> Any:
    """Return the container that has a role in the bench of a slot, by the identity of the process that keeps it."""
    labels = [f"{OWNER_LABEL}={owner}", f"{ROLE_LABEL}={role}"]
    (half,) = client.containers.list(filters={"label": labels}, ignore_removed=True)
    return half


def test_a_worker_child_is_killed(service: Service, heap: Heap) -> None:
    run_id, child = heap.victim()
    heap.strike()
    os.kill(int(child.partition(".")[0]), signal.SIGKILL)

    heap.hold()
    assert service.run(run_id).tries == 2


def test_a_worker_parent_is_killed_and_started_again(service: Service, heap: Heap) -> None:
    heap.strike()
    os.kill(service.parent("interactive"), signal.SIGKILL)
    service.processes.pop("interactive").wait()
    service.start("interactive")
    heap.mend()

    heap.hold()


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_the_server_of_a_half_is_killed(service: Service, heap: Heap, client: sdk.DockerClient, role: str) -> None:
    run_id, owner = heap.victim()
    server = client.api.inspect_container(half_at(client, owner, role).id)["State"]["Pid"]
    heap.strike()
    os.kill(server, signal.SIGKILL)

    heap.hold()
    assert service.run(run_id).tries == 2


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_a_container_is_killed_from_outside(service: Service, heap: Heap, client: sdk.DockerClient, role: str) -> None:
    run_id, owner = heap.victim()
    container = half_at(client, owner, role)
    heap.strike()
    client.api.kill(container.id)

    heap.hold()
    assert service.run(run_id).tries == 2


def test_redis_is_away_for_ten_seconds(own_redis: Redis, heap: Heap) -> None:
    heap.strike()
    own_redis.stop()
    time.sleep(AWAY_SECONDS)  # the fault itself: that long it is away
    own_redis.start()
    heap.mend()

    heap.hold()


def test_redis_is_killed_and_has_forgotten_everything(own_redis: Redis, heap: Heap) -> None:
    heap.strike()
    own_redis.kill()
    own_redis.forget()
    own_redis.start()
    heap.mend()

    heap.hold()


def test_postgresql_is_restarted(own_postgres: Postgres, heap: Heap) -> None:
    heap.strike()
    own_postgres.restart()
    heap.mend()

    heap.hold()


def test_postgresql_is_killed_and_started_again(own_postgres: Postgres, heap: Heap) -> None:
    heap.strike()
    own_postgres.kill()
    own_postgres.start()
    heap.mend()

    heap.hold()


def test_the_engine_is_restarted(docker_engine: Engine, heap: Heap) -> None:
    if not isinstance(docker_engine, PrivateEngine):
        lack("this engine is not ours to restart: run as root, with dockerd installed")
    heap.strike()
    docker_engine.restart()
    heap.mend()

    heap.hold()


def fill_disk(half: Any) -> str:
    """Fill all that a half can write to, and return what stopped it."""
    fill = "for folder in /tmp /run/gradeloop; do cat /dev/zero >$folder/filler; done"
    return subprocess.run(["docker", "exec", half.id, "sh", "-c", fill], capture_output=True, text=True).stderr


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_the_disk_of_a_half_is_full(service: Service, heap: Heap, client: sdk.DockerClient, role: str) -> None:
    _, owner = heap.victim()
    half = half_at(client, owner, role)
    heap.strike()
    assert fill_disk(half).count("No space left on device") == (
        2 if role == "sandbox" else 1
    )  # the judge has but one place
    other = bundle_named("target")  # whose suite is still to be written to a judge's disk
    ticket = service.submit(
        service.student(), service.assignment(other), submission_of(other, reference_of("target")), admitted=True
    )

    heap.hold()
    result = service.result(ticket.run_id)
    assert (result.outcome, result.score) == ("graded", result.max_score), result.message
