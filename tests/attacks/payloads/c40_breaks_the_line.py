# C34, C40: writes on the channel itself, closes it, answers twice, late, early, endlessly, or asks what it may not.
import sys
import os
import struct
import threading
import time

msgpack = sys.modules["msgpack"]  # which `import` refuses

link = sys.modules["grader.wire.link"]
SocketLink = sys.modules["grader.wire.link"].SocketLink

send = SocketLink._send


def frame(tree):
    packed = msgpack.packb(tree)
    return struct.pack("<I", len(packed)) + packed


def header(kind, size):
    return struct.pack("<cI", kind, size)


def garbage():
    os.write(3, b"HTTP/1.1 200 OK\r\n\r\n" * 10)


def closes():
    os.close(3)
    time.sleep(10)


def claims_much():
    os.write(3, header(b"A", (1 << 32) - 1))


def answers_twice():
    def twice(self, kind, data):
        send(self, kind, data)
        send(self, kind, data)

    SocketLink._send = twice


def asks(*request):
    def asking():
        operation, target, name, arguments = request
        data = frame([1, operation, target, name, [1, *arguments], [4]])
        os.write(3, header(b"Q", len(data)) + data)
        time.sleep(10)

    return asking


def asks_without_end():
    data = frame([1, "call", 0, "f", [1], [4]])
    question = (header(b"Q", len(data)) + data) * 100
    while True:
        os.write(3, question)


def sends_without_end():
    def drain():
        while os.read(3, 1 << 16):
            pass

    threading.Thread(target=drain, daemon=True).start()
    data = frame([1, "call", 0, "f", [1, [9, "|u1", [32 << 20], 0]], [4]]) + bytes(32 << 20)
    whole = header(b"Q", len(data)) + data
    while True:
        rest = memoryview(whole)
        while rest:
            rest = rest[os.write(3, rest) :]


def drips():
    os.write(3, header(b"A", 1 << 20))
    while True:
        os.write(3, b"x")
        time.sleep(0.001)


def later():
    def write():
        for _ in range(200):
            time.sleep(0.005)
            os.write(3, header(b"A", 4) + b"\0\0\0\0")

    threading.Thread(target=write, daemon=True).start()


def replaces_the_answer():
    link.SocketLink._receive = lambda self: (b"Q", b"")
    link.SocketLink.serve = None


WAYS = [
    garbage, closes, claims_much, asks("call", 1, "__globals__", []), asks("load", 0, "", []), asks_without_end,
    sends_without_end, drips, answers_twice, later, replaces_the_answer,
]  # fmt: skip


def case(i):
    if i < len(WAYS):
        WAYS[i]()
        return i + 100.0
    return i + 0.5
