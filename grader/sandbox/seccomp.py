"""The system calls a sandbox may make; all others answer "not permitted"."""

import errno
import fcntl
import mmap
import resource
import signal
import socket
import tempfile
from collections.abc import Mapping
from typing import Final

import pyseccomp as seccomp

_CLONE_THREAD: Final = 0x00010000
_ARGUMENTS: Final[Mapping[str, tuple[int, list[int]]]] = {
    # No lock, lease, note or signal: one file of the system's is the same file to all sandboxes.
    "fcntl": (1, [
        fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL,
    ]),
    "ioctl": (1, [0x5401, 0x5413, 0x541B, 0x5451, 0x5421]),  # TCGETS TIOCGWINSZ FIONREAD FIOCLEX FIONBIO
    # Nothing that looks for pages which other processes have too.
    "madvise": (2, [
        mmap.MADV_NORMAL, mmap.MADV_RANDOM, mmap.MADV_SEQUENTIAL, mmap.MADV_WILLNEED, mmap.MADV_DONTNEED,
        mmap.MADV_FREE, mmap.MADV_HUGEPAGE, mmap.MADV_NOHUGEPAGE, 102, 103,  # guards of stacks, in newer C libraries
    ]),
    "prctl": (0, [15]),  # PR_SET_NAME
    "setrlimit": (0, [resource.RLIMIT_AS]),  # which the runtime itself sets around each call
    "socketpair": (0, [socket.AF_UNIX]),
}  # fmt: skip
_MESSAGE_FLAGS: Final = socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL | socket.MSG_PEEK | socket.MSG_WAITALL
_ALL_FLAGS: Final = 0xFFFFFFFF

_ALLOWED: Final = """
    read readv pread64 write writev pwrite64 close close_range dup dup2 dup3 lseek
    open openat stat fstat lstat newfstatat statx statfs fstatfs access faccessat faccessat2 readlink readlinkat
    getdents64 getcwd chdir mkdir mkdirat rename renameat renameat2 unlink unlinkat rmdir
    truncate ftruncate umask utimensat fsync fdatasync
    mmap munmap mprotect mremap brk msync mincore membarrier
    clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times
    alarm getitimer setitimer pause restart_syscall
    rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sigaltstack
    futex futex_waitv set_robust_list get_robust_list set_tid_address rseq arch_prctl
    getpid getppid getpgrp getpgid getsid gettid getuid geteuid getgid getegid getresuid getresgid getgroups
    getrusage getrlimit sysinfo uname getcpu getpriority
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
    poll ppoll select pselect6 epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd2
    pipe pipe2 shutdown getsockopt getrandom exit exit_group wait4 waitid
""".split()  # noqa: SIM905 - a list of words reads better as words

_DEADLY_SIGNALS: Final = [
    signal.SIGHUP, signal.SIGQUIT, signal.SIGILL, signal.SIGTRAP, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE,
    signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGSYS, signal.SIGXCPU, signal.SIGXFSZ,
]  # fmt: skip
_HARMLESS_SIGNALS: Final = [
    0, signal.SIGINT, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGUSR1, signal.SIGUSR2,
    signal.SIGCHLD, signal.SIGPIPE, signal.SIGWINCH, 32, 33,  # the C library's own, for its threads
]  # fmt: skip


def filter_program() -> bytes:
    """Return the filter as a BPF program: no process but threads, no program run, no socket to anywhere.

    Built once by the server, for every sandbox to load: an array of 8-byte `struct sock_filter`.
    """
    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for name in _ALLOWED:
        _allow(rules, name)
    _allow(rules, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    for name, (position, values) in _ARGUMENTS.items():
        for value in values:
            _allow(rules, name, seccomp.Arg(position, seccomp.EQ, value))
    # To the other end of a pair alone, and no byte out of band, whose handling in the kernel few programs try.
    no_other_flag = seccomp.Arg(3, seccomp.MASKED_EQ, _ALL_FLAGS & ~_MESSAGE_FLAGS, 0)
    for name in ("sendto", "recvfrom"):
        _allow(rules, name, no_other_flag, seccomp.Arg(4, seccomp.EQ, 0))
    # To itself alone, which is process 1; where it has no namespace of its own, to nobody.
    for name, argument in (("kill", 1), ("tgkill", 2)):
        for number in _HARMLESS_SIGNALS:
            _allow(rules, name, seccomp.Arg(0, seccomp.EQ, 1), seccomp.Arg(argument, seccomp.EQ, number))
        for number in _DEADLY_SIGNALS:  # process 1 would not notice a signal of its own: it is to die of the attempt
            rules.add_rule(seccomp.KILL_PROCESS, name, seccomp.Arg(argument, seccomp.EQ, number))
    itself = seccomp.Arg(0, seccomp.EQ, 0)
    _allow(rules, "sched_setaffinity", itself)
    _allow(rules, "prlimit64", itself, seccomp.Arg(2, seccomp.EQ, 0))  # asks, and sets nothing
    _allow(rules, "prlimit64", itself, seccomp.Arg(1, seccomp.EQ, resource.RLIMIT_AS))
    # Its flags lie in memory, where a filter cannot look: sent away, the C library asks again with `clone`.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _allow(rules: seccomp.SyscallFilter, name: str, *conditions: seccomp.Arg) -> None:
    try:
        rules.add_rule(seccomp.ALLOW, name, *conditions)
    except (OSError, RuntimeError, ValueError):
        if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
            raise  # the kernel knows it, so the rule itself is wrong; else it belongs to another architecture
