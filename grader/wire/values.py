"""Values to frames and back: plain types only, checked before anything is allocated."""

import math
import re
import struct
import sys
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Sequence
from enum import IntEnum
from types import NoneType
from typing import Any, Final

import msgpack
import numpy as np

from grader import policy

__all__ = ["Export", "Reference", "Resolve", "Tag", "WireError", "decode", "encode", "is_copied"]

_SCALARS: Final = (NoneType, bool, float, bytes, str)

_TREE_LENGTH: Final = struct.Struct("<I")
_NUMERIC_DTYPE: Final = re.compile(r"[<|](?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32))")
_TEXT_DTYPE: Final = re.compile(r"[<|][US][1-9][0-9]{0,3}")
_MAX_DIMENSIONS: Final = 32
_MAX_EMPTY_EXTENT: Final = 1 << 20  # of the dimensions beside one of zero: nothing is stored, yet loops run over it
_MAX_HASHED_ITEMS: Final = 10_000  # of one set or dict
_MAX_SAME_HASH: Final = 64  # among its items: each is compared with all that share its hash
_BYTES_PER_VALUE: Final = 64  # what a part of a value takes in memory at least, however few bytes brought it
_MAX_BIG_INTEGER_BYTES: Final = 1024
_NUMPY_SCALARS: Final = frozenset(np.dtype(code).type for code in "?bhilqBHILQefdgFDGUS")
_TORCH_DTYPES: Final = frozenset(
    [
        "bool",
        "uint8",
        "int8",
        "int16",
        "int32",
        "int64",
        "float16",
        "bfloat16",
        "float32",
        "float64",
        "complex64",
        "complex128",
    ]
)


class WireError(ValueError):
    """A value that cannot cross, or a frame that breaks the rules; its text is safe to show."""


class Tag(IntEnum):
    """The first item of every list in a tree: what the rest of the list means."""

    LIST = 0
    TUPLE = 1
    SET = 2
    FROZENSET = 3
    DICT = 4
    COMPLEX = 5
    INTEGER = 6
    SLICE = 7
    RANGE = 8
    ARRAY = 9
    SCALAR = 10
    TENSOR = 11
    SENDERS_HANDLE = 12
    RECEIVERS_HANDLE = 13


Reference = tuple[Tag, int, str, str]
"""A handle on the wire: whose it is, its number, its kind and the name of its type."""
Export = Callable[[object], Reference]
Resolve = Callable[[Reference], object]

_COLLECTIONS: Final[dict[type, Tag]] = {
    list: Tag.LIST,
    tuple: Tag.TUPLE,
    set: Tag.SET,
    frozenset: Tag.FROZENSET,
}
_DICTIONARIES: Final = (dict, OrderedDict, defaultdict, Counter)


def encode(value: object, export: Export) -> bytes:
    """Return the frame of a value; whatever has no value form becomes a handle by `export`.

    Raises:
        WireError: nested too deep, too many or too large, or an array of a dtype that does not cross.
    """
    return _Encoder(export).frame(value)


def decode(frame: bytes, resolve: Resolve, weigh: Callable[[int], None] = lambda _: None) -> Any:
    """Return the value in a frame, built of plain types alone; handles become objects by `resolve`.

    Args:
        frame: as the other side sent it.
        resolve: makes an object of a handle.
        weigh: told roughly how many bytes of memory the value takes.

    Raises:
        WireError: the frame is malformed, or claims more than it brought.
    """
    decoder = _Decoder(frame, resolve)
    value = decoder.value()
    weigh(decoder.weight())
    return value


def is_copied(value: object) -> bool:
    """Tell whether a value is copied as it crosses and may be changed in place on either side.

    Numbers and texts cannot be changed; what crosses as a handle is the same thing on both sides.
    """
    kind = type(value)
    if kind is np.ndarray or kind in _COLLECTIONS or kind in _DICTIONARIES:
        return True
    torch = sys.modules.get("torch")
    return torch is not None and kind in (torch.Tensor, torch.nn.Parameter)


class _Encoder:
    def __init__(self, export: Export) -> None:
        self._export = export
        self._buffers: list[bytes] = []
        self._offset = 0
        self._count = 0

    def frame(self, value: object) -> bytes:
        tree = msgpack.packb(self._tree(value, 0), unicode_errors="backslashreplace")
        size = _TREE_LENGTH.size + len(tree) + self._offset
        if len(tree) > policy.MAX_TREE_BYTES or size > policy.MAX_FRAME_BYTES:
            raise WireError("a value that is too large")
        return b"".join((_TREE_LENGTH.pack(len(tree)), tree, *self._buffers))

    def _tree(self, value: object, depth: int) -> object:
        self._count += 1
        if depth > policy.MAX_NESTING:
            raise WireError(f"a value nested more than {policy.MAX_NESTING} deep")
        if self._count > policy.MAX_VALUES:
            raise WireError("a value of too many parts")
        kind = type(value)
        if kind in _SCALARS:
            return value
        if kind is int:
            return self._integer(value)  # type: ignore[arg-type]
        if kind is np.ndarray:
            return self._array(Tag.ARRAY, value)  # type: ignore[arg-type]
        if kind in _NUMPY_SCALARS:
            return self._array(Tag.SCALAR, np.asarray(value))
        if kind in _COLLECTIONS:
            return self._collection(_COLLECTIONS[kind], value, depth)
        if kind in _DICTIONARIES:
            return self._dictionary(value, depth)  # type: ignore[arg-type]
        return self._rarer(kind, value, depth)

    def _rarer(self, kind: type, value: Any, depth: int) -> object:
        if kind is complex:
            return [Tag.COMPLEX, value.real, value.imag]
        if kind is slice:
            return [
                Tag.SLICE,
                *(self._tree(part, depth + 1) for part in (value.start, value.stop, value.step)),
            ]
        if kind is range:
            _check_range(value)
            return [Tag.RANGE, *(self._integer(part) for part in (value.start, value.stop, value.step))]
        torch = sys.modules.get("torch")
        if torch is not None and kind in (torch.Tensor, torch.nn.Parameter):
            return self._tensor(torch, value)
        if kind.__bases__ == (tuple,) and (hasattr(kind, "_fields") or kind.__module__ == "torch"):
            return self._collection(Tag.TUPLE, tuple(value), depth)  # a named tuple, torch.Size
        return list(self._export(value))

    def _integer(self, value: int) -> object:
        if -(1 << 63) <= value < 1 << 63:
            return value
        size = value.bit_length() // 8 + 1
        if size > _MAX_BIG_INTEGER_BYTES:
            raise WireError("an integer of too many digits")
        return [Tag.INTEGER, value.to_bytes(size, "little", signed=True)]

    def _collection(self, tag: Tag, value: Any, depth: int) -> object:
        if len(value) > policy.MAX_COLLECTION_ITEMS:
            raise WireError(f"a collection of more than {policy.MAX_COLLECTION_ITEMS} items")
        if tag in (Tag.SET, Tag.FROZENSET):
            _check_hashes(value)
        return [tag, *(self._tree(item, depth + 1) for item in value)]

    def _dictionary(self, value: dict[object, object], depth: int) -> object:
        _check_hashes(value)
        tree: list[object] = [Tag.DICT]
        for key, item in value.items():
            tree += (self._tree(key, depth + 1), self._tree(item, depth + 1))
        return tree

    def _array(self, tag: Tag, array: "np.ndarray[Any, Any]") -> object:
        dtype = array.dtype.newbyteorder("<").str
        if not (_NUMERIC_DTYPE.fullmatch(dtype) or _TEXT_DTYPE.fullmatch(dtype)):
            raise WireError(f"an array of dtype {array.dtype.name}")
        _check_shape(array.shape)
        return [tag, dtype, list(array.shape), self._buffer(array.astype(dtype, copy=False).tobytes())]

    def _tensor(self, torch: Any, tensor: Any) -> object:
        name = str(tensor.dtype).removeprefix("torch.")
        if name not in _TORCH_DTYPES or tensor.layout is not torch.strided or tensor.device.type != "cpu":
            raise WireError(f"a tensor of dtype {name} on {tensor.device.type}, layout {tensor.layout}")
        _check_shape(tensor.shape)
        # A copy, for one entry of many is contiguous whatever its stride, and still cannot be viewed as bytes.
        plain = tensor.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
        data = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
        return [Tag.TENSOR, name, list(tensor.shape), self._buffer(data), bool(tensor.requires_grad)]

    def _buffer(self, data: bytes) -> int:
        start = self._offset
        self._buffers.append(data)
        self._offset += len(data)
        if self._offset > policy.MAX_FRAME_BYTES:
            raise WireError("a value that is too large")
        return start


class _Decoder:
    def __init__(self, frame: bytes, resolve: Resolve) -> None:
        if not _TREE_LENGTH.size <= len(frame) <= policy.MAX_FRAME_BYTES:
            raise WireError("a frame of a wrong size")
        (length,) = _TREE_LENGTH.unpack_from(frame)
        if length > min(policy.MAX_TREE_BYTES, len(frame) - _TREE_LENGTH.size):
            raise WireError("a tree of a wrong size")
        self._resolve = resolve
        self._tree = memoryview(frame)[_TREE_LENGTH.size : _TREE_LENGTH.size + length]
        self._data = memoryview(frame)[_TREE_LENGTH.size + length :]
        self._unread = len(self._data)  # each byte is paid for once: no buffer can be claimed twice
        self._count = 0

    def value(self) -> Any:
        try:
            tree = msgpack.unpackb(
                self._tree,
                max_map_len=0,
                max_ext_len=0,
                max_array_len=2 * policy.MAX_COLLECTION_ITEMS + 1,
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
        return len(self._tree) + len(self._data) + _BYTES_PER_VALUE * self._count

    def _build(self, tree: Any, depth: int) -> Any:
        self._count += 1
        if depth > policy.MAX_NESTING or self._count > policy.MAX_VALUES:
            raise WireError("a value nested too deep or of too many parts")
        if type(tree) is not list:
            return tree
        tag, *parts = tree
        if type(tag) is not int:
            raise WireError("a value without a tag")
        return _BUILDERS[Tag(tag)](self, parts, depth + 1)

    def _items(self, parts: list[Any], depth: int) -> list[Any]:
        return [self._build(part, depth) for part in parts]

    def _hashed(self, parts: list[Any], depth: int) -> list[Any]:
        items = self._items(parts, depth)
        _check_hashes(items)
        return items

    def _dictionary(self, parts: list[Any], depth: int) -> dict[Any, Any]:
        items = self._items(parts, depth)
        keys = items[::2]
        _check_hashes(keys)
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
        if tag != Tag.INTEGER or type(data) is not bytes or len(data) > _MAX_BIG_INTEGER_BYTES:
            raise WireError("an integer that is none")
        return int.from_bytes(data, "little", signed=True)

    def _slice(self, parts: list[Any], depth: int) -> slice:
        start, stop, step = self._items(parts, depth)
        return slice(start, stop, step)

    def _range(self, parts: list[Any], _: int) -> range:
        start, stop, step = map(self._integer, parts)
        built = range(start, stop, step)
        _check_range(built)
        return built

    def _array(self, parts: list[Any], _: int) -> "np.ndarray[Any, Any]":
        name, shape, offset = parts
        if type(name) is not str or not (_NUMERIC_DTYPE.fullmatch(name) or _TEXT_DTYPE.fullmatch(name)):
            raise WireError("an array of a dtype that does not cross")
        dtype = np.dtype(name)
        data = self._buffer(shape, dtype.itemsize, offset)
        return np.frombuffer(data, dtype).reshape(shape).copy()

    def _tensor(self, parts: list[Any], _: int) -> Any:
        name, shape, offset, requires_grad = parts
        torch = sys.modules.get("torch")
        if torch is None or type(name) is not str or name not in _TORCH_DTYPES:
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
        _check_shape(shape)
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


def _check_hashes(keys: Collection[Any]) -> None:
    """Refuse keys that are too many, or made so that building a set or dict of them takes for ever."""
    if len(keys) > _MAX_HASHED_ITEMS:
        raise WireError(f"a set or dict of more than {_MAX_HASHED_ITEMS} items")
    if len(keys) > _MAX_SAME_HASH and max(Counter(map(hash, keys)).values()) > _MAX_SAME_HASH:
        raise WireError("a set or dict whose keys share one hash")


def _check_range(built: range) -> None:
    try:
        fits = len(built) <= policy.MAX_COLLECTION_ITEMS
    except OverflowError:
        fits = False
    if not fits:
        raise WireError(f"a range of more than {policy.MAX_COLLECTION_ITEMS} items")


def _check_shape(shape: Sequence[int]) -> None:
    if len(shape) > _MAX_DIMENSIONS:
        raise WireError(f"an array of more than {_MAX_DIMENSIONS} dimensions")
    if 0 in shape and math.prod(filter(None, shape)) > _MAX_EMPTY_EXTENT:
        raise WireError("an empty array with a huge extent")


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
