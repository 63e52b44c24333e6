"""Isolation by bubblewrap, for a laptop without Docker.

The file system inside holds the Python installation, its packages and the grading code that judge and sandbox carry,
all read-only, and a scratch of its own; everything else of the host is absent. As root the program runs as an
unprivileged user that owns nothing; otherwise in a user namespace.
"""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import grader
from grader import limits, selfcheck
from grader.fingerprint import carried
from worker.isolation.base import USERS, IsolatedProcess, IsolationUnavailable, Program

_SYSTEM: Final = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/alternatives")
# Where images keep applications and their data.
_NOT_THE_SYSTEM: Final = ("/usr/src", "/usr/local/src")


class Bubblewrap:
    """Starts programs in bubblewrap."""

    name = "bubblewrap"
    promises: frozenset[str] = frozenset(selfcheck.TITLES) - {"limits", "filter"}  # it sets no control group
    sandbox_memory_mib: int | None = None

    def site(self) -> "BubblewrapSite":
        """Return a place for one bench: a folder of its own for the socket."""
        return BubblewrapSite()

    def sweep(self) -> list[str]:
        """Remove nothing: all that bubblewrap started died with who started it."""
        return []


class BubblewrapSite:
    """Where one bench stands: a temporary folder, which both processes see and the sandbox may write to."""

    def __init__(self) -> None:
        self.shared = Path(tempfile.mkdtemp(prefix="gradeloop-"))
        if os.geteuid() == 0:
            os.chown(self.shared, USERS["sandbox"], USERS["sandbox"])
        self.shared.chmod(0o755)

    def start(self, program: Program, log: IO[bytes]) -> IsolatedProcess:
        """Start a program in isolation; raise IsolationUnavailable if bubblewrap is not installed."""
        pipe = subprocess.PIPE
        command = self.command(program, program.arguments)
        started = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, bufsize=0, start_new_session=True)
        return IsolatedProcess(started, lambda: _kill_group(started.pid))

    def command(self, program: Program, arguments: Sequence[str]) -> list[str]:
        """Return the command line that runs this Python with some arguments in a program's isolation."""
        return [*self._isolation(program), sys.executable, *arguments]

    def close(self) -> None:
        """Remove the folder."""
        with suppress(FileNotFoundError):
            self.shared.chmod(0o755)  # a sandbox server without namespaces has shut it against its submission
        shutil.rmtree(self.shared, ignore_errors=True)

    def _isolation(self, program: Program) -> Iterator[str]:
        yield _find("bwrap", "bubblewrap")
        yield from ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
        yield from ("--die-with-parent", "--new-session", "--hostname", "gradeloop", "--clearenv")
        for name, value in limits.environment_variables(program.threads).items():
            yield from ("--setenv", name, value)
        yield from _mounts(program, self.shared)
        yield from _unprivileged(program)


def _kill_group(process: int) -> None:
    # The whole group, since bubblewrap starts more processes than the first before it is ready.
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)


def _mounts(program: Program, shared: Path) -> Iterator[str]:
    yield from ("--proc", "/proc", "--dev", "/dev")
    yield from ("--perms", "1777", "--size", str(limits.ISOLATION_SCRATCH_BYTES), "--tmpfs", limits.SANDBOX_SCRATCH)
    for path in map(Path, _SYSTEM):
        if path.exists():
            yield from _bind("--ro-bind", path, str(path))
    covered = [path for path in _NOT_THE_SYSTEM if Path(path).is_dir()]
    for cover in covered:
        yield from ("--perms", "0755", "--tmpfs", cover)
    readable = _readable()
    for path in readable:
        yield from _bind("--ro-bind", path, str(path))
    for path in filter(Path.is_dir, _secrets()):
        if _belongs_to_the_system(path) or any(path.is_relative_to(other) for other in readable):
            yield from ("--perms", "0555", "--tmpfs", str(path))
            covered.append(str(path))
    yield from ("--perms", "0755", "--tmpfs", str(_own()))
    covered.append(str(_own()))
    for path in carried():
        yield from ("--ro-bind", str(path), str(path))
    for cover in covered:
        yield from ("--remount-ro", cover)
    yield from _bind("--bind" if program.role == "sandbox" else "--ro-bind", shared, limits.SHARED_DIRECTORY)
    yield from ("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/")


def _readable() -> list[Path]:
    """Return what the programs need to read besides the system and the grading code: Python and its packages."""
    prefixes = {Path(sys.base_prefix), Path(sys.prefix), *map(Path, _package_folders())}
    return [path for path in sorted(prefixes) if not _belongs_to_the_system(path)]


def _belongs_to_the_system(path: Path) -> bool:
    return path.is_relative_to("/usr") and not any(path.is_relative_to(other) for other in _NOT_THE_SYSTEM)


def _secrets() -> list[Path]:
    """Return where suites and references may be installed beside the grading code: the judge is sent them instead."""
    return [_own().parent / name for name in ("assignments", "tests")]


def _own() -> Path:
    return Path(grader.__file__).parent


def _package_folders() -> list[str]:
    return [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]


def _bind(option: str, source: Path, target: str) -> Iterator[str]:
    """Bind a path; its parents inside are made readable to anybody, and hold nothing else."""
    for parent in reversed(Path(target).parents[:-1]):
        yield from ("--perms", "0755", "--dir", str(parent))
    if source.is_symlink() and not source.is_absolute():
        source = source.resolve()
    yield from (option, str(source), target)


def _unprivileged(program: Program) -> Iterator[str]:
    if os.geteuid() != 0:
        yield from ("--unshare-user", "--cap-drop", "ALL", "--")
        return
    user = str(USERS[program.role])
    yield from ("--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--")
    setpriv = str(Path(_find("setpriv", "util-linux")).resolve())  # inside, a link beside the system may lead nowhere
    yield from (setpriv, f"--reuid={user}", f"--regid={user}", "--clear-groups")
    yield from ("--no-new-privs", "--inh-caps=-all", "--")


def _find(program: str, package: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise IsolationUnavailable(f"`{program}` is not installed; install the package `{package}`.")
    return found
