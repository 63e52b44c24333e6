"""The parent of one sandbox: starts it, hands it to the judge, keeps what it prints, and reports how it ended."""

import contextlib
import gc
import math
import os
import select
import signal
import socket
import struct
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NoReturn

from grader import environments, limits
from grader.sandbox import namespaces, runtime
from grader.wire.messages import MessagesEnded, readable, write_message

ASK_OUTPUT: Final = b"O"
ASK_END: Final = b"E"
ASK_HOW_IT_ENDED: Final = b"D"
LIMIT_PROCESSOR: Final = b"P"
SECONDS: Final = struct.Struct("<I")  # follows it

_ISOLATED: Final = b"\x06"
_CHUNK_BYTES: Final = 1 << 16
_LAST_BREATH_MS: Final = 2000  # between a sandbox hanging up and its being gone
_PROCESS_CLOCK: Final = 2  # with the number of a process: a clock of what it ran, to the nanosecond
_COUNT_MS: Final = 1000  # between looks at its processor time


@dataclass(frozen=True)
class Preparation:
    """What all sandboxes of a server share, made once."""

    environment: str  # whose libraries a submission may import
    program: bytes  # the system-call filter
    base_bytes: int  # of the warm process's address space, to which a submission's memory is added
    threads: int  # for torch to compute on
    namespaces: bool  # whether this machine lets sandboxes have their own


def keep_a_sandbox(listener: socket.socket, preparation: Preparation, taken: Callable[[], object]) -> None:
    """Start a sandbox, wait for the judge to take it from the bench's socket, and serve until either is gone.

    As soon as it is taken, `taken` is called, so that the next sandbox can be started.

    Raises:
        NamespacesError: namespaces or the filter could not be set up.
    """
    if preparation.namespaces:
        namespaces.enter_namespaces()
    judges_end, sandboxes_end = socket.socketpair()
    output, printed = os.pipe()
    child = os.fork()
    if child == 0:
        judges_end.close()
        _be_the_sandbox(sandboxes_end, printed, preparation)
    sandboxes_end.close()
    os.close(printed)
    if os.read(output, 1) != _ISOLATED:
        raise namespaces.NamespacesError("namespaces and seccomp could not be set up")
    connection, _ = listener.accept()
    listener.close()
    with connection:
        taken()
        socket.send_fds(connection, [_ISOLATED], [judges_end.fileno()])
        judges_end.close()
        Supervisor(connection, output, child).watch()


def _be_the_sandbox(channel: socket.socket, printed: int, preparation: Preparation) -> NoReturn:
    """Become the process that runs student code: three standard descriptors, the channel, and nothing else."""
    status = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (printed, 1), (printed, 2), (channel.fileno(), 3)):
            os.dup2(source, target)
        channel.detach()
        os.closerange(4, 1 << 16)
        own_end = socket.socket(fileno=3)  # the filter will not let it ask what kind of socket it is
        namespaces.isolate(preparation.program, namespaces=preparation.namespaces)
        os.write(1, _ISOLATED)
        sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1)  # noqa: SIM115
        environments.use_threads(preparation.threads)
        gc.enable()
        with contextlib.suppress(BaseException):  # student code broke the runtime; its own words would mislead
            limit = partial(namespaces.limit_submission, preparation.base_bytes)
            runtime.serve(own_end, preparation.environment, limit)
            status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)


class Supervisor:
    """Serves the judge for one sandbox, which prints to the pipe of `output`, until either is gone."""

    def __init__(self, connection: socket.socket, output: int, child: int) -> None:
        self._connection = connection
        self._output = output
        self._child = child
        self._child_gone = os.pidfd_open(child)
        self._clock = (~child << 3) | _PROCESS_CLOCK
        self._cpu_seconds: float = math.inf
        self._spent = False
        self._kept = bytearray()
        self._truncated = False
        os.set_blocking(output, False)

    def watch(self) -> None:
        """Answer the judge until it hangs up, and kill the sandbox then."""
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        poll.register(self._output, select.POLLIN)
        while True:
            ready = dict(poll.poll(_COUNT_MS))
            self._count_processor_time()
            if self._output in ready and not self._keep_output():
                poll.unregister(self._output)
            if self._connection.fileno() in ready and not self._answer(self._connection.recv(1)):
                self._kill()
                return

    def _answer(self, question: bytes) -> bool:
        """Answer the judge; False when it has hung up or wants nothing more."""
        if question == ASK_OUTPUT:
            self._keep_output()
            self._reply()
            self._kept.clear()
            self._truncated = False
            return True
        if question == LIMIT_PROCESSOR:
            (self._cpu_seconds,) = SECONDS.unpack(self._connection.recv(SECONDS.size))
            return True
        if question == ASK_HOW_IT_ENDED:
            readable(self._child_gone, _LAST_BREATH_MS)
        if question in (ASK_END, ASK_HOW_IT_ENDED):
            alive = self._kill()
            _, status, usage = os.wait4(self._child, 0)
            self._keep_output()
            status = -signal.SIGXCPU if self._spent else os.waitstatus_to_exitcode(status)
            ended = None if alive else status
            self._reply(ended=ended, peak_kib=usage.ru_maxrss)
        return False

    def _count_processor_time(self) -> None:
        """Kill a sandbox that has used its processor time.

        The kernel's own limit would do it by the signal that also comes from outside, and counts in ticks, which
        code can be made to meet more or less often.
        """
        if time.clock_gettime(self._clock) > self._cpu_seconds:
            self._spent = self._kill() or self._spent

    def _keep_output(self) -> bool:
        """Keep what was printed, up to the limit, and let the rest go; False at its end."""
        for _ in range(limits.MAX_OUTPUT_BYTES // _CHUNK_BYTES + 1):
            try:
                part = os.read(self._output, _CHUNK_BYTES)
            except BlockingIOError:
                return True
            if not part:
                return False
            room = limits.MAX_OUTPUT_BYTES - len(self._kept)
            self._kept += part[:room]
            self._truncated = self._truncated or len(part) > room
        return True  # a flood: the judge's questions come first

    def _kill(self) -> bool:
        """Kill the sandbox; True if it was alive."""
        alive = not readable(self._child_gone, 0)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._child, signal.SIGKILL)
        return alive

    def _reply(self, **answer: Any) -> None:
        answer |= {"output": bytes(self._kept), "truncated": self._truncated}
        with contextlib.suppress(MessagesEnded):  # the judge may be gone already
            write_message(self._connection.fileno(), answer)
