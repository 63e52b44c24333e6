"""The two halves of a bench as the host has them: the judge, which it speaks with, and the cell server."""

import json
import os
import select
import tempfile
import time
from collections.abc import Mapping, Set
from typing import Any, Final, Self

from grader import policy, surroundings
from grader.wire import MessagesEnded, read_message, write_message
from worker.grading import BenchError
from worker.walls import Half, Program, Site, WallUnavailable

__all__ = ["CellHalf", "JudgeHalf"]

_ANNOUNCEMENT_BYTES: Final = 16_384
_LAST_WORDS_BYTES: Final = 2000


class _StartedHalf:
    """A half from its start to its end, and what it says on standard error."""

    def __init__(self, site: Site, program: Program, promises: Set[str]) -> None:
        self._promises = promises
        self._role = program.role
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the half
        try:
            self._half: Half = site.start(program, self._log)
        except BaseException:
            self._log.close()
            raise

    @property
    def pid(self) -> int:
        return self._half.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End it, and return when it is gone."""
        self._half.end()
        self._log.close()

    def _gone(self) -> Exception:
        """Return what to raise about a half that has hung up."""
        refused = self._half.was_refused()
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - _LAST_WORDS_BYTES))
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        last_words = lines[-1] if lines else "it said nothing"
        if refused:
            return WallUnavailable(f"The {self._role}'s wall cannot be raised: {last_words}")
        return BenchError(f"the {self._role} is gone: {last_words}")

    def _expect_walls(self, found: Mapping[str, list[str]]) -> None:
        """Raise WallUnavailable unless every promise of the outer wall was found kept, from inside."""
        for promise in sorted(self._promises):
            broken = found[promise]
            if broken:
                title = surroundings.TITLES[promise]
                raise WallUnavailable(f"The {self._role}'s outer wall does not keep “{title}”: {', '.join(broken)}.")


class JudgeHalf(_StartedHalf):
    """The judge, once it is ready to take orders."""

    def await_ready(self) -> None:
        """Wait until the judge takes orders.

        Raises:
            BenchError, WallUnavailable: it does not.
        """
        self._expect_walls(self.hear(time.monotonic() + policy.BENCH_START_SECONDS)["surroundings"])

    def tell(self, order: dict[str, Any]) -> None:
        """Send an order.

        Raises:
            BenchError: the judge is gone.
        """
        try:
            write_message(self._half.stdin, order)
        except (MessagesEnded, OSError) as error:
            raise self._gone() from error

    def hear(self, deadline: float) -> dict[str, Any]:
        """Return the next event; the deadline is by the monotonic clock.

        Raises:
            BenchError: the judge is gone, or too slow.
        """
        try:
            return read_message(self._half.stdout, deadline)
        except MessagesEnded as error:
            raise self._gone() from error
        except TimeoutError as error:
            raise BenchError("the judge did not answer in time") from error


class CellHalf(_StartedHalf):
    """The cell server, once it offers cells; `inner_wall` tells whether each has namespaces of its own."""

    inner_wall = False

    def await_ready(self) -> None:
        """Wait until cells are offered.

        Raises:
            BenchError, WallUnavailable: they are not.
        """
        announced = _read_line(self._half.stdout, time.monotonic() + policy.BENCH_START_SECONDS)
        if announced is None:
            raise self._gone()
        announcement = json.loads(announced)
        self._expect_walls(announcement["surroundings"])
        self.inner_wall = bool(announcement["inner_wall"])


def _read_line(descriptor: int, deadline: float) -> bytes | None:
    """Read one short line; None where the process ended or the deadline passed."""
    line = b""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while not line.endswith(b"\n") and len(line) < _ANNOUNCEMENT_BYTES:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return None
        part = os.read(descriptor, _ANNOUNCEMENT_BYTES - len(line))
        if not part:
            return None
        line += part
    return line
