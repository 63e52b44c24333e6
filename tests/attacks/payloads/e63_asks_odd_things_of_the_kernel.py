# E63, A12: calls that a sandbox may make, with what it may not ask: channels to other sandboxes, and rarely trodden paths.
import ctypes
import fcntl
import mmap
import os
import socket
import struct

LIBRARY = os.open(os.__file__, os.O_RDONLY)
FOLDER = os.open(os.path.dirname(os.__file__), os.O_RDONLY)
LOCK = struct.pack("hhqqi4x", fcntl.F_RDLCK, 0, 0, 0, 0)
F_OFD_SETLK = 37
NOTHING = ctypes.c_void_p()
libc = ctypes.CDLL(None, use_errno=True)
one, other = socket.socketpair()
datagrams = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)


def sent(flags):
    other.send(b"seen")
    return one.recv(1, flags)


def advised(advice):
    page = mmap.mmap(-1, 1 << 16)
    page.madvise(advice)
    return len(page)


WAYS = {
    "a byte out of band": lambda: one.send(b"!", socket.MSG_OOB),
    "a byte out of band through the channel": lambda: socket.socket(fileno=os.dup(3)).send(b"!", socket.MSG_OOB),
    "to receive out of band": lambda: sent(socket.MSG_OOB),
    "to receive from the queue of errors": lambda: sent(socket.MSG_ERRQUEUE),
    "to send to a name": lambda: datagrams[0].sendto(b"x", "\0anything"),
    "a lock on a library": lambda: fcntl.flock(LIBRARY, fcntl.LOCK_EX | fcntl.LOCK_NB),
    "a lock on bytes of it": lambda: fcntl.fcntl(LIBRARY, fcntl.F_SETLK, LOCK),
    "a look at others' locks": lambda: fcntl.fcntl(LIBRARY, fcntl.F_GETLK, LOCK),
    "a lock of the open file": lambda: fcntl.fcntl(LIBRARY, F_OFD_SETLK, LOCK),
    "a lease": lambda: fcntl.fcntl(LIBRARY, fcntl.F_SETLEASE, fcntl.F_RDLCK),
    "notes of who reads a folder": lambda: fcntl.fcntl(FOLDER, fcntl.F_NOTIFY, fcntl.DN_ACCESS),
    "signals of a descriptor": lambda: fcntl.fcntl(3, fcntl.F_SETOWN, 1),
    "a large pipe": lambda: fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 1 << 20),
    "pages shared with others": lambda: advised(mmap.MADV_MERGEABLE),
}


def result(way):
    try:
        return f"gave {way()}"
    except OSError as error:
        return f"denied: {error}" if isinstance(error, PermissionError) else f"gave {error}"


def attempt():
    return {name: result(way) for name, way in WAYS.items()}
