# C40: answers with frames that our own runtime never sends, one in each case.
import sys
import struct

msgpack = sys.modules["msgpack"]  # which `import` refuses

peer = sys.modules["grader.wire.peer"]

M61 = (1 << 61) - 1
LIST, TUPLE, SET, FROZENSET, DICT, COMPLEX, INTEGER, SLICE, RANGE, ARRAY, SCALAR, TENSOR, SENDERS, RECEIVERS = range(14)


def nested(depth):
    return b"\x92\x00" * depth + b"\xc0"


def colliding(count):
    keys = [(number + 10) * M61 for number in range(count)]
    return [SET, *([INTEGER, key.to_bytes(12, "little", signed=True)] for key in keys)]


def frame(tree, data=b""):
    packed = tree if type(tree) is bytes else msgpack.packb(tree)
    return struct.pack("<I", len(packed)) + packed + data


def reply(value, data=b""):
    return frame([TUPLE, value, None, None, [FROZENSET], "", None], data)


FRAMES = [
    reply([ARRAY, "<f8", [1 << 40], 0]),
    reply([ARRAY, "<f8", [1 << 62, 1 << 62], 0]),
    reply([ARRAY, "<f8", [0] + [1 << 20] * 30, 0]),
    reply([TUPLE, [ARRAY, "<f8", [4], 0], [ARRAY, "<f8", [4], 8]], b"\0" * 40),
    reply([ARRAY, "|O8", [1], 0], b"\0" * 8),
    frame(nested(100_000)),
    reply([LIST] + [[SET]] * 99_000 + [[LIST] + [[SET]] * 99_000]),
    reply(colliding(10_000)),
    reply([SENDERS, 1, "object", "x" * 10_000]),
    reply([RECEIVERS, 12345, "function", "f"]),
    reply([RANGE, 0, 1 << 62, 1]),
    frame([TUPLE, 1, 2, 3, 4, 5, 6, 7]),
    struct.pack("<I", 1 << 31) + b"x" * 10,
    reply([INTEGER, b"\x7f" * 1_000_000]),
    reply(None)[:-3],
]


def forge(data):
    honest = peer.encode

    def once(value, export):
        peer.encode = honest
        return data

    peer.encode = once


def case(i):
    if i < len(FRAMES):
        forge(FRAMES[i])
    return i + 0.5
