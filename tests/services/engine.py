"""A Docker engine of the tests' own, with the images of the benches in it, which may be killed and restarted.

It has a network namespace to itself, so that it touches neither the machine's network nor another engine's.
Who is not root takes the engine that is there, and leaves it alone.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.services.server import lack, start_server, stop_server, wait_until

__all__ = ["IMAGES", "Engine", "PrivateEngine", "docker_engine", "docker_images", "engine_with_images"]

IMAGES: Final = {"numpy": "gradeloop-bench-numpy", "torch": "gradeloop-bench-torch"}
_ROOT: Final = Path(__file__).parents[2]
_START_SECONDS: Final = 120.0
# A network namespace begins with its loopback interface down: SIOCSIFFLAGS with IFF_UP, then the daemon.
_WITH_LOOPBACK: Final = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""


class Engine(Protocol):
    """A Docker engine: `host` is what DOCKER_HOST must say to reach it."""

    host: str


class ForeignEngine:
    """The engine that is there already."""

    def __init__(self) -> None:
        self.host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")


class PrivateEngine:
    """An engine that we start, kill and restart."""

    def __init__(self, data: Path) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="gradeloop-engine-"))
        self._data = data
        self._process: subprocess.Popen[bytes] | None = None
        self.host = f"unix://{self._folder}/docker.sock"

    def start(self) -> None:
        """Start it, and return when it answers."""
        folder = self._folder
        (folder / "docker.pid").unlink(missing_ok=True)
        daemon = ["dockerd", "--data-root", str(self._data), "--exec-root", str(folder / "run")]
        daemon += ["--pidfile", str(folder / "docker.pid"), "--host", self.host, "--bridge", "none"]
        command = ["unshare", "--net", sys.executable, "-c", _WITH_LOOPBACK, *daemon]
        self._process = start_server(command, folder / "log")
        wait_until(self._answers, "the engine answers", _START_SECONDS)

    def stop(self) -> None:
        """End it in order, containers first."""
        stop_server(self._process, signal.SIGTERM)
        self._end_containerd()

    def kill(self) -> None:
        """Kill the daemon; what it has started is left to itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """End it in order and start it again."""
        self.stop()
        self.start()

    def close(self) -> None:
        """End it and leave nothing behind but its images."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text()[-3000:]
        return _answers(self.host)

    def _end_containerd(self) -> None:
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(int((self._folder / "run/containerd/containerd.pid").read_text()), signal.SIGTERM)


def _answers(host: str) -> bool:
    asked = subprocess.run(["docker", "--host", host, "info"], capture_output=True, check=False)
    return asked.returncode == 0


@contextmanager
def _data_root() -> Iterator[Path]:
    """Give a folder that images are kept in from one run of the tests to the next, if the machine can."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    with _free_folder(cache / "gradeloop") as folder:
        yield from _fit_for_overlays(folder)


@contextmanager
def _free_folder(parent: Path) -> Iterator[Path]:
    """Give a folder that no other run of the tests has: two engines cannot share one."""
    parent.mkdir(parents=True, exist_ok=True)
    for number in count(1):
        folder = parent / ("engine" if number == 1 else f"engine-{number}")
        with Path(f"{folder}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            folder.mkdir(exist_ok=True)
            yield folder
            return


def _fit_for_overlays(folder: Path) -> Iterator[Path]:
    system = subprocess.run(["stat", "-f", "-c", "%T", folder], capture_output=True, text=True, check=True).stdout
    if system.strip() != "overlayfs":
        yield folder
        return
    # An overlay cannot be stacked on an overlay.
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12g,mode=711", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def _engine() -> Iterator[Engine]:
    if os.geteuid() != 0 or shutil.which("dockerd") is None:
        foreign = ForeignEngine()
        if shutil.which("docker") is None or not _answers(foreign.host):
            lack("no Docker engine: install docker.io and run as root, or let DOCKER_HOST name an engine")
        yield foreign
        return
    with _data_root() as data:
        private = PrivateEngine(data)
        try:
            private.start()
            yield private
        finally:
            private.close()


@contextmanager
def _talking_to(host: str) -> Iterator[None]:
    """Let `docker` and the benches of this process speak with an engine."""
    before = os.environ.get("DOCKER_HOST")
    os.environ["DOCKER_HOST"] = host
    try:
        yield
    finally:
        if before is None:
            del os.environ["DOCKER_HOST"]
        else:
            os.environ["DOCKER_HOST"] = before


@contextmanager
def engine_with_images() -> Iterator[Mapping[str, str]]:
    """Have an engine with the images of the benches, for this process to speak with."""
    with _engine() as engine, _talking_to(engine.host):
        build_images(*IMAGES)
        yield IMAGES


def build_images(*flavours: str) -> None:
    """Build images into the engine of this process; quick where they are there."""
    built = subprocess.run([_ROOT / "scripts" / "images", *flavours], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[Engine]:
    """A Docker engine, which this process speaks with."""
    with _engine() as engine, _talking_to(engine.host):
        yield engine


@pytest.fixture(scope="session")
def docker_images(docker_engine: Engine) -> Mapping[str, str]:
    """The images of the benches, by environment, in the engine."""
    assert docker_engine.host
    build_images(*IMAGES)
    return IMAGES
