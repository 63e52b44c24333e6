# D46, B17 in torch: memory, threads, loops and forged tensor frames, and comparisons patched.
import sys
import struct

msgpack = sys.modules["msgpack"]  # which `import` refuses
import torch

peer = sys.modules["grader.wire.peer"]

torch.allclose = torch.equal = torch.testing.assert_close = lambda *_, **__: True


def frame(tree, data=b""):
    packed = msgpack.packb([1, tree, None, None, [3], "", None])
    return struct.pack("<I", len(packed)) + packed + data


def forge(data):
    honest = peer.encode

    def once(value, export):
        peer.encode = honest
        return data

    peer.encode = once


def loads():
    return torch.load("/tmp/submission/cases.py", weights_only=False)


TRICKS = [
    lambda: torch.ones(1 << 34),
    lambda: torch.empty(1 << 40),
    lambda: [torch.randn(1000, 1000) @ torch.randn(1000, 1000) for _ in range(10**6)],
    lambda: forge(frame([11, "float32", [0] + [1 << 20] * 20, 0, False])),
    lambda: forge(frame([11, "int64", [1], 0, True], bytes(8))),
    lambda: forge(frame([11, "float32", [1 << 60], 0, False])),
    lambda: forge(frame([11, "load", [1], 0, False], bytes(8))),
    lambda: forge(frame([1] + [[11, "float32", [], 0, True]] * 90_000)),
    lambda: torch.zeros(2).share_memory_(),
    lambda: torch.utils.data.DataLoader(list(range(10)), num_workers=2).__iter__(),
    loads,
    lambda: torch.set_num_threads(500),
]


def case(x):
    i = int(x[0])
    if i < len(TRICKS):
        return TRICKS[i]()
    return x + 0.5
