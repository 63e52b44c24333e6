"""Which known-wrong answer a failing answer behaves like: the comparison of what two answers were seen to do."""

import math
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import Any, Final, Protocol, TypeVar

import numpy as np

_RTOL: Final = 1e-6
_ATOL: Final = 1e-9


class Seen(Protocol):
    """What an answer did once: the operation, its name, what came of it, and the kind of failure if it failed."""

    @property
    def operation(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def reply(self) -> Any: ...
    @property
    def failure(self) -> str: ...


class Agreement(Enum):
    """How what two answers did in one test compares."""

    AGREE = "the same values"
    SILENT = "nothing that can be compared"
    CONTRADICT = "different values"


def agreement(one: Sequence[Seen], other: Sequence[Seen]) -> Agreement:
    """Compare what two answers did in the same test, call by call."""
    if len(one) != len(other) or not all(map(same_deed, one, other)):
        return Agreement.CONTRADICT
    if any(deed.failure for deed in one):
        return Agreement.SILENT  # a ValueError may come of a hundred mistakes, whatever went well before it
    telling = any(_tells(deed.reply.value) for deed in one if deed.reply is not None)
    return Agreement.AGREE if telling else Agreement.SILENT


def same_deed(one: Seen, other: Seen) -> bool:
    """Tell whether two answers did the same once: the same call, with the same result and the same effects."""
    if (one.operation, one.name, one.failure) != (other.operation, other.name, other.failure):
        return False
    if one.reply is None or other.reply is None:
        return True
    return _same_reply(one.reply, other.reply)


def same_value(one: object, other: object) -> bool:
    """Tell whether two values that crossed the boundary are the same but for rounding."""
    if type(one) is not type(other):
        return _same_number(one, other)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same_value(one[key], other[key]) for key in one)
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return _same_array(one, other)
    if _is_handle(one):
        return _handle_name(one) == _handle_name(other)
    if hasattr(type(one), "detach"):  # asked of the type: a handle would pass the question on to the other process
        return _same_tensor(one, other)
    return _same_number(one, other)


def _same_reply(one: Any, other: Any) -> bool:
    return same_value(one.value, other.value) and same_value(
        (one.effects.arguments, one.effects.keywords, one.effects.random_state),
        (other.effects.arguments, other.effects.keywords, other.effects.random_state),
    )


def _same_array(one: "np.ndarray[Any, Any]", other: "np.ndarray[Any, Any]") -> bool:
    if one.shape != other.shape or one.dtype.kind != other.dtype.kind:
        return False
    if one.dtype.kind in "fc":
        return bool(np.allclose(one, other, rtol=_RTOL, atol=_ATOL, equal_nan=True))
    return bool(np.array_equal(one, other))


def _same_tensor(one: Any, other: Any) -> bool:
    if one.dtype != other.dtype or one.requires_grad != other.requires_grad:
        return False
    return _same_array(one.detach().double().numpy(), other.detach().double().numpy())


def _same_number(one: object, other: object) -> bool:
    numbers = (bool, int, float, complex, np.generic)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return bool(np.isclose(_number(one), _number(other), rtol=_RTOL, atol=_ATOL, equal_nan=True))
    return type(one) is type(other) and one == other


def _number(value: Any) -> Any:
    try:
        return complex(value) if not isinstance(value, (np.str_, np.bytes_)) else float("nan")
    except OverflowError:  # an integer beyond every float
        return math.inf if value > 0 else -math.inf


def _is_handle(value: object) -> bool:
    return hasattr(type(value), "type_name")


def _handle_name(value: Any) -> str:
    return str(value.type_name)


def _tells(value: object) -> bool:
    """Tell whether a value says anything about how it came about."""
    if isinstance(value, (list, tuple)):
        return any(map(_tells, value))
    return value is not None and not _is_handle(value)


Test = TypeVar("Test")


def best_explanations(
    failing: Sequence[Test],
    names: Sequence[str],
    matches: Callable[[str, Test], bool],
    fit: Callable[[str], float],
    *,
    only_clear: bool = False,
) -> Iterator[tuple[Test, str]]:
    """Yield failing tests with the known-wrong answer that explains them, where one does.

    One misconception mostly fails several tests, so the answer that explains the first failing test explains every
    other that it matches; of several candidates the one that fits the whole suite best is taken.

    Args:
        failing: the failing tests, in their order.
        names: the known-wrong answers.
        matches: whether an answer behaves in a failing test as the student's did.
        fit: how well an answer's behaviour over all tests that ran fits the student's; asked only to choose.
        only_clear: say nothing of a test for which several answers fit equally well.
    """
    unexplained = list(failing)
    while unexplained:
        test, *unexplained = unexplained
        candidates = [name for name in names if matches(name, test)]
        if not candidates:
            continue
        best, *others = sorted(candidates, key=fit, reverse=True) if len(candidates) > 1 else candidates
        if only_clear and others and fit(others[0]) == fit(best):
            continue
        yield test, best
        alike = [other for other in unexplained if matches(best, other)]
        yield from ((other, best) for other in alike)
        unexplained = [other for other in unexplained if other not in alike]
