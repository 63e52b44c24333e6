"""What a call did besides returning: to its arguments, and to the global random generators."""

import ctypes
import random
import sys
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from grader import limits
from grader.wire.encoding import is_copied
from grader.wire.peer import ArgumentEffects
from grader.wire.tree import WireError

_get_random_state: Final = random.getstate
_get_numpy_state: Final = np.random.get_state
_get_numpy_generator: Final = np.random.get_bit_generator  # type: ignore[attr-defined] # documented
_MT19937_BYTES: Final = 625 * 4  # its words, and which of them is next


class Watch:
    """Compares arguments and random generators before and after a call."""

    def __init__(self, encode: Callable[[object], bytes]) -> None:
        self._encode = encode
        self._random_state: dict[str, object] = {}
        self._numpy = _NumpyState()

    def random_state(self) -> frozenset[str]:
        """Return which global generators moved since this was last asked: "numpy", "random", "torch"."""
        before, self._random_state = self._random_state, {"numpy": self._numpy.now(), **_other_random_states()}
        return frozenset(name for name, state in self._random_state.items() if before.get(name) != state)

    def arguments(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bytes | None:
        """Return a snapshot of a call's arguments, or None where none of them can change."""
        if not any(map(is_copied, (*arguments, *keywords.values()))):
            return None
        return self._snapshot(arguments, keywords)

    def effects(
        self, before: bytes | None, arguments: tuple[Any, ...], keywords: dict[str, Any], output: str
    ) -> ArgumentEffects:
        """Return what a call did, given the snapshot of its arguments from before and what it printed."""
        moved = self.random_state()
        if before is None or self._snapshot(arguments, keywords) == before:
            return ArgumentEffects(random_state=moved, output=output)
        return ArgumentEffects(arguments, keywords, moved, output)

    def _snapshot(self, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bytes:
        try:
            return self._encode((arguments, keywords))
        except WireError:
            return b"cannot cross"


class Printed:
    """Keeps what is written to the standard output while it stands in its place, and passes all of it on."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = limits.MAX_CALL_OUTPUT_CHARACTERS
        self._through: Any = None

    def __enter__(self) -> "Printed":
        self._through, sys.stdout = sys.stdout, self
        return self

    def __exit__(self, *_: object) -> None:
        if sys.stdout is self:  # else the call has put something else there, and keeps it
            sys.stdout = self._through

    def __getattr__(self, name: str) -> Any:
        return getattr(self._through, name)

    def write(self, text: str) -> Any:
        """Keep the text as far as there is room, and write it."""
        written = self._through.write(text)
        self._parts.append(str.__getitem__(text, slice(self._room)))
        self._room -= len(self._parts[-1])
        return written

    @property
    def text(self) -> str:
        """What was written, the first of it."""
        return "".join(self._parts)


class _NumpyState:
    """The state of numpy's global generator, asked for in full only where it may be another: that takes long."""

    def __init__(self) -> None:
        self._words: bytes | None = None
        self._state: tuple[Any, ...] = (b"", 0, 0, 0.0)

    def now(self) -> tuple[Any, ...]:
        words = _words()
        # A normal number may be left over from a draw before, and be given without another draw.
        _, _, left_over, _ = self._state
        if words is None or words != self._words or left_over:
            _, key, *rest = _get_numpy_state(legacy=True)
            self._words, self._state = words, (key.tobytes(), *rest)  # type: ignore[union-attr]
        return self._state


def _words() -> bytes | None:
    """Return the words of numpy's global generator as they are in memory; None for one of another kind."""
    generator = _get_numpy_generator()
    if type(generator) is not np.random.MT19937:
        return None
    return ctypes.string_at(generator.ctypes.state_address, _MT19937_BYTES)


def _other_random_states() -> dict[str, object]:
    state: dict[str, object] = {"random": _get_random_state()}
    torch = sys.modules.get("torch")
    if torch is not None:
        state["torch"] = bytes(torch.get_rng_state().numpy())
    return state
