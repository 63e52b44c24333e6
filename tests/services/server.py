"""What the servers of tests have in common: found, started so that they end with us, waited for, ended."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import pytest

__all__ = ["binary", "family", "free_port", "lack", "start_server", "stop_server", "wait_until"]

_SECONDS = 90.0  # a server starts in two or three, on a machine at rest
# Set where everything is there, as in continuous integration: then a test that is not run has not passed.
_COMPLETE = "GRADELOOP_TEST_EVERYTHING"


def lack(what: str) -> NoReturn:
    """Skip the test for something that this machine lacks, or fail it where nothing may be lacking."""
    if os.environ.get(_COMPLETE):
        pytest.fail(f"{what} ({_COMPLETE} is set)")
    pytest.skip(what)


def binary(name: str, package: str, folders: Sequence[Path] = ()) -> str:
    """Return the path of a program, or skip the test and say which package has it."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        lack(f"there is no {name} here: install the package {package}")
    return found


def start_server(command: Sequence[str], log: Path, user: str | None = None) -> subprocess.Popen[bytes]:
    """Start a server, as another user if told; it dies with the thread that starts it, however that ends."""
    become = [] if user is None else [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    with log.open("ab") as stream:
        return subprocess.Popen(
            ["setpriv", *become, "--pdeathsig=KILL", "--", *command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,  # a Ctrl-C is for the tests, which end it in order
        )


def stop_server(process: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    """Send a running server a signal and wait until it and all its children are gone."""
    if process is None or process.poll() is not None:
        return
    members = family(process.pid)
    process.send_signal(number)
    if number == signal.SIGKILL:
        for child in members - {process.pid}:
            _kill(child)
    process.wait(_SECONDS)
    wait_until(lambda: not any(_lives(pid) for pid in members), "the server's processes are gone")


def wait_until(condition: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
    """Wait for a condition; fail the test that needs it when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def family(pid: int) -> set[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # gone meanwhile
            children.setdefault(parent, []).append(int(folder.name))
    found, waiting = set(), [pid]
    while waiting:
        current = waiting.pop()
        found.add(current)
        waiting += children.get(current, [])
    return found


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _lives(pid: int) -> bool:
    status = _text(Path(f"/proc/{pid}/stat"))
    return bool(status) and status.rpartition(")")[2].split()[0] != "Z"
