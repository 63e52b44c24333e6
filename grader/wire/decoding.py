"""Frames to values: plain types alone, checked before anything is allocated."""

import math
import sys
from collections.abc import Callable
from typing import Any, Final

import msgpack
import numpy as np

from grader import limits
from grader.wire.tree import (
    MAX_BIG_INTEGER_BYTES,
    TORCH_DTYPES,
    TREE_LENGTH,
    Resolve,
    Tag,
    WireError,
    check_hashes,
    check_range,
    check_shape,
    crosses,
)

_BYTES_PER_VALUE: Final = 64  # what a part of a value takes in memory at least, however few bytes brought it
# What some kinds take besides, as measured on empty ones and those of one entry.
_BYTES_BESIDE: Final = {
    Tag.ARRAY: 128, Tag.SCALAR: 64, Tag.SET: 256, Tag.FROZENSET: 256, Tag.DICT: 192, Tag.TENSOR: 960,
}  # fmt: skip
_BYTES_PER_HASHED: Final = 64  # of a table with gaps


def decode(frame: bytes, resolve: Resolve, weigh: Callable[[int], None] = lambda _: None) -> Any:
    """Return the value in a frame, built of plain types alone; handles become objects by `resolve`.

    The approximate memory of the value, in bytes, is told to `weigh`.

    Raises:
        WireError: the frame is malformed, or claims more than it brought.
    """
    decoder = _Decoder(frame, resolve)
    value = decoder.value()
    weigh(decoder.weight())
    return value


class _Decoder:
    def __init__(self, frame: bytes, resolve: Resolve) -> None:
        if not TREE_LENGTH.size <= len(frame) <= limits.MAX_FRAME_BYTES:
            raise WireError("a frame of a wrong size")
        (length,) = TREE_LENGTH.unpack_from(frame)
        if length > min(limits.MAX_TREE_BYTES, len(frame) - TREE_LENGTH.size):
            raise WireError("a tree of a wrong size")
        self._resolve = resolve
        self._tree = memoryview(frame)[TREE_LENGTH.size : TREE_LENGTH.size + length]
        self._data = memoryview(frame)[TREE_LENGTH.size + length :]
        self._unread = len(self._data)  # each byte is paid for once: no buffer can be claimed twice
        self._count = 0
        self._beside = 0

    def value(self) -> Any:
        try:
            tree = msgpack.unpackb(
                self._tree,
                max_map_len=0,
                max_ext_len=0,
                max_array_len=2 * limits.MAX_COLLECTION_ITEMS + 1,
                unicode_errors="replace",
            )
            return self._build(tree, 0)
        except WireError:
            raise
        except MemoryError:
            raise  # the caps hold for the frame, so it is this process that has too little
        except Exception as error:  # whatever a library makes of a forged frame, it is the frame that is at fault
            raise WireError(f"a malformed value ({type(error).__name__})") from error

    def weight(self) -> int:
        """Return roughly how many bytes the value takes."""
        return len(self._tree) + len(self._data) + _BYTES_PER_VALUE * self._count + self._beside

    def _build(self, tree: Any, depth: int) -> Any:
        self._count += 1
        if depth > limits.MAX_NESTING or self._count > limits.MAX_VALUES:
            raise WireError("a value nested too deep or of too many parts")
        if type(tree) is not list:
            return tree
        tag, *parts = tree
        if type(tag) is not int:
            raise WireError("a value without a tag")
        self._beside += _BYTES_BESIDE.get(Tag(tag), 0)
        return _BUILDERS[Tag(tag)](self, parts, depth + 1)

    def _items(self, parts: list[Any], depth: int) -> list[Any]:
        return [self._build(part, depth) for part in parts]

    def _hashed(self, parts: list[Any], depth: int) -> list[Any]:
        items = self._items(parts, depth)
        check_hashes(items)
        self._beside += _BYTES_PER_HASHED * len(items)
        return items

    def _dictionary(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        items = self._items(parts, depth)
        keys = items[::2]
        check_hashes(keys)
        self._beside += _BYTES_PER_HASHED * len(keys)
        return dict(zip(keys, items[1::2], strict=True))

    def _complex(self, parts: list[Any], _: int) -> complex:
        real, imag = parts
        if type(real) is not float or type(imag) is not float:
            raise WireError("a complex number of no numbers")
        return complex(real, imag)

    def _integer(self, part: Any) -> int:
        if type(part) is int:
            return part
        tag, data = part
        if tag != Tag.INTEGER or type(data) is not bytes or len(data) > MAX_BIG_INTEGER_BYTES:
            raise WireError("an integer that is none")
        return int.from_bytes(data, "little", signed=True)

    def _slice(self, parts: list[Any], depth: int) -> slice:
        start, stop, step = self._items(parts, depth)
        return slice(start, stop, step)

    def _range(self, parts: list[Any], _: int) -> range:
        start, stop, step = map(self._integer, parts)
        built = range(start, stop, step)
        check_range(built)
        return built

    def _array(self, parts: list[Any], _: int) -> "np.ndarray[Any, Any]":
        name, shape, offset = parts
        if type(name) is not str or not crosses(name):
            raise WireError("an array of a dtype that does not cross")
        dtype = np.dtype(name)
        data = self._buffer(shape, dtype.itemsize, offset)
        return np.frombuffer(data, dtype).reshape(shape).copy()

    def _tensor(self, parts: list[Any], _: int) -> Any:
        name, shape, offset, requires_grad = parts
        torch = sys.modules.get("torch")
        if torch is None or type(name) is not str or name not in TORCH_DTYPES:
            raise WireError("a tensor that cannot be read here")
        dtype = getattr(torch, name)
        data = bytearray(self._buffer(shape, dtype.itemsize, offset))
        plain = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        tensor = plain.reshape(shape).clone()
        return tensor.requires_grad_() if requires_grad is True else tensor

    def _buffer(self, shape: Any, itemsize: int, offset: Any) -> memoryview:
        if type(shape) is not list or type(offset) is not int:
            raise WireError("a shape that is none")
        if any(type(extent) is not int or extent < 0 for extent in shape):
            raise WireError("a shape of no sizes")
        check_shape(shape)
        size = math.prod(shape) * itemsize
        if size > self._unread or not 0 <= offset <= len(self._data) - size:
            raise WireError("an array larger than the bytes that came")
        self._unread -= size
        return self._data[offset : offset + size]

    def _handle(self, tag: Tag, parts: list[Any]) -> object:
        number, kind, type_name = parts
        if type(number) is not int or type(kind) is not str or type(type_name) is not str:
            raise WireError("a handle that is none")
        return self._resolve((tag, number, kind, type_name))


_BUILDERS: Final[dict[Tag, Callable[[_Decoder, list[Any], int], Any]]] = {
    Tag.LIST: _Decoder._items,
    Tag.TUPLE: lambda self, parts, depth: tuple(self._items(parts, depth)),
    Tag.SET: lambda self, parts, depth: set(self._hashed(parts, depth)),
    Tag.FROZENSET: lambda self, parts, depth: frozenset(self._hashed(parts, depth)),
    Tag.DICT: _Decoder._dictionary,
    Tag.COMPLEX: _Decoder._complex,
    Tag.INTEGER: lambda self, parts, _: self._integer([Tag.INTEGER, *parts]),
    Tag.SLICE: _Decoder._slice,
    Tag.RANGE: _Decoder._range,
    Tag.ARRAY: _Decoder._array,
    Tag.SCALAR: lambda self, parts, depth: self._array(parts, depth)[()],
    Tag.TENSOR: _Decoder._tensor,
    Tag.SENDERS_HANDLE: lambda self, parts, _: self._handle(Tag.SENDERS_HANDLE, parts),
    Tag.RECEIVERS_HANDLE: lambda self, parts, _: self._handle(Tag.RECEIVERS_HANDLE, parts),
}
