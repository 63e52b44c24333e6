# D46: takes memory by every way there is.
import ctypes
import mmap
import os
import threading
import time

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
kept = []


def at_once():
    return bytearray(1 << 40)


def bit_by_bit():
    while True:
        kept.append(bytearray(1 << 20))


def small_objects():
    kept.extend([] for _ in range(10**9))


def array():
    kept.append(np.ones(1 << 30))


def untouched_array():
    kept.append(np.empty(1 << 34))


def text():
    word = "x" * 1024
    while True:
        word += word


def mapping():
    while True:
        kept.append(mmap.mmap(-1, 16 << 20))
        kept[-1].write(b"x" * (16 << 20))


def shared_mapping():
    kept.append(mmap.mmap(-1, 1 << 32, mmap.MAP_SHARED))


def memory_file():
    os.memfd_create("kept")


def system_v():
    if libc.shmget(0, 1 << 28, 0o1600) < 0:
        raise OSError(ctypes.get_errno(), "shmget")


def stacks():
    threading.stack_size(1 << 30)
    for _ in range(8):
        threading.Thread(target=time.sleep, args=(1,), daemon=True).start()


def malloc():
    libc.malloc.restype = ctypes.c_void_p
    while libc.malloc(ctypes.c_size_t(8 << 20)):
        pass
    raise MemoryError


def recursion_in_a_container():
    nested = []
    while True:
        nested = [nested, bytearray(10_000)]


def pipes():
    for _ in range(1000):
        _, end = os.pipe()
        os.set_blocking(end, False)
        try:
            while os.write(end, bytes(1 << 16)):
                pass
        except BlockingIOError:
            continue


TAKES = [at_once, bit_by_bit, small_objects, array, untouched_array, text, mapping, shared_mapping, memory_file]
TAKES += [system_v, stacks, malloc, recursion_in_a_container, pipes]


def case(i):
    if i < len(TAKES):
        TAKES[i]()
        return None
    return i + 0.5
