"""The container engine as a bench needs it: images, volumes, and containers ended or swept away."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from grader import limits
from grader.fingerprint import fingerprint
from worker.benches.identity import identity, lives
from worker.isolation.base import IsolationUnavailable

CODE_LABEL: Final = "org.gradeloop.code"
HOST_LABEL: Final = "gradeloop.host"
OWNER_LABEL: Final = "gradeloop.owner"
ROLE_LABEL: Final = "gradeloop.role"
_TIMEOUT_SECONDS: Final = 30
_DEFAULT_HOST: Final = "unix:///var/run/docker.sock"
_STOPPED: Final = ("created", "exited", "dead")
_SETTLED_SECONDS: Final = 600.0  # more than any start of a bench takes
_OF_CONTAINER: Final = re.compile("[0-9a-f]{12}")


class Engine:
    """A connection to the container engine that the environment names, from a machine or a container of this name."""

    def __init__(self, host: str | None = None) -> None:
        self._host = host or socket.gethostname()

    @cached_property
    def processors(self) -> int:
        """How many processors the engine's machine has."""
        with self._answering() as client:
            return int(client.info()["NCPU"])

    def require_image(self, name: str) -> None:
        """Raise IsolationUnavailable unless the engine has an image of the grading code of this release."""
        with self._answering() as client:
            try:
                image = client.images.get(name)
            except ImageNotFound as error:
                raise IsolationUnavailable(f"The image `{name}` is not there; `make images` builds it.") from error
        if image.labels.get(CODE_LABEL) != fingerprint():
            raise IsolationUnavailable(f"The image `{name}` is of another release; `make images` builds it anew.")

    def make_volume(self, name: str, user: int) -> None:
        """Make the volume of a bench: a few kilobytes of memory that one user may write to."""
        options = f"size={limits.SHARED_BYTES},nr_inodes={limits.SHARED_MAX_INODES},uid={user},gid={user},mode=755"
        with self._answering() as client:
            client.volumes.create(
                name,
                driver="local",
                driver_opts={"type": "tmpfs", "device": "tmpfs", "o": f"{options},nosuid,nodev,noexec"},
                labels=self.labels(),
            )

    def remove_volume(self, name: str) -> None:
        """Remove a volume; one that is still in use or gone already is left to the sweep."""
        with suppress(IsolationUnavailable), self._answering() as client, suppress(APIError):
            client.volumes.get(name).remove(force=True)

    def end(self, container: str) -> None:
        """Kill a container and remove it, whatever state it is in."""
        with suppress(IsolationUnavailable), self._answering() as client, suppress(NotFound, APIError):
            client.api.remove_container(container, force=True)

    def labels(self) -> dict[str, str]:
        """Return the labels by which a sweep knows what belongs to this process."""
        return {HOST_LABEL: self._host, OWNER_LABEL: identity()}

    def sweep(self, settled_seconds: float = _SETTLED_SECONDS) -> list[str]:
        """Remove what dead workers left behind, and return the names.

        Of whom it cannot be told whether they live, that is what does not run, or is in no container's use, after
        `settled_seconds`: what is younger may be about to start. What runs ends when its worker does.
        """
        swept: list[str] = []
        with self._answering() as client:
            owners = _Owners(client, self._host)
            now = _moment(client.info()["SystemTime"])
            for container in client.containers.list(all=True, filters={"label": OWNER_LABEL}, ignore_removed=True):
                settled = (now - _moment(container.attrs["Created"])).total_seconds() >= settled_seconds
                if owners.are_gone(container.labels) or (container.status in _STOPPED and settled):
                    self.end(str(container.id))
                    swept.append(str(container.name))
            for volume in client.volumes.list(filters={"label": OWNER_LABEL}):
                labels = volume.attrs.get("Labels") or {}
                settled = (now - _moment(volume.attrs["CreatedAt"])).total_seconds() >= settled_seconds
                if owners.are_gone(labels) or (settled and labels.get(HOST_LABEL) != self._host):
                    with suppress(APIError):  # one that is in use
                        volume.remove()
                        swept.append(volume.name)
        return swept

    @contextmanager
    def _answering(self) -> Iterator[docker.DockerClient]:
        try:
            _knock()
            client = docker.from_env(timeout=_TIMEOUT_SECONDS)
        except (DockerException, OSError) as error:
            raise IsolationUnavailable(_no_engine(error)) from error
        try:
            yield client
        except IsolationUnavailable:
            raise
        except (DockerException, OSError) as error:
            raise IsolationUnavailable(_no_engine(error)) from error
        finally:
            client.close()


def _knock() -> None:
    """Raise OSError if nobody listens on the engine's socket: the SDK would leave a connection open then."""
    scheme, _, path = os.environ.get("DOCKER_HOST", _DEFAULT_HOST).partition("://")
    if scheme == "unix":
        with socket.socket(socket.AF_UNIX) as door:
            door.connect(path)


def _no_engine(error: Exception) -> str:
    return f"The container engine does not answer ({error}); is it running, and may this user speak with it?"


class _Owners:
    """Who of those that things belong to are gone, as far as it can be told from here.

    On this host that is a matter of the process. Where this process runs in a container of the engine, as in compose,
    so do the other workers, and one whose container runs no more is gone.
    """

    def __init__(self, client: docker.DockerClient, host: str) -> None:
        self._host = host
        running = {str(container.id)[:12] for container in client.containers.list(ignore_removed=True)}
        self._running = running if host in running else None

    def are_gone(self, labels: dict[str, Any]) -> bool:
        """Tell whether the owner that labels name is certain to be gone."""
        host = str(labels.get(HOST_LABEL))
        if host == self._host:
            return not lives(labels[OWNER_LABEL])
        return self._running is not None and bool(_OF_CONTAINER.fullmatch(host)) and host not in self._running


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
