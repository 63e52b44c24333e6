"""What a frame is made of: a length, a tree of tagged lists, and the buffers of its arrays; and what may be in it."""

import math
import re
import struct
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from enum import IntEnum
from typing import Any, Final

from grader import limits

TREE_LENGTH: Final = struct.Struct("<I")
MAX_BIG_INTEGER_BYTES: Final = 1024
_NUMERIC_DTYPE: Final = re.compile(r"[<|](?:b1|[iu][1248]|f(?:2|4|8|16)|c(?:8|16|32))")
_TEXT_DTYPE: Final = re.compile(r"[<|][US][1-9][0-9]{0,3}")
_MAX_DIMENSIONS: Final = 32
_MAX_EMPTY_EXTENT: Final = 1 << 20  # of the dimensions beside one of zero: nothing is stored, yet loops run over it
_MAX_HASHED_ITEMS: Final = 10_000  # of one set or dict
_MAX_SAME_HASH: Final = 64  # among its items: each is compared with all that share its hash
TORCH_DTYPES: Final = frozenset(
    "bool uint8 int8 int16 int32 int64 float16 bfloat16 float32 float64 complex64 complex128".split()  # noqa: SIM905
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


def crosses(dtype: str) -> bool:
    """Tell whether arrays of a dtype, in NumPy's short form, cross by value."""
    return bool(_NUMERIC_DTYPE.fullmatch(dtype) or _TEXT_DTYPE.fullmatch(dtype))


def check_hashes(keys: Collection[Any]) -> None:
    """Refuse keys that are too many, or made so that building a set or dict of them takes for ever."""
    if len(keys) > _MAX_HASHED_ITEMS:
        raise WireError(f"a set or dict of more than {_MAX_HASHED_ITEMS} items")
    if len(keys) > _MAX_SAME_HASH and max(Counter(map(hash, keys)).values()) > _MAX_SAME_HASH:
        raise WireError("a set or dict whose keys share one hash")


def check_range(built: range) -> None:
    """Refuse a range of too many items."""
    try:
        fits = len(built) <= limits.MAX_COLLECTION_ITEMS
    except OverflowError:
        fits = False
    if not fits:
        raise WireError(f"a range of more than {limits.MAX_COLLECTION_ITEMS} items")


def check_shape(shape: Sequence[int]) -> None:
    """Refuse too many dimensions, and extents that loops would run over although nothing is stored."""
    if len(shape) > _MAX_DIMENSIONS:
        raise WireError(f"an array of more than {_MAX_DIMENSIONS} dimensions")
    if 0 in shape and math.prod(filter(None, shape)) > _MAX_EMPTY_EXTENT:
        raise WireError("an empty array with a huge extent")
