"""The sandbox server: imports once, and keeps one sandbox ready before the judge asks for it."""

import argparse
import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from grader import environments, limits, selfcheck
from grader.sandbox import namespaces
from grader.sandbox.runtime import rehearse
from grader.sandbox.seccomp import filter_program
from grader.sandbox.supervisor import Preparation, keep_a_sandbox

_TAKEN: Final = b"t"
_MAX_FAILURES: Final = 5


def main() -> None:
    """Serve sandboxes on the bench's socket until standard input closes."""
    parser = argparse.ArgumentParser(prog="python -m grader.sandbox")
    parser.add_argument("--environment", choices=sorted(environments.ENVIRONMENTS), required=True)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    print(json.dumps(selfcheck.announcement()), flush=True)
    environments.warm_up(options.environment)
    for _ in range(environments.PRACTICE):
        rehearse()
    listener = _listen(limits.SOCKET_PATH)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors are not waited for
    gc.collect()
    gc.freeze()  # what is here is shared by every fork, and stays so while nothing walks over it
    base_bytes = namespaces.address_space_bytes()
    _serve(listener, Preparation(options.environment, filter_program(), base_bytes, options.threads, namespaces=True))


def _listen(path: str) -> socket.socket:
    with contextlib.suppress(PermissionError):
        Path(path).parent.chmod(0o755)  # one that served before may have shut it
    with contextlib.suppress(FileNotFoundError):
        Path(path).unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    Path(path).chmod(0o666)
    listener.listen(8)
    return listener


def _serve(listener: socket.socket, preparation: Preparation) -> None:
    if not _can_isolate(preparation):
        preparation = replace(preparation, namespaces=False)
        namespaces.close_memory()  # a sandbox will see this process, and be of the same user
        Path(limits.SHARED_DIRECTORY).chmod(0o555)  # and this folder, with the socket in it
    print(json.dumps({"namespaces": preparation.namespaces}), flush=True)
    failures = 0
    while failures < _MAX_FAILURES:
        failures = 0 if _keep_one_ahead(listener, preparation) else failures + 1
    sys.exit("no sandbox can be started")


def _can_isolate(preparation: Preparation) -> bool:
    """Try namespaces and seccomp once, in a process that is thrown away."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # before the fork: one that ends at once is to be waited for too
    tried = os.fork()
    if tried == 0:
        with contextlib.suppress(BaseException):
            os.close(2)
            namespaces.enter_namespaces()
            inside = os.fork()
            if inside == 0:
                namespaces.isolate(preparation.program, namespaces=True)
                os._exit(0)
            _, status = os.waitpid(inside, 0)
            os._exit(status and 1)
        os._exit(1)
    _, status = os.waitpid(tried, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    return status == 0


def _keep_one_ahead(listener: socket.socket, preparation: Preparation) -> bool:
    """Fork a supervisor with its sandbox; return when the next is due, False if this one failed before its use."""
    news, notify = os.pipe()
    if os.fork() == 0:
        os.close(news)
        _be_the_supervisor(listener, preparation, notify)
    os.close(notify)
    try:
        _wait(news)
        if os.read(news, 1) != _TAKEN:
            return False
        # Starting the next one now would slow down the run that has just begun, unless that asks for another sandbox.
        _wait(news, listener.fileno())
        _wait(listener.fileno(), milliseconds=limits.BREATHER_MS)
        return True
    finally:
        os.close(news)


def _be_the_supervisor(listener: socket.socket, preparation: Preparation, notify: int) -> NoReturn:
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        keep_a_sandbox(listener, preparation, lambda: os.write(notify, _TAKEN))
        status = 0
    finally:
        os._exit(status)


def _wait(*descriptors: int, milliseconds: int | None = None) -> None:
    """Return when there is something to read, or after a while; end this process, and all it forked, with its input."""
    poll = select.poll()
    for descriptor in (*descriptors, sys.stdin.fileno()):
        poll.register(descriptor, select.POLLIN)
    if any(descriptor == sys.stdin.fileno() for descriptor, _ in poll.poll(milliseconds)):
        sys.exit()
