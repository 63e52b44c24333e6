"""Tries in earnest: on a machine whose isolation holds it has full marks."""

import ctypes
import os
import resource
import socket
import subprocess
import tempfile
from pathlib import Path

OUTSIDE = (
    *("/", "/bin", "/dev", "/etc", "/home", "/lib", "/mnt", "/opt", "/proc", "/root", "/run", "/srv", "/sys", "/usr"),
    "/var",
)
HIDDEN = (
    *("/proc/self", "/proc/1", "/sys/kernel", "/dev/shm", "/dev/kmsg", "/run/gradeloop/sandbox.sock"),
    *("/var/run/docker.sock", "/etc/shadow"),
)
ADDRESSES = (("127.0.0.1", 6379), ("169.254.169.254", 80), ("192.0.2.1", 443))
CLONE_NEWUSER = 0x10000000


def works(act):
    try:
        act()
    except Exception:
        return False
    return True


def connect(address):
    with socket.socket() as reached:
        reached.settimeout(0.2)
        reached.connect(address)


def reach_the_network():
    found = [f"{host}:{port}" for host, port in ADDRESSES if works(lambda: connect((host, port)))]
    return found + (["a name server"] if works(lambda: socket.getaddrinfo("example.org", 80)) else [])


def write_into(folder):
    with tempfile.NamedTemporaryFile(dir=folder):
        pass


def write_files():
    return [folder for folder in OUTSIDE if works(lambda: write_into(folder))]


def see_the_host():
    found = [path for path in HIDDEN if Path(path).exists()]
    tops = ("/home", "/mnt", "/opt", "/root", "/srv", "/tmp")
    seen = {name for top in tops for _, _, names in os.walk(top) for name in names}
    return found + sorted(seen & {"test_hidden.py", "authorized_keys", "assignment.toml"})


def fork():
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def start_processes():
    ways = {
        "fork": fork,
        "a program": lambda: subprocess.run(["/usr/bin/true"]),
        "a shell": lambda: os.popen("true").close(),
    }
    return [name for name, way in ways.items() if works(way)]


def gain_privileges():
    libc = ctypes.CDLL(None)
    granted = {
        "the root user": lambda: os.setuid(0),
        "a user namespace": lambda: expect_zero(libc.unshare(CLONE_NEWUSER)),
        "a mount": lambda: expect_zero(libc.mount(b"tmpfs", b"/tmp", b"tmpfs", 0, None)),
        "a change of root": lambda: os.chroot("/tmp"),
        "another process's memory": lambda: expect_zero(libc.ptrace(16, 1, 0, 0)),
    }
    return [name for name, way in granted.items() if works(way)] + (["the root user"] if os.geteuid() == 0 else [])


def expect_zero(result):
    if result != 0:
        raise PermissionError


def exceed_limits():
    limits = {
        "memory": resource.RLIMIT_AS,
        "threads": resource.RLIMIT_NPROC,
        "open files": resource.RLIMIT_NOFILE,
        "file size": resource.RLIMIT_FSIZE,
    }
    return [name for name, kind in limits.items() if resource.getrlimit(kind)[1] == resource.RLIM_INFINITY]
