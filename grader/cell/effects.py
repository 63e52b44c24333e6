"""What a call did besides returning: to its arguments, and to the global random generators."""

import random
import sys
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from grader.wire import Effects, WireError, is_copied

__all__ = ["Watch"]

_get_random_state: Final = random.getstate
_get_numpy_state: Final = np.random.get_state


class Watch:
    """Notes how things stood, and tells what changed."""

    def __init__(self) -> None:
        self._random_state: dict[str, object] = {}

    def random_state(self) -> frozenset[str]:
        """Return which global generators moved since this was last asked: "numpy", "random", "torch"."""
        before, self._random_state = self._random_state, _random_state()
        return frozenset(name for name, state in self._random_state.items() if before.get(name) != state)

    def arguments(
        self, encode: Callable[[object], bytes], arguments: tuple[Any, ...], keywords: dict[str, Any]
    ) -> bytes | None:
        """Return a picture of a call's arguments, or None where none of them can change."""
        if not any(map(is_copied, (*arguments, *keywords.values()))):
            return None
        return _picture(encode, arguments, keywords)

    def effects(
        self,
        encode: Callable[[object], bytes],
        before: bytes | None,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> Effects:
        """Return what a call did, given the picture of its arguments from before."""
        moved = self.random_state()
        if before is None or _picture(encode, arguments, keywords) == before:
            return Effects(random_state=moved)
        return Effects(arguments, keywords, moved)


def _picture(encode: Callable[[object], bytes], arguments: tuple[Any, ...], keywords: dict[str, Any]) -> bytes:
    try:
        return encode((arguments, keywords))
    except WireError:
        return b"cannot cross"


def _random_state() -> dict[str, object]:
    _, key, *rest = _get_numpy_state(legacy=True)
    state: dict[str, object] = {"random": _get_random_state(), "numpy": (key.tobytes(), *rest)}  # type: ignore[union-attr]
    torch = sys.modules.get("torch")
    if torch is not None:
        state["torch"] = bytes(torch.get_rng_state().numpy())
    return state
