# C34, G93: puts something else in the channel's place, takes all descriptors, and does so when nobody looks any more.
import ctypes
import fcntl
import os
import resource
import threading
import time

ANSWER = b"A" + (10).to_bytes(4, "little") + b"\x05\x00\x00\x00\xcb" + bytes(5)


def pipe_instead():
    out, into = os.pipe()
    os.write(into, ANSWER * 100)
    os.dup2(out, 3)


def output_instead():
    os.dup2(1, 3)


def file_instead():
    with open("/tmp/answers", "w+b") as file:
        file.write(ANSWER * 100)
        file.seek(0)
        os.dup2(file.fileno(), 3)


def closes_all():
    os.closerange(0, 1000)


def does_not_block():
    os.set_blocking(3, False)


def appends():
    fcntl.fcntl(3, fcntl.F_SETFL, os.O_APPEND | os.O_NONBLOCK | os.O_ASYNC)


def owns_its_signals():
    fcntl.fcntl(3, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(3, fcntl.F_SETFL, os.O_ASYNC)


def takes_all_descriptors():
    while True:
        os.dup(1)


def no_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def another_thread_reads():
    threading.Thread(target=lambda: [os.read(3, 1) for _ in iter(int, 1)], daemon=True).start()
    time.sleep(0.05)


class Undead:
    kept = []

    def __del__(self):
        self.kept.append(self)
        threading.Thread(target=lambda: [os.write(3, ANSWER) for _ in range(1000)]).start()


def writes_when_it_is_collected():
    Undead()
    time.sleep(0.05)


def forgets_what_one_is():
    ctypes.memset(id(1) + 24, 2, 1)


def forgets_its_references():
    ctypes.memset(id(None), 0, 4)


WAYS = [pipe_instead, output_instead, file_instead, closes_all, takes_all_descriptors, no_descriptors]
WAYS += [another_thread_reads, writes_when_it_is_collected, forgets_what_one_is, forgets_its_references]
WAYS += [does_not_block, appends, owns_its_signals]


def case(i):
    if i < len(WAYS):
        WAYS[i]()
        return i + 100.0
    return i + 0.5
