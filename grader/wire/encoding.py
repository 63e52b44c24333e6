"""Values to frames: plain types are copied, and all else becomes a handle."""

import sys
from collections import Counter, OrderedDict, defaultdict
from types import NoneType
from typing import Any, Final

import msgpack
import numpy as np

from grader import limits
from grader.wire.tree import (
    MAX_BIG_INTEGER_BYTES,
    TORCH_DTYPES,
    TREE_LENGTH,
    Export,
    Tag,
    WireError,
    check_hashes,
    check_range,
    check_shape,
    crosses,
)

_SCALARS: Final = (NoneType, bool, float, bytes, str)
_NUMPY_SCALARS: Final = frozenset(np.dtype(code).type for code in "?bhilqBHILQefdgFDGUS")
_COLLECTIONS: Final[dict[type, Tag]] = {list: Tag.LIST, tuple: Tag.TUPLE, set: Tag.SET, frozenset: Tag.FROZENSET}
_DICTIONARIES: Final = (dict, OrderedDict, defaultdict, Counter)


def encode(value: object, export: Export) -> bytes:
    """Return the frame of a value; whatever has no value form becomes a handle by `export`.

    Raises:
        WireError: nested too deep, too many or too large, or an array of a dtype that does not cross.
    """
    return _Encoder(export).frame(value)


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
        size = TREE_LENGTH.size + len(tree) + self._offset
        if len(tree) > limits.MAX_TREE_BYTES or size > limits.MAX_FRAME_BYTES:
            raise WireError("a value that is too large")
        return b"".join((TREE_LENGTH.pack(len(tree)), tree, *self._buffers))

    def _tree(self, value: object, depth: int) -> object:
        self._count += 1
        if depth > limits.MAX_NESTING:
            raise WireError(f"a value nested more than {limits.MAX_NESTING} deep")
        if self._count > limits.MAX_VALUES:
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
            return [Tag.SLICE, *(self._tree(part, depth + 1) for part in (value.start, value.stop, value.step))]
        if kind is range:
            check_range(value)
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
        if size > MAX_BIG_INTEGER_BYTES:
            raise WireError("an integer of too many digits")
        return [Tag.INTEGER, value.to_bytes(size, "little", signed=True)]

    def _collection(self, tag: Tag, value: Any, depth: int) -> object:
        if len(value) > limits.MAX_COLLECTION_ITEMS:
            raise WireError(f"a collection of more than {limits.MAX_COLLECTION_ITEMS} items")
        if tag in (Tag.SET, Tag.FROZENSET):
            check_hashes(value)
        return [tag, *(self._tree(item, depth + 1) for item in value)]

    def _dictionary(self, value: dict[object, object], depth: int) -> object:
        check_hashes(value)
        tree: list[object] = [Tag.DICT]
        for key, item in value.items():
            tree += (self._tree(key, depth + 1), self._tree(item, depth + 1))
        return tree

    def _array(self, tag: Tag, array: "np.ndarray[Any, Any]") -> object:
        dtype = array.dtype.newbyteorder("<").str
        if not crosses(dtype):
            raise WireError(f"an array of dtype {array.dtype.name}")
        check_shape(array.shape)
        return [tag, dtype, list(array.shape), self._buffer(array.astype(dtype, copy=False).tobytes())]

    def _tensor(self, torch: Any, tensor: Any) -> object:
        name = str(tensor.dtype).removeprefix("torch.")
        if name not in TORCH_DTYPES or tensor.layout is not torch.strided or tensor.device.type != "cpu":
            raise WireError(f"a tensor of dtype {name} on {tensor.device.type}, layout {tensor.layout}")
        check_shape(tensor.shape)
        # A copy, for one entry of many is contiguous whatever its stride, and still cannot be viewed as bytes.
        plain = tensor.detach().resolve_conj().resolve_neg().clone(memory_format=torch.contiguous_format)
        data = plain.reshape(-1).view(torch.uint8).numpy().tobytes()
        return [Tag.TENSOR, name, list(tensor.shape), self._buffer(data), bool(tensor.requires_grad)]

    def _buffer(self, data: bytes) -> int:
        start = self._offset
        self._buffers.append(data)
        self._offset += len(data)
        if self._offset > limits.MAX_FRAME_BYTES:
            raise WireError("a value that is too large")
        return start
