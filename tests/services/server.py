"""What the servers of tests have in common: found, started so that they end with us, waited for, ended."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

__all__ = ["binary", "descendants", "start_server", "stop_server", "wait_until"]

_SECONDS = 30.0


def binary(name: str, package: str, folders: Sequence[Path] = ()) -> str:
    """Return the path of a program, or skip the test and say which package has it."""
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")])
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"there is no {name} here: install the package {package}")
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
    family = [process.pid, *descendants(process.pid)]
    process.send_signal(number)
    if number == signal.SIGKILL:
        for child in family[1:]:
            _kill(child)
    process.wait(_SECONDS)
    wait_until(lambda: not any(_lives(pid) for pid in family), "the server's processes are gone")


def wait_until(condition: Callable[[], bool], what: str, seconds: float = _SECONDS) -> None:
    """Wait for a condition; fail the test that needs it when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds} s in vain: {what}")
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Return the ids of a process's children, their children, and so on."""
    found = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, _text(tasks).split()):
            found += [child, *descendants(child)]
    return found


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
