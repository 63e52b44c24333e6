"""The service as compose.yaml describes it, in the tests' engine, on stand-ins for the public images."""

import json
import os
import shutil
import subprocess
from collections.abc import Set
from pathlib import Path
from typing import Any
from uuid import uuid4

import docker as sdk

from tests.services.engine import Engine
from tests.services.server import lack, wait_until
from worker.isolation.docker.engine import HOST_LABEL, OWNER_LABEL

__all__ = ["PASSWORD", "ROOT", "SECRET_KEY", "Composition", "compose_command"]

ROOT = Path(__file__).parents[2]
# Has characters that a URL would have to escape.
PASSWORD = "p@ss:w/rd ?#%é'"
SECRET_KEY = "a key of the tests: long enough, $$ and not random"
_LABEL = "com.docker.compose.project"
_UP_SECONDS = 180.0


def compose_command() -> list[str]:
    """Return the command for compose on this machine, or skip the test."""
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0:
        lack("there is no compose here: install the package docker-compose")
    return ["docker", "compose"]


class Composition:
    """A compose project with a name of its own."""

    def __init__(self, engine: Engine) -> None:
        self.name = f"gradeloop-test-{uuid4().hex[:8]}"
        self.client = sdk.DockerClient(base_url=engine.host)
        self._variables = {
            "COMPOSE_PROJECT_NAME": self.name,
            "DOCKER_SOCKET": engine.host.removeprefix("unix://"),
            "POSTGRES_PASSWORD": PASSWORD,
            "GRADELOOP_SECRET_KEY": SECRET_KEY,
            "POSTGRES_IMAGE": "gradeloop-postgres",
            "BROKER_IMAGE": "gradeloop-redis",
            "GRADELOOP_PORT": "0",
            "FLOWER_PORT": "0",
            "GRADELOOP_SLOTS_INTERACTIVE": "1",
            "GRADELOOP_BENCHES_NUMPY": "1",
            "GRADELOOP_BENCHES_TORCH": "0",
        }

    def compose(self, *arguments: str, fed: str = "", **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run compose with a standard input; a variable set to "" counts as unset."""
        environment = {**os.environ, **self._variables, **variables}
        command = [*compose_command(), *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment, input=fed, capture_output=True, text=True, check=False
        )

    def must(self, *arguments: str, fed: str = "") -> str:
        """Run compose, assert that it succeeds, and return its output."""
        done = self.compose(*arguments, fed=fed)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def up(self) -> None:
        """Start all services, and return when they are healthy."""
        self.must("up", "--detach")
        wait_until(lambda: set(self.health().values()) == {"healthy"}, "all parts are healthy", _UP_SECONDS)

    def down(self) -> None:
        """Stop all services and delete their data."""
        self.must("--profile", "flower", "down", "--volumes", "--timeout", "30")

    def attributes(self) -> dict[str, dict[str, Any]]:
        """Return the engine's attributes of each container, by service."""
        found = self.client.containers.list(all=True, filters={"label": f"{_LABEL}={self.name}"})
        return {container.labels["com.docker.compose.service"]: container.attrs for container in found}

    def health(self) -> dict[str, str]:
        """Return the health of each service that has a health check."""
        states = {name: one["State"] for name, one in self.attributes().items() if "Healthcheck" in one["Config"]}
        return {
            name: state.get("Health", {}).get("Status", "none") for name, state in states.items() if name != "migrate"
        }

    def fetch(self, service: str, url: str, accept: str = "application/json") -> tuple[int, str]:
        """Fetch a page from inside a container; return its status and text."""
        script = (
            "import json, sys, urllib.request as u, urllib.error as e\n"
            f"request = u.Request({url!r}, headers={{'Accept': {accept!r}}})\n"
            "try:\n    answer = u.urlopen(request, timeout=20)\n"
            "except e.HTTPError as error:\n    answer = error\n"
            "print(json.dumps([answer.status, answer.read().decode()]))"
        )
        status, text = json.loads(self.must("exec", "-T", service, "python3", "-c", script))
        return status, text

    def hosts(self) -> set[str]:
        """Return the hostnames of the project's containers, which label their benches."""
        return {attributes["Config"]["Hostname"] for attributes in self.attributes().values()}

    def left(self) -> list[str]:
        """Return the names of the project's containers, volumes and networks."""
        ours = {"label": f"{_LABEL}={self.name}"}
        kinds = (self.client.containers.list(all=True, filters=ours), self.client.volumes.list(filters=ours))
        return [str(one.name) for kind in (*kinds, self.client.networks.list(filters=ours)) for one in kind]

    def benches_of(self, hosts: Set[str]) -> list[str]:
        """Return the names of containers and volumes of benches started by workers on these hosts."""
        theirs = {"label": OWNER_LABEL}
        found = {str(one.name): one.labels for one in self._containers(theirs)}
        found |= {volume.name: volume.attrs.get("Labels") or {} for volume in self.client.volumes.list(filters=theirs)}
        return [name for name, labels in found.items() if labels[HOST_LABEL] in hosts]

    def _containers(self, filters: dict[str, str]) -> list[Any]:
        return self.client.containers.list(all=True, filters=filters, ignore_removed=True)
