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
from tests.services.server import lack, wait_until
from tests.services.service import Service
from tests.worker.faults.heap import Heap
from worker.walls.docker.engine import OWNER_LABEL, ROLE_LABEL

AWAY_SECONDS = 10.0


@pytest.fixture
def client(docker_engine: Engine) -> Iterator[sdk.DockerClient]:
    client = sdk.DockerClient(docker_engine.host)
    yield client
    client.close()


def halves(client: sdk.DockerClient, service: Service, role: str) -> list[Any]:
    """Return the running containers of the service's benches that have a role."""
    owners = {str(pid) for pid in service.children("interactive")}
    found = client.containers.list(filters={"label": f"{ROLE_LABEL}={role}"}, ignore_removed=True)
    return [one for one in found if one.labels[OWNER_LABEL].partition(".")[0] in owners]


def a_half(client: sdk.DockerClient, service: Service, role: str) -> Any:
    """Wait until there is a container of a role, and return it."""
    wait_until(lambda: bool(halves(client, service, role)), f"there is a {role}")
    return halves(client, service, role)[0]


def test_a_worker_child_is_killed(service: Service, heap: Heap) -> None:
    heap.strike()
    os.kill(service.children("interactive")[0], signal.SIGKILL)

    heap.hold()


def test_a_worker_parent_is_killed_and_started_again(service: Service, heap: Heap) -> None:
    heap.strike()
    os.kill(service.parent("interactive"), signal.SIGKILL)
    service.processes.pop("interactive").wait()
    service.start("interactive")
    heap.mend()

    heap.hold()


@pytest.mark.parametrize("role", ["judge", "cell"])
def test_the_server_of_a_half_is_killed(service: Service, heap: Heap, client: sdk.DockerClient, role: str) -> None:
    server = a_half(client, service, role)
    heap.strike()
    os.kill(client.api.inspect_container(server.id)["State"]["Pid"], signal.SIGKILL)

    heap.hold()


@pytest.mark.parametrize("role", ["judge", "cell"])
def test_a_container_is_killed_from_outside(service: Service, heap: Heap, client: sdk.DockerClient, role: str) -> None:
    container = a_half(client, service, role)
    heap.strike()
    client.api.kill(container.id)

    heap.hold()


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


def fill_disk(client: sdk.DockerClient, service: Service, role: str) -> bool:
    """Fill all that a half can write to; False if it was replaced meanwhile."""
    fill = "cat /dev/zero >/tmp/filler; cat /dev/zero >/run/gradeloop/filler; true"
    half = a_half(client, service, role)
    return (
        subprocess.run(["docker", "exec", half.id, "sh", "-c", fill], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.parametrize("role", ["judge", "cell"])
def test_the_disk_of_a_half_is_full(service: Service, heap: Heap, client: sdk.DockerClient, role: str) -> None:
    heap.strike()
    wait_until(lambda: fill_disk(client, service, role), "a disk is full")
    other = bundle_named("target")  # whose suite is still to be written to a judge's disk
    ticket = service.intake.hand_in(
        service.student(), service.assignment(other), submission_of(other, reference_of("target")), admitted=True
    )

    heap.hold()
    result = service.result(ticket.run_id)
    assert (result.outcome, result.score) == ("graded", result.max_score), result.message
