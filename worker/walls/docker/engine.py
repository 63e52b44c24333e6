"""The container engine as a bench needs it: images, volumes, and containers ended or swept away."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from grader import policy
from grader.fingerprint import fingerprint
from worker.walls.wall import WallUnavailable

__all__ = ["CODE_LABEL", "HOST_LABEL", "OWNER_LABEL", "ROLE_LABEL", "Engine"]

CODE_LABEL: Final = "org.gradeloop.code"
HOST_LABEL: Final = "gradeloop.host"
OWNER_LABEL: Final = "gradeloop.owner"
ROLE_LABEL: Final = "gradeloop.role"
_TIMEOUT_SECONDS: Final = 30
_DEFAULT_HOST: Final = "unix:///var/run/docker.sock"
_STOPPED: Final = ("created", "exited", "dead")


class Engine:
    """A connection to the container engine that the environment names."""

    @cached_property
    def processors(self) -> int:
        """How many processors the engine's machine has."""
        with self._answering() as client:
            return int(client.info()["NCPU"])

    def require_image(self, name: str) -> None:
        """Do nothing if the engine has an image, and it holds the grading code of this release.

        Raises:
            WallUnavailable: it has not, or there is no engine.
        """
        with self._answering() as client:
            try:
                image = client.images.get(name)
            except ImageNotFound as error:
                raise WallUnavailable(f"The image `{name}` is not there; `make images` builds it.") from error
        if image.labels.get(CODE_LABEL) != fingerprint():
            raise WallUnavailable(f"The image `{name}` is of another release; `make images` builds it anew.")

    def make_volume(self, name: str, user: int) -> None:
        """Make the volume of a bench: a few kilobytes of memory that one user may write to."""
        options = f"size={policy.SHARED_BYTES},nr_inodes={policy.SHARED_MAX_INODES},uid={user},gid={user},mode=755"
        with self._answering() as client:
            client.volumes.create(
                name,
                driver="local",
                driver_opts={"type": "tmpfs", "device": "tmpfs", "o": f"{options},nosuid,nodev,noexec"},
                labels=self.labels(),
            )

    def remove_volume(self, name: str) -> None:
        """Remove a volume; one that is still in use or gone already is left to the sweep."""
        with suppress(WallUnavailable), self._answering() as client, suppress(APIError):
            client.volumes.get(name).remove(force=True)

    def end(self, container: str) -> None:
        """Kill a container and remove it, whatever state it is in."""
        with suppress(WallUnavailable), self._answering() as client, suppress(NotFound, APIError):
            client.api.remove_container(container, force=True)

    def labels(self) -> dict[str, str]:
        """Return the labels by which a sweep knows what belongs to this process."""
        return {HOST_LABEL: socket.gethostname(), OWNER_LABEL: f"{os.getpid()}.{_started(os.getpid())}"}

    def sweep(self) -> list[str]:
        """Remove what dead workers left behind, and return the names.

        A container whose worker ran on another host is left alone while it runs: it ends when that worker does.
        """
        swept: list[str] = []
        with self._answering() as client:
            for container in client.containers.list(all=True, filters={"label": OWNER_LABEL}, ignore_removed=True):
                if _is_orphan(container.labels) or (container.status in _STOPPED and not _is_ours(container.labels)):
                    self.end(str(container.id))
                    swept.append(str(container.name))
            for volume in client.volumes.list(filters={"label": OWNER_LABEL}):
                if _is_orphan(volume.attrs.get("Labels") or {}):
                    with suppress(APIError):
                        volume.remove()
                        swept.append(volume.name)
        return swept

    @contextmanager
    def _answering(self) -> Iterator[docker.DockerClient]:
        try:
            _knock()
            client = docker.from_env(timeout=_TIMEOUT_SECONDS)
        except (DockerException, OSError) as error:
            raise WallUnavailable(_no_engine(error)) from error
        try:
            yield client
        except WallUnavailable:
            raise
        except (DockerException, OSError) as error:
            raise WallUnavailable(_no_engine(error)) from error
        finally:
            client.close()


def _knock() -> None:
    """Raise OSError if nobody listens on the engine's socket: the SDK would leave its own half open then."""
    scheme, _, path = os.environ.get("DOCKER_HOST", _DEFAULT_HOST).partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(path)


def _no_engine(error: Exception) -> str:
    return f"The container engine does not answer ({error}); is it running, and may this user speak with it?"


def _is_ours(labels: dict[str, Any]) -> bool:
    return labels.get(HOST_LABEL) == socket.gethostname()


def _is_orphan(labels: dict[str, Any]) -> bool:
    """Tell whether the process that something belongs to ran on this host, and runs no more."""
    pid, _, started = labels[OWNER_LABEL].partition(".")
    return _is_ours(labels) and _started(int(pid)) != started


def _started(pid: int) -> str:
    """Return when a process was started, in ticks since the machine was; "" where there is none of that number."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""
