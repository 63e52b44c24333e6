"""The system calls a cell may make; all others answer "not permitted"."""

import errno
import signal
import socket
import tempfile
from typing import Final

import pyseccomp as seccomp

__all__ = ["filter_program"]

_CLONE_THREAD: Final = 0x00010000
_PR_SET_NAME: Final = 15
_TERMINAL_QUESTIONS: Final = (
    0x5401,
    0x5413,
    0x541B,
    0x5451,
    0x5421,
)  # TCGETS TIOCGWINSZ FIONREAD FIOCLEX FIONBIO

_ALLOWED: Final = [
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "pwrite64",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "lseek",
    "open",
    "openat",
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getcwd",
    "chdir",
    "mkdir",
    "mkdirat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "rmdir",
    "truncate",
    "ftruncate",
    "umask",
    "utimensat",
    "fsync",
    "fdatasync",
    "flock",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "brk",
    "msync",
    "mincore",
    "membarrier",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "times",
    "alarm",
    "getitimer",
    "setitimer",
    "pause",
    "restart_syscall",
    "rt_sigaction",
    "rt_sigpending",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "rseq",
    "arch_prctl",
    "getpid",
    "getppid",
    "getpgrp",
    "getpgid",
    "getsid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getrusage",
    "getrlimit",
    "setrlimit",
    "sysinfo",
    "uname",
    "getcpu",
    "getpriority",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "eventfd2",
    "pipe",
    "pipe2",
    "sendto",
    "recvfrom",
    "shutdown",
    "getsockopt",
    "getrandom",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
]


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

    Built once by the server, for every cell to load: an array of 8-byte `struct sock_filter`.
    """
    rules = seccomp.SyscallFilter(defaction=seccomp.ERRNO(errno.EPERM))
    for name in _ALLOWED:
        _allow(rules, name)
    _allow(rules, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD))
    _allow(rules, "socketpair", seccomp.Arg(0, seccomp.EQ, socket.AF_UNIX))
    _allow(rules, "prctl", seccomp.Arg(0, seccomp.EQ, _PR_SET_NAME))
    # To itself alone, which is process 1; where it has no namespace of its own, to nobody.
    for name, argument in (("kill", 1), ("tgkill", 2)):
        for number in _HARMLESS_SIGNALS:
            _allow(rules, name, seccomp.Arg(0, seccomp.EQ, 1), seccomp.Arg(argument, seccomp.EQ, number))
        for number in _DEADLY_SIGNALS:  # process 1 would not notice a signal of its own: it is to die of the attempt
            rules.add_rule(seccomp.KILL_PROCESS, name, seccomp.Arg(argument, seccomp.EQ, number))
    for name in ("prlimit64", "sched_setaffinity"):
        _allow(rules, name, seccomp.Arg(0, seccomp.EQ, 0))
    for question in _TERMINAL_QUESTIONS:
        _allow(rules, "ioctl", seccomp.Arg(1, seccomp.EQ, question))
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
