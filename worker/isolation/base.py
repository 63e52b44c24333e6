"""What a bench needs of an isolation backend: `docker` or `bubblewrap`."""

import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final, Literal, Protocol

# The users that each process runs as: nobody on a Debian or Fedora system, and neither may touch the other's processes.
USERS: Final = {"judge": 64_001, "sandbox": 64_002}
_END_SECONDS: Final = 10.0


class IsolationUnavailable(RuntimeError):
    """This machine cannot isolate a bench; the text says what to install or allow."""


@dataclass(frozen=True)
class Program:
    """A program of a bench, whose numpy and torch may compute with so many threads."""

    role: Literal["judge", "sandbox"]
    environment: str
    threads: int

    @property
    def arguments(self) -> list[str]:
        """The arguments of the isolated Python interpreter."""
        options = ["--environment", self.environment, "--threads", str(self.threads)]
        return ["-I", "-B", "-m", f"grader.{self.role}", *options]


class IsolatedProcess:
    """A program that was started in isolation, with pipes for its standard input and output.

    Args:
        process: what was started on this machine; the program itself may be another process.
        kill: ends the program and all that isolates it, at once.
        refusals: exit statuses that mean that it was never started in isolation.
    """

    def __init__(
        self, process: subprocess.Popen[bytes], kill: Callable[[], None], refusals: frozenset[int] = frozenset()
    ) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.pid = process.pid
        self.stdin = process.stdin.fileno()
        self.stdout = process.stdout.fileno()
        self._process = process
        self._kill = kill
        self._refusals = refusals

    def end(self) -> None:
        """End the program, and return when it is gone."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._kill()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)

    def has_ended(self) -> bool:
        """Tell whether it has ended, for whatever reason."""
        return self._process.poll() is not None

    def was_refused(self) -> bool:
        """Tell of a program that has hung up whether it was never started in isolation."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_END_SECONDS) in self._refusals
        return False


class Site(Protocol):
    """Where one bench stands: what its two processes share, and how each is started."""

    def start(self, program: Program, log: IO[bytes]) -> IsolatedProcess:
        """Start a program in isolation, its errors into a log; raise IsolationUnavailable if it cannot be."""

    def close(self) -> None:
        """Remove what the processes shared, after both have ended."""


class Isolation(Protocol):
    """An isolation backend.

    Attributes:
        promises: what `grader.selfcheck` must find inside, or the bench does not serve.
        sandbox_memory_mib: what a sandbox and its server may take together; None where that has no limit.
    """

    name: str
    promises: frozenset[str]
    sandbox_memory_mib: int | None

    def site(self) -> Site:
        """Return a place for one bench; raise IsolationUnavailable if there can be none here."""

    def sweep(self) -> list[str]:
        """Remove what benches of processes that died have left behind, and return the names.

        Raises IsolationUnavailable if the backend does not answer.
        """
