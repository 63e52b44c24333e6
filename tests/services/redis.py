"""A Redis of the tests' own, with a unix socket and an append-only file."""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
import redis

from tests.services.server import binary, start_server, stop_server, wait_until

__all__ = ["Redis", "redis_server"]

_CONFIG = """\
port 0
unixsocket {folder}/redis.sock
dir {folder}
appendonly yes
appendfsync everysec
save ""
"""


class Redis:
    """A server in a temporary folder; what it was told survives a stop, and a kill but for the last second."""

    def __init__(self) -> None:
        self._server = binary("redis-server", "redis-server")
        self._folder = Path(tempfile.mkdtemp(prefix="gradeloop-redis-"))
        self._process: subprocess.Popen[bytes] | None = None
        (self._folder / "redis.conf").write_text(_CONFIG.format(folder=self._folder))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    @property
    def url(self) -> str:
        """The address of database 0, for redis-py; Celery's has `redis+socket` in front instead of `unix`."""
        return f"unix://{self._folder}/redis.sock"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._process = start_server([self._server, str(self._folder / "redis.conf")], self._folder / "log")
        wait_until(self._answers, f"Redis answers; see {self._folder}/log")

    def stop(self) -> None:
        """Stop the server in order; connections are cut."""
        stop_server(self._process, signal.SIGTERM)

    def kill(self) -> None:
        """Kill the server."""
        stop_server(self._process, signal.SIGKILL)

    def restart(self) -> None:
        """Stop the server in order and start it again."""
        self.stop()
        self.start()

    def forget(self) -> None:
        """Lose all that was told to a server that does not run, as a broken disk would."""
        shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Have the server take connections and answer nothing, for a while."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log").read_text()
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.exceptions.ConnectionError:  # not there yet, or still reading its file
            return False


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The one Redis of all tests that do not harm it."""
    with Redis() as server:
        yield server
