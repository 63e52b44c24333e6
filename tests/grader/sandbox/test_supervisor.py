"""The supervisor as the judge sees it: it counts what a sandbox uses and reports how it ended."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from grader.sandbox.supervisor import ASK_HOW_IT_ENDED, LIMIT_PROCESSOR, SECONDS, Supervisor
from grader.wire.messages import read_message

SPIN = "while True: pass"


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    """A process that computes for ever, and holds the pipe of its output."""
    with subprocess.Popen([sys.executable, "-c", SPIN], stdout=subprocess.PIPE) as process:
        yield process
        process.kill()


@pytest.fixture
def judges_end(child: subprocess.Popen[bytes]) -> Iterator[socket.socket]:
    """The judge's connection to the supervisor of that process."""
    judges_end, supervisors_end = socket.socketpair()
    assert child.stdout is not None
    thread = threading.Thread(target=Supervisor(supervisors_end, child.stdout.fileno(), child.pid).watch)
    thread.start()
    with judges_end, supervisors_end:
        yield judges_end
        judges_end.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_sandbox_that_has_used_its_processor_time_is_killed_for_that_reason(
    child: subprocess.Popen[bytes], judges_end: socket.socket
) -> None:
    judges_end.sendall(LIMIT_PROCESSOR + SECONDS.pack(0))
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    judges_end.sendall(ASK_HOW_IT_ENDED)

    assert read_message(judges_end.fileno(), time.monotonic() + 20)["ended"] == -signal.SIGXCPU


def test_a_sandbox_that_is_killed_from_outside_is_told_from_it(
    child: subprocess.Popen[bytes], judges_end: socket.socket
) -> None:
    judges_end.sendall(LIMIT_PROCESSOR + SECONDS.pack(600))
    child.send_signal(signal.SIGKILL)
    judges_end.sendall(ASK_HOW_IT_ENDED)

    assert read_message(judges_end.fileno(), time.monotonic() + 20)["ended"] == -signal.SIGKILL
