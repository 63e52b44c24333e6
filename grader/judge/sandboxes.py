"""The judge's end of a sandbox: its channel, what it printed, and how it ended."""

import contextlib
import os
import signal
import socket
import time
from dataclasses import dataclass
from typing import Any, Final

from grader import limits
from grader.sandbox.supervisor import ASK_END, ASK_HOW_IT_ENDED, ASK_OUTPUT, LIMIT_PROCESSOR, SECONDS
from grader.wire.messages import MessagesEnded, read_message

_CONNECT_SECONDS: Final = 20.0
_REPLY_SECONDS: Final = 5.0


class NoSandboxError(ConnectionError):
    """The bench offers no sandbox: our fault, so the run is not graded."""


@dataclass(frozen=True)
class Output:
    """What was printed since the last question, and whether some of it was dropped."""

    text: bytes = b""
    truncated: bool = False


@dataclass(frozen=True)
class Ending:
    """How a sandbox ended, the memory it used, and what it printed last.

    The status is the exit code, or minus the signal's number, which is SIGXCPU where its processor time was used up;
    None where the judge ended it.
    """

    status: int | None
    peak_kib: int
    output: Output

    def killed_from_outside(self, memory_mib: int) -> bool:
        """Tell whether something killed the sandbox that student code cannot bring about: our fault, then.

        Student code can neither send that signal nor set a limit by which the kernel would, so it would have to use up
        the memory, of which `memory_mib` is the limit.
        """
        return self.status == -signal.SIGKILL and self.peak_kib < memory_mib * 1024 // 2


class Sandbox:
    """One sandbox, taken from the bench's socket; its `channel` speaks with the student's process.

    After `cpu_seconds` of processor time its supervisor kills it.
    """

    def __init__(self, cpu_seconds: int) -> None:
        self._control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control.settimeout(_CONNECT_SECONDS)
        try:
            self._control.connect(limits.SOCKET_PATH)
            self._control.sendall(LIMIT_PROCESSOR + SECONDS.pack(cpu_seconds))
            _, (descriptor, *_), _, _ = socket.recv_fds(self._control, 1, 1)
        except (OSError, ValueError) as error:  # ValueError: it hung up instead
            self._control.close()
            raise NoSandboxError("the bench has no sandbox to offer") from error
        self._control.setblocking(True)
        self.channel = socket.socket(fileno=descriptor)

    def output(self) -> Output:
        """Return what was printed since the last call."""
        return _output(self._ask(ASK_OUTPUT))

    def end(self) -> Ending:
        """Kill the sandbox, and return what it used."""
        return self._ending(ASK_END)

    def how_it_ended(self) -> Ending:
        """Return how a sandbox that hung up has ended; kill it if it is not gone shortly after."""
        return self._ending(ASK_HOW_IT_ENDED)

    def _ending(self, question: bytes) -> Ending:
        try:
            answer = self._ask(question)
            return Ending(answer["ended"], answer["peak_kib"], _output(answer))
        finally:
            self._control.close()
            self.channel.close()

    def _ask(self, question: bytes) -> dict[str, Any]:
        try:
            os.write(self._control.fileno(), question)
            return read_message(self._control.fileno(), time.monotonic() + _REPLY_SECONDS)
        except (OSError, MessagesEnded) as error:
            with contextlib.suppress(OSError):
                self._control.close()
            raise NoSandboxError("the sandbox's supervisor is gone") from error


def _output(answer: dict[str, Any]) -> Output:
    return Output(answer["output"], answer["truncated"])
