"""Namespaces and a seccomp filter: what separates a submission from everything else on its bench.

Theory of operation. The supervisor, a fork of the sandbox server, enters fresh user, process, mount, network, IPC and
host name namespaces; the child it forks next is process 1 there. The child covers with empty read-only file systems
whatever is not meant for it, mounts a small private scratch, keeps three descriptors, gives up every capability and
the way back, and loads a system-call filter. From then on it may run a student's code. The bench's isolation
makes the root itself read-only. Killing process 1 kills all there is in its namespace.
"""

import contextlib
import ctypes
import os
import resource
import signal
from pathlib import Path
from typing import Final

from grader import limits

_CLONE_NEWNS: Final = 0x00020000
_CLONE_NEWUTS: Final = 0x04000000
_CLONE_NEWIPC: Final = 0x08000000
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWPID: Final = 0x20000000
_CLONE_NEWNET: Final = 0x40000000
_NAMESPACES: Final = _CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNS | _CLONE_NEWNET | _CLONE_NEWIPC | _CLONE_NEWUTS

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_LOCKED_DOWN: Final = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 1, 4, 22, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_SECCOMP_MODE_FILTER: Final = 2
_CAPABILITY_VERSION_3: Final = 0x20080522
_LAST_CAPABILITY: Final = 63

_libc: Final = ctypes.CDLL(None, use_errno=True)


class NamespacesError(OSError):
    """Namespaces or the filter could not be set up; no student code may run."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def enter_namespaces() -> None:
    """Move this process into fresh namespaces; its next child is process 1 of its own.

    Raises:
        NamespacesError: neither the kernel nor the bench's isolation allows it.
    """
    user, group = os.getuid(), os.getgid()
    _check(_libc.unshare(_NAMESPACES), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def isolate(program: bytes, *, namespaces: bool) -> None:
    """Shut this process in, with a system-call filter: call it in the child, after its descriptors are in place.

    Without `namespaces`, for which `enter_namespaces` goes before, the bench serves one submission alone.

    Raises:
        NamespacesError: a part of it could not be set up.
    """
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "die with the supervisor")
    if namespaces:
        _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
        for path in filter(os.path.isdir, limits.SANDBOX_HIDDEN_PATHS):
            _mount("tmpfs", path, "tmpfs", _LOCKED_DOWN | _MS_RDONLY, "size=4k,nr_inodes=2,mode=555")
        options = f"size={limits.SANDBOX_SCRATCH_BYTES},nr_inodes={limits.SANDBOX_MAX_INODES},mode=700"
        _mount("tmpfs", limits.SANDBOX_SCRATCH, "tmpfs", _LOCKED_DOWN, options)
    _limit_process()
    close_memory()
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
    _drop_capabilities()
    _load_filter(program)


def limit_submission(base_bytes: int, memory_mib: int) -> None:
    """Set the memory of one submission, above the warm process's own; the supervisor counts its processor time.

    The hard limit leaves the runtime a little more than student code has.
    """
    memory = base_bytes + memory_mib * 1024 * 1024
    _limit(resource.RLIMIT_AS, memory + limits.SANDBOX_RESERVE_BYTES)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard - limits.SANDBOX_RESERVE_BYTES, hard))


def close_memory() -> None:
    """Keep other processes of the same user from reading and writing the memory of this one and its forks."""
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "not dumpable")


def address_space_bytes() -> int:
    """Return how much address space this process takes; to be asked before /proc is hidden."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _limit_process() -> None:
    _limit(resource.RLIMIT_NPROC, limits.SANDBOX_MAX_THREADS)
    _limit(resource.RLIMIT_NOFILE, limits.SANDBOX_MAX_OPEN_FILES)
    _limit(resource.RLIMIT_FSIZE, limits.SANDBOX_MAX_FILE_BYTES)
    _limit(resource.RLIMIT_STACK, limits.SANDBOX_STACK_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_MEMLOCK, 0)
    _limit(resource.RLIMIT_MSGQUEUE, 0)


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _drop_capabilities() -> None:
    for capability in range(_LAST_CAPABILITY + 1):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break  # past the last one that this kernel knows, or none held to drop any
    with contextlib.suppress(NamespacesError):  # an old kernel has no ambient set, so nothing is in it
        _check(_libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "ambient capabilities")
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    _check(_libc.capset(ctypes.byref(header), ctypes.byref(nothing)), "drop all capabilities")


def _load_filter(program: bytes) -> None:
    loaded = _Program(len(program) // 8, program)
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(loaded), 0, 0), "system-call filter")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    arguments = (source.encode() if source else None, target.encode(), kind.encode() if kind else None)
    _check(_libc.mount(*arguments, ctypes.c_ulong(flags), options.encode() or None), f"mount on {target}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise NamespacesError(number, f"{what}: {os.strerror(number)}")
