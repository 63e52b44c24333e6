"""The two processes of a bench as the host has them: the judge, which it speaks with, and the sandbox server."""

import json
import os
import select
import tempfile
import time
from collections.abc import Mapping, Set
from typing import Any, Final, Self

from grader import limits, selfcheck
from grader.fingerprint import fingerprint
from grader.wire.messages import MessagesEnded, read_message, write_message
from worker.benches.grading import BenchError, TooSlow
from worker.isolation.base import IsolatedProcess, IsolationUnavailable, Program, Site

_ANNOUNCEMENT_BYTES: Final = 16_384
_LAST_WORDS_BYTES: Final = 2000


class _BenchProcess:
    """A process of a bench from its start to its end, with its standard error."""

    def __init__(self, site: Site, program: Program, promises: Set[str]) -> None:
        self._promises = promises
        self._role = program.role
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        try:
            self._process: IsolatedProcess = site.start(program, self._log)
        except BaseException:
            self._log.close()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def has_ended(self) -> bool:
        """Tell whether it has ended, for whatever reason."""
        return self._process.has_ended()

    def end(self) -> None:
        """End it, and return when it is gone."""
        self._process.end()
        self._log.close()

    def _gone(self) -> Exception:
        refused = self._process.was_refused()
        self._log.seek(0, os.SEEK_END)
        self._log.seek(max(0, self._log.tell() - _LAST_WORDS_BYTES))
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        lines = lines or ["it said nothing"]
        if refused:  # a refusal is said first, with advice after it
            return IsolationUnavailable(f"The {self._role}'s isolation cannot be set up: {lines[0]}")
        return BenchError(f"the {self._role} is gone: {lines[-1]}")

    def _expect_isolation(self, announcement: Mapping[str, Any]) -> None:
        """Raise IsolationUnavailable unless it runs our own code and its self-check found every promise kept."""
        if announcement.get("code") != fingerprint():
            raise IsolationUnavailable(
                f"The {self._role} runs another version of the grading code than this; `make images` builds it anew."
            )
        for promise in sorted(self._promises):
            broken = announcement["self_check"][promise]
            if broken:
                title = selfcheck.TITLES[promise]
                raise IsolationUnavailable(
                    f"The {self._role}'s isolation does not keep “{title}”: {', '.join(broken)}."
                )


class JudgeProcess(_BenchProcess):
    """The judge, once it is ready to take orders."""

    def await_ready(self) -> None:
        """Wait until the judge takes orders; raise BenchError or IsolationUnavailable if it does not."""
        self._expect_isolation(self.receive(time.monotonic() + limits.BENCH_START_SECONDS))

    def send(self, order: dict[str, Any]) -> None:
        """Send an order; raise BenchError if the judge is gone."""
        try:
            write_message(self._process.stdin, order)
        except (MessagesEnded, OSError) as error:
            raise self._gone() from error

    def receive(self, deadline: float) -> dict[str, Any]:
        """Return the next event by a deadline of the monotonic clock.

        Raises BenchError if the judge is gone, TooSlow if it does not answer in time.
        """
        try:
            return read_message(self._process.stdout, deadline)
        except MessagesEnded as error:
            raise self._gone() from error
        except TimeoutError as error:
            raise TooSlow("the judge did not answer in time") from error


class SandboxProcess(_BenchProcess):
    """The sandbox server, once it offers sandboxes; `namespaces` tells whether each has namespaces of its own."""

    namespaces = False

    def await_ready(self) -> None:
        """Wait until sandboxes are offered; raise BenchError or IsolationUnavailable if they are not."""
        deadline = time.monotonic() + limits.BENCH_START_SECONDS
        self._expect_isolation(self._announced(deadline))
        self.namespaces = self._announced(deadline)["namespaces"]

    def _announced(self, deadline: float) -> Any:
        line = _read_line(self._process.stdout, deadline)
        if line is None:
            raise self._gone()
        return json.loads(line)


def _read_line(descriptor: int, deadline: float) -> bytes | None:
    """Read one short line; None where the process ended or the deadline passed."""
    line = b""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    while not line.endswith(b"\n") and len(line) < _ANNOUNCEMENT_BYTES:
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            return None
        part = os.read(descriptor, 1)
        if not part:
            return None
        line += part
    return line
