"""What a bench asks of an outer wall, whichever it is made of."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Protocol

__all__ = ["Program", "Wall", "WallUnavailable"]


class WallUnavailable(RuntimeError):
    """This wall cannot be raised on this machine; the text says what to install or allow."""


@dataclass(frozen=True)
class Program:
    """One half of a bench.

    Attributes:
        role: "judge" or "cell".
        environment: "numpy" or "torch".
        threads: how many threads numpy and torch may compute with.
        shared: the host's folder for the bench's socket; only the cell may write there.
    """

    role: Literal["judge", "cell"]
    environment: str
    threads: int
    shared: Path

    @property
    def arguments(self) -> list[str]:
        """What the Python interpreter inside the wall is told."""
        options = ["--environment", self.environment, "--threads", str(self.threads)]
        return ["-I", "-B", "-m", f"grader.{self.role}", *options]


class Wall(Protocol):
    """An outer wall."""

    def start(self, program: Program, log: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start a program inside a wall of its own, in a process group of its own, with pipes for input and output.

        Raises:
            WallUnavailable: it cannot be raised here.
        """
