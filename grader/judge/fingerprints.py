"""A short name for what an answer did in a test: two that did the same have the same one.

Staff compare the fingerprints of failing tests in runs with one seed, to find answers that share a mistake. Floats are
rounded, so that a sum in another order is still the same answer. Only so much is looked at: what comes late in a long
test, and the entries between those that are sampled of a large array, make no difference.
"""

import hashlib
import sys
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np

from grader.judge.transcript import Deed
from grader.wire.handles import Handle

_DIGEST_BYTES: Final = 12
_MAX_VALUES: Final = 1_000
_MAX_SAMPLES: Final = 1_024  # of one array
_MAX_TEXT: Final = 2_048
_TINY: Final = 1e-12  # what is smaller is mostly what rounding left of a zero
_TINY_SINGLE: Final = 1e-6
# Bits of the mantissa that are rounded away: 33 of 52 stay, ten decimal digits; 17 of 23, five digits.
_SPARE_BITS: Final = 19
_SPARE_BITS_SINGLE: Final = 6
_SINGLE: Final = frozenset(map(np.dtype, ("float32", "float16", "complex64")))


def fingerprint_of(deeds: Sequence[Deed]) -> str:
    """Return the fingerprint of what student code was seen to do in a test; "" where it did nothing."""
    if not deeds:
        return ""
    digest = _Digest()
    for deed in deeds:
        if digest.is_full:
            break
        digest.add_deed(deed)
    digest.add(len(deeds))
    return digest.hex()


class _Digest:
    """Takes in values that crossed the boundary; asks nothing of a handle but what it was called."""

    def __init__(self) -> None:
        self._left = _MAX_VALUES
        self._parts: list[bytes] = []
        self._numbers: list[float] = []
        self._doubles: list[np.ndarray[Any, Any]] = []
        self._singles: list[np.ndarray[Any, Any]] = []

    @property
    def is_full(self) -> bool:
        """Whether what comes now makes no difference."""
        return self._left <= 0

    def hex(self) -> str:
        """Return the digest; all floats are rounded here, in one go."""
        doubles = [np.array(self._numbers, np.float64), *self._doubles]
        parts = [*self._parts, _rounded(np.concatenate(doubles), np.int64, _TINY, _SPARE_BITS)]
        if self._singles:
            parts.append(_rounded(np.concatenate(self._singles), np.int32, _TINY_SINGLE, _SPARE_BITS_SINGLE))
        return hashlib.blake2b(b"\0".join(parts), digest_size=_DIGEST_BYTES).hexdigest()

    def add_deed(self, deed: Deed) -> None:
        self._parts.append(f"{deed.operation} {deed.name} {deed.failure}".encode("utf-8", "backslashreplace"))
        if deed.reply is None:
            return
        self.add(deed.reply.value)
        effects = deed.reply.effects
        for changed in (effects.arguments, effects.keywords):
            if changed is not None:
                self.add(changed)
        if effects.random_state:
            self._parts.append(" ".join(sorted(effects.random_state)).encode())

    def add(self, value: Any) -> None:
        """Take in a value, and its kind."""
        self._left -= 1
        if self._left < 0:
            return
        kind = type(value)
        if kind is float:
            self._parts.append(b"float")
            self._numbers.append(value)
        elif kind is int:
            self._parts.append(b"int%x" % (value & 0xFFFF_FFFF_FFFF_FFFF))
        elif kind is np.ndarray or issubclass(kind, np.generic):
            self._add_array(kind.__name__, np.asarray(value))
        elif kind in (list, tuple):
            self._add_items(kind.__name__, value)
        elif kind is dict:
            self._add_items("dict", [part for item in islice(value.items(), self._left) for part in item])
        elif kind in (set, frozenset):
            self._add_set(value)
        else:
            self._add_rarer(kind, value)

    def _add_items(self, kind: str, items: Sequence[Any]) -> None:
        self._parts.append(f"{kind}{len(items)}".encode())
        for item in items[: max(0, self._left)]:
            self.add(item)

    def _add_set(self, items: Collection[Any]) -> None:
        """Take in the items in an order that is the same in each process; of a large set only how many there are."""
        self._parts.append(b"set%d" % len(items))
        if len(items) <= self._left:
            self._left -= len(items)
            self._parts.append("\0".join(sorted(map(repr, items))).encode("utf-8", "backslashreplace"))

    def _add_rarer(self, kind: type, value: Any) -> None:
        torch = sys.modules.get("torch")
        if kind is str or kind is bytes:
            data = value[:_MAX_TEXT]
            self._parts.append(data if kind is bytes else b"str" + data.encode("utf-8", "backslashreplace"))
        elif kind is complex:
            self._parts.append(b"complex")
            self._numbers += [value.real, value.imag]
        elif issubclass(kind, Handle):
            self._parts.append(f"handle {value.kind} {value.type_name}".encode("utf-8", "backslashreplace"))
        elif torch is not None and issubclass(kind, torch.Tensor):
            plain = value.detach()
            plain = plain.float() if plain.dtype is torch.bfloat16 else plain
            self._add_array(f"{value.dtype}{value.requires_grad}", plain.numpy())
        elif kind in (slice, range):
            self._add_items(kind.__name__, (value.start, value.stop, value.step))
        else:
            self._parts.append(repr(value).encode() if value is None or kind is bool else kind.__name__.encode())

    def _add_array(self, kind: str, array: "np.ndarray[Any, Any]") -> None:
        self._parts.append(f"{kind} {array.dtype.str} {array.shape}".encode())
        flat = array.reshape(-1)
        if flat.size > _MAX_SAMPLES:
            flat = flat[:: -(-flat.size // _MAX_SAMPLES)]
        if flat.dtype.kind not in "fc":
            self._parts.append(flat.tobytes())
            return
        single = flat.dtype in _SINGLE
        if flat.dtype.kind == "c":
            flat = np.stack((flat.real, flat.imag))
        kept = self._singles if single else self._doubles
        kept.append(flat.reshape(-1).astype(np.float32 if single else np.float64))


def _rounded(floats: "np.ndarray[Any, Any]", kind: type, tiny: float, spare_bits: int) -> bytes:
    """Return bytes that are equal where the floats are equal but for rounding; changes them."""
    floats[np.abs(floats) < tiny] = 0.0
    bits: np.ndarray[Any, Any] = floats.view(kind)
    bits = (bits + (1 << (spare_bits - 1))) >> spare_bits  # a carry goes into the exponent, as it should
    bits[np.isnan(floats)] = -1  # one NaN is as good as another
    return bits.tobytes()
