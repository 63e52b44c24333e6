"""Values to frames and back: what crosses comes out as it was, and what is forged comes to nothing, quickly."""

import math
import struct
import tracemalloc
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader import limits
from grader.wire.decoding import decode
from grader.wire.encoding import encode
from grader.wire.tree import Tag, WireError

M61 = (1 << 61) - 1  # Python hashes an integer to its remainder by this

plain = st.none() | st.booleans() | st.floats() | st.binary(max_size=50) | st.integers(-(10**600), 10**600)
plain |= st.text(max_size=20) | st.complex_numbers()
ranges = st.builds(range, st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(1, 9))
slices = st.builds(slice, *[st.none() | st.integers()] * 3)
keys = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.tuples(st.integers(), st.text(max_size=3))
dtypes = (
    npst.floating_dtypes(endianness="?")
    | npst.integer_dtypes(endianness="?")
    | npst.unsigned_integer_dtypes(endianness="?")
    | npst.complex_number_dtypes(endianness="?")
    | npst.boolean_dtypes()
    | npst.unicode_string_dtypes(min_len=1)
    | npst.byte_string_dtypes(min_len=1)
)
arrays = npst.arrays(dtypes, npst.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
values = st.recursive(
    plain | ranges | slices | arrays,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=8,
)
quick = settings(derandomize=True, database=None, deadline=None, max_examples=150)


def refuse(thing: object) -> Any:
    raise WireError(f"a {type(thing).__name__}")


def round_trip(value: object) -> Any:
    return decode(encode(value, refuse), refuse)


def frame(tree: object, data: bytes = b"") -> bytes:
    packed = msgpack.packb(tree)
    return struct.pack("<I", len(packed)) + packed + data


def identical(one: Any, other: Any) -> bool:
    """Tell whether two values are alike in type, dtype, shape and every bit that a value has."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype.newbyteorder("=") == other.dtype and one.shape == other.shape and same_entries(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(identical, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(identical(one[key], other[key]) for key in one)
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (one, math.copysign(1, one)) == (
            other,
            math.copysign(1, other),
        )
    if isinstance(one, complex):
        return identical(one.real, other.real) and identical(one.imag, other.imag)
    if isinstance(one, slice):
        return (one.start, one.stop, one.step) == (other.start, other.stop, other.step)
    return bool(one == other)


def same_entries(one: np.ndarray, other: np.ndarray) -> bool:
    if one.dtype.kind in "fc":
        return np.array_equal(one, other, equal_nan=True)
    return np.array_equal(one, other)


@quick
@given(values)
def test_what_crosses_comes_out_as_it_was(value: object) -> None:
    assert identical(value, round_trip(value))


A = np.arange(24.0).reshape(2, 3, 4)
ARRAYS = {
    "one dimension": np.arange(5),
    "Fortran order": np.asfortranarray(A),
    "transposed": A.T,
    "strided": A[:, ::2, ::-1],
    "broadcast": np.broadcast_to(np.arange(3.0), (4, 3)),
    "no dimension": np.array(3.5),
    "no entry": np.empty((0, 3)),
    "big-endian": np.arange(4, dtype=">i4"),
    "half precision": np.float16([1.5, -0.0, np.inf, np.nan]),
    "extended precision": np.longdouble([1]) / 3,
    "complex": np.array([1 + 2j, complex(np.nan, -np.inf)], dtype=np.complex64),
    "booleans": np.array([[True], [False]]),
    "text": np.array(["σ", "ab\0c", ""]),
    "bytes": np.array([b"a\0b", b""]),
    "read-only": np.frombuffer(b"12345678", np.uint8),
}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS)
def test_every_kind_of_array_crosses(array: np.ndarray) -> None:
    assert identical(np.array(array), round_trip(array))


def test_what_came_over_may_be_written_to_and_is_in_order() -> None:
    array = round_trip(A.T)
    array[0, 0, 0] = 7.0

    assert array.flags.c_contiguous
    assert A[0, 0, 0] == 0.0


@pytest.mark.parametrize("code", "?bhilqBHILQefdgFDG")
def test_every_kind_of_number_crosses(code: str) -> None:
    value = np.dtype(code).type(1)

    came = round_trip(value)

    assert isinstance(came, np.generic)
    assert (came.dtype, came) == (value.dtype, value)


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        (np.array([None]), "an array of dtype object"),
        (np.zeros(2, "M8[s]"), r"an array of dtype datetime64\[s\]"),
        (np.zeros(2, [("a", "f8")]), "an array of dtype void64"),
        (np.zeros((1,) * 33), "an array of more than 32 dimensions"),
        (np.empty((0, 1 << 21)), "an empty array with a huge extent"),
        (np.ma.masked_all(2), "a MaskedArray"),
        (np.zeros(2).view(np.matrix), "a matrix"),
        (type("Float", (float,), {})(1.0), "a Float"),
        ([0] * 100_001, "a collection of more than 100000 items"),
        (set(range(10_001)), "a set or dict of more than 10000 items"),
        (dict.fromkeys(range(10_001)), "a set or dict of more than 10000 items"),
        ({number * M61 for number in range(1, 100)}, "a set or dict whose keys share one hash"),
        (range(10**9), "a range of more than 100000 items"),
        (range(10**30), "a range of more than 100000 items"),
        (1 << 9000, "an integer of too many digits"),
        ([[0] * 50_000] * 5, "a value of too many parts"),
        ("x" * limits.MAX_TREE_BYTES, "a value that is too large"),
        (np.zeros(limits.MAX_FRAME_BYTES, np.int8), "a value that is too large"),
        (lambda: None, "a function"),
    ],
)
def test_what_does_not_cross_says_why(value: object, refused: str) -> None:
    with pytest.raises(WireError, match=refused):
        encode(value, refuse)


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def test_both_sides_keep_the_same_depth() -> None:
    assert round_trip(nested(limits.MAX_NESTING)) == nested(limits.MAX_NESTING)
    with pytest.raises(WireError, match="nested more than 32 deep"):
        encode(nested(limits.MAX_NESTING + 1), refuse)


def test_an_endless_value_is_too_deep() -> None:
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(WireError, match="nested more than 32 deep"):
        encode(endless, refuse)


LARGEST = [
    [0.5] * limits.MAX_COLLECTION_ITEMS,
    set(range(10_000)),
    range(limits.MAX_COLLECTION_ITEMS),
    "x" * (limits.MAX_TREE_BYTES - 10),
    np.zeros(limits.MAX_FRAME_BYTES - 100, np.int8),
    (1 << 8000),
    np.zeros((1,) * 32),
    np.empty((1 << 20, 0)),
]


@pytest.mark.parametrize("value", LARGEST, ids=["list", "set", "range", "text", "array", "integer", "axes", "empty"])
def test_what_is_just_small_enough_to_be_sent_is_taken(value: object) -> None:
    """A student whose value fits is never told that the channel was broken."""
    assert identical(value, round_trip(value))


FORGED = {
    "an array of 7 TiB": frame([Tag.ARRAY, "<f8", [1 << 40], 0]),
    "an array whose size overflows": frame([Tag.ARRAY, "<f8", [1 << 62, 1 << 62], 0]),
    "an array of a negative size": frame([Tag.ARRAY, "<f8", [-1], 0], bytes(8)),
    "an array of no whole size": frame([Tag.ARRAY, "<f8", [1.0], 0], bytes(8)),
    "an array before its buffer": frame([Tag.ARRAY, "<f8", [1], -8], bytes(8)),
    "an array beyond its buffer": frame([Tag.ARRAY, "<f8", [1], 1], bytes(8)),
    "buffers that overlap": frame([Tag.LIST, *[[Tag.ARRAY, "<f8", [4], 0]] * 2], bytes(32)),
    "objects": frame([Tag.ARRAY, "|O8", [1], 0], bytes(8)),
    "a dtype by expression": frame([Tag.ARRAY, "f8,f8", [1], 0], bytes(16)),
    "long text": frame([Tag.ARRAY, "<U99999", [1], 0], bytes(8)),
    "an empty array that loops run over": frame([Tag.ARRAY, "<f8", [0, 1 << 40], 0]),
    "many empty extents": frame([Tag.ARRAY, "<f8", [0, *[1 << 20] * 31], 0]),
    "deep nesting": struct.pack("<I", 200_001) + b"\x92\x00" * 100_000 + b"\xc0",
    "a tag that is none": frame([99]),
    "no tag": frame([[]]),
    "an empty list": frame([]),
    "a map": frame({1: 2}),
    "an extension": frame(msgpack.ExtType(5, b"x")),
    "a set of lists": frame([Tag.SET, [Tag.LIST]]),
    "a dictionary of one and a half items": frame([Tag.DICT, 1, 2, 3]),
    "keys that share a hash": frame(
        [Tag.SET, *([Tag.INTEGER, (number * M61).to_bytes(12, "little")] for number in range(1, 5000))]
    ),
    "a complex number of text": frame([Tag.COMPLEX, "1", "2"]),
    "a huge integer": frame([Tag.INTEGER, bytes(2000)]),
    "a range without an end": frame([Tag.RANGE, 0, 1 << 62, 1]),
    "a range without a step": frame([Tag.RANGE, 0, 1, 0]),
    "a tree longer than the frame": struct.pack("<I", 1000) + b"\xc0",
    "a header alone": b"\x00\x00",
    "rubbish": struct.pack("<I", 3) + b"\xc1\xc1\xc1",
    "two trees": struct.pack("<I", 2) + b"\xc0\xc0",
    "a handle of no number": frame([Tag.SENDERS_HANDLE, "1", "object", "x"]),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_a_forged_frame_comes_to_nothing(forged: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(WireError):
            decode(forged, refuse)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 16 * 2**20


def test_text_that_is_no_text_becomes_what_can_be_shown() -> None:
    forged = struct.pack("<I", 3) + b"\xa2\xff\xfe"

    assert decode(forged, refuse) == "\ufffd\ufffd"


@quick
@given(values, st.data())
def test_a_damaged_frame_is_refused_or_read_as_plain_values(value: object, data: st.DataObject) -> None:
    whole = bytearray(encode(value, refuse))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole

    try:
        read = decode(bytes(cut), refuse)
    except WireError:
        return
    assert is_plain(read)


@settings(quick, suppress_health_check=[HealthCheck.too_slow])
@given(st.recursive(st.integers(-1, 14) | plain, lambda inner: st.lists(inner, max_size=5), max_leaves=20), st.binary())
def test_a_tree_of_anything_is_refused_or_read_as_plain_values(tree: object, buffers: bytes) -> None:
    try:
        forged = frame(tree, buffers)
    except (OverflowError, TypeError, UnicodeEncodeError):
        return  # not even msgpack
    try:
        read = decode(forged, refuse)
    except WireError:
        return
    assert is_plain(read)


PLAIN = (type(None), bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict, slice, range, np.ndarray)


def is_plain(value: object) -> bool:
    return type(value) in PLAIN or isinstance(value, np.generic)


def test_the_weight_of_a_value_counts_its_parts_and_its_buffers() -> None:
    weights: list[int] = []
    decode(encode(([0] * 1000, np.zeros(1000)), refuse), refuse, weights.append)

    (weight,) = weights
    assert weight >= 8000 + 1000 * 50


@pytest.mark.parametrize("empty", [set(), frozenset(), {}, np.zeros(())], ids=["set", "frozenset", "dict", "array"])
def test_the_weight_of_small_values_counts_what_their_kind_takes(empty: object) -> None:
    weights: list[int] = []
    data = encode([empty] * 1000, refuse)
    tracemalloc.start()
    value = decode(data, refuse, weights.append)
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(value) == 1000
    assert taken <= weights[0]
