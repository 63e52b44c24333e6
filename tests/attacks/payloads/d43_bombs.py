# D42, D43: bombs of processes and threads. Each case tries another way; the library calls end in an exception.
import ctypes
import multiprocessing
import os
import subprocess
import sys
import threading
import time

threading.stack_size(64 * 1024)
libc = ctypes.CDLL(None, use_errno=True)


def forks():
    while True:
        os.fork()


def runs():
    subprocess.run(["/bin/sh", "-c", ":(){ :|:& };:"], check=True)


def runs_itself():
    subprocess.Popen([sys.executable, "-c", "import os\nwhile True: os.fork()"])


def spawns():
    os.posix_spawn("/bin/true", ["true"], {})


def replaces_itself():
    os.execv("/bin/true", ["true"])


def processes():
    worker = multiprocessing.get_context("fork").Process(target=print)
    worker.start()


def pools():
    multiprocessing.Pool(2).map(abs, [1])


def shell():
    if os.system("true") != 0:
        raise OSError("no shell")


def terminal():
    import pty

    pty.fork()


def raw_fork():
    if libc.fork() < 0 and libc.vfork() < 0:
        raise OSError(ctypes.get_errno(), "fork")


def threads():
    while True:
        threading.Thread(target=time.sleep, args=(0.02,), daemon=True).start()


def busy_threads():
    for _ in range(40):
        threading.Thread(target=lambda: [sum(range(10**6)) for _ in range(10)], daemon=True).start()
    time.sleep(0.1)


def thread_that_starts_threads():
    def again():
        for _ in range(2):
            threading.Thread(target=again, daemon=True).start()

    again()
    time.sleep(0.1)


BOMBS = [forks, runs, runs_itself, spawns, replaces_itself, processes, pools, shell, terminal, raw_fork]
BOMBS += [threads, busy_threads, thread_that_starts_threads]


def case(i):
    if i < len(BOMBS):
        BOMBS[i]()
        return None
    return i + 0.5
