"""compose.yaml, brought up once: it grades, it keeps apart what it should, and it leaves nothing behind."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.compose.composition import PASSWORD, SECRET_KEY, Composition
from tests.services.engine import Engine, build_images
from tests.services.server import wait_until

SERVICES = {"migrate", "web", "worker", "worker-background", "scheduler", "db", "broker"}
WORKERS = {"worker", "worker-background"}
STOPPED = sorted(WORKERS | {"web", "scheduler"})
ASSIGNMENT = "/assignments/sigmoid_derivative"


@pytest.fixture(scope="module")
def composition(docker_engine: Engine) -> Iterator[Composition]:
    build_images("numpy", "service", "postgres", "redis")
    composition = Composition(docker_engine)
    try:
        composition.up()
        yield composition
    finally:
        composition.down()
        composition.client.close()


@pytest.fixture
def attributes(composition: Composition) -> dict[str, dict[str, Any]]:
    """What the engine tells of each service's container."""
    return composition.attributes()


def test_all_services_are_there(attributes: dict[str, dict[str, Any]]) -> None:
    assert set(attributes) == SERVICES


def test_the_health_page_says_that_all_is_well(composition: Composition) -> None:
    def is_well() -> bool:
        return composition.fetch("web", "http://127.0.0.1:8000/health")[0] == 200

    wait_until(is_well, "slots of both queues live", 120)
    status, text = composition.fetch("web", "http://127.0.0.1:8000/health")
    assert (status, json.loads(text)["down"]) == (200, [])


@pytest.mark.parametrize("queue", ["interactive", "background"])
def test_a_submission_is_graded_in_each_queue(composition: Composition, queue: str) -> None:
    answer = f"{ASSIGNMENT}/right/hyperbolic.py"
    shown = composition.must("exec", "-T", "web", "gradeloop", "send", ASSIGNMENT, answer, "--queue", queue)
    assert "25 of 25 points" in shown


@pytest.mark.parametrize("name", sorted(WORKERS | {"scheduler"}))
def test_metrics_are_shown_within(composition: Composition, name: str) -> None:
    status, text = composition.fetch(name, "http://127.0.0.1:9100/metrics")
    assert status == 200
    assert "# HELP gradeloop_" in text


def test_only_workers_hold_the_engines_socket(attributes: dict[str, dict[str, Any]]) -> None:
    holders = {
        name for name, one in attributes.items() if any("docker.sock" in mount["Source"] for mount in one["Mounts"])
    }
    assert holders == WORKERS


def test_the_database_and_the_broker_are_reached_by_those_who_need_them(attributes: dict[str, dict[str, Any]]) -> None:
    networks = {
        name: {net.partition("_")[2] for net in one["NetworkSettings"]["Networks"]} for name, one in attributes.items()
    }
    assert networks == {
        "db": {"database"},
        "broker": {"broker"},
        "migrate": {"database"},
        "web": {"front", "database", "broker", "metrics"},
        "worker": {"database", "broker", "metrics"},
        "worker-background": {"database", "broker", "metrics"},
        "scheduler": {"database", "broker", "metrics"},
    }


def test_only_the_web_is_published_and_on_the_loopback_interface(attributes: dict[str, dict[str, Any]]) -> None:
    bound = {
        name: [binding["HostIp"] for bindings in one["HostConfig"]["PortBindings"].values() for binding in bindings]
        for name, one in attributes.items()
        if one["HostConfig"]["PortBindings"]
    }
    assert bound == {"web": ["127.0.0.1"]}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_service_may_more_than_it_must(attributes: dict[str, dict[str, Any]], name: str) -> None:
    host = attributes[name]["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert bool(host["CapAdd"]) == (name in {"db", "broker"})
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert not host["Privileged"]
    assert host["Memory"] > 0
    assert host["PidsLimit"] > 0
    assert (host["NanoCpus"] > 0) == (name not in WORKERS)
    assert host["RestartPolicy"]["Name"] == ("no" if name == "migrate" else "unless-stopped")


def test_the_password_and_the_key_are_in_no_log(composition: Composition) -> None:
    logs = composition.must("logs", "--no-color")
    assert PASSWORD not in logs
    assert SECRET_KEY not in logs


@pytest.mark.parametrize("further", ["compose.shared.yaml", "compose.workers.yaml"])
def test_the_files_for_more_hosts_fit_it(composition: Composition, further: str) -> None:
    variables = {"GRADELOOP_PRIVATE_ADDRESS": "127.0.0.1", "BROKER_PASSWORD": "secret"}
    done = composition.compose("-f", "compose.yaml", "-f", further, "config", **variables)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "GRADELOOP_SECRET_KEY"])
def test_without_its_secrets_nothing_starts(composition: Composition, name: str) -> None:
    refused = composition.compose("config", **{name: ""})
    assert refused.returncode != 0
    assert f"set {name}, in the environment or in a file .env" in refused.stderr


def test_limits_of_processors_can_be_set(composition: Composition) -> None:
    names = ("GRADELOOP_WEB", "GRADELOOP_WORKER", "POSTGRES", "BROKER")
    shown = composition.compose("config", **{f"{name}_CPUS": "0.25" for name in names})
    assert len(re.findall(r"cpus: \W?0\.25", shown.stdout)) == len(names) + 1  # there are two kinds of workers


def test_flower_comes_up_when_it_is_asked_for(composition: Composition) -> None:
    composition.must("--profile", "flower", "up", "--detach", "flower")

    def answers() -> bool:
        done = composition.compose("exec", "-T", "flower", "python3", "-c", FLOWER_ANSWERS)
        return done.returncode == 0

    wait_until(answers, "Flower answers", 60)


def test_a_backup_can_be_restored(composition: Composition) -> None:
    database = ("exec", "-T", "db")
    count = (
        *database,
        "psql",
        "--username=gradeloop",
        "--tuples-only",
        "--command=SELECT count(*) FROM runs",
        "gradeloop",
    )
    runs = int(composition.must(*count))
    assert runs
    dump = composition.must(*database, "pg_dump", "--username=gradeloop", "--clean", "--if-exists", "gradeloop")
    composition.must("stop", *STOPPED)
    # What was meanwhile is gone with the restoring.
    composition.must(*database, "psql", "--username=gradeloop", "--command=DROP TABLE run_tests, slots", "gradeloop")
    restore = ("psql", "--username=gradeloop", "--quiet", "--set=ON_ERROR_STOP=1", "gradeloop")
    composition.must(*database, *restore, fed=dump)
    assert int(composition.must(*count)) == runs
    composition.must("run", "--rm", "migrate")
    composition.up()


def test_nothing_is_left_of_it(composition: Composition) -> None:
    hosts = composition.hosts()
    wait_until(lambda: composition.benches_of(hosts) != [], "there are benches")
    composition.down()
    try:
        assert composition.left() == []
        wait_until(lambda: composition.benches_of(hosts) == [], "the benches are gone, their volumes too")
    finally:
        composition.up()  # as the tests after it find it


FLOWER_ANSWERS = "from urllib.request import urlopen; urlopen('http://127.0.0.1:5555/healthcheck', timeout=5)"
