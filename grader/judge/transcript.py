"""What an answer was seen to do in a test, and whether two answers did the same."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

import numpy as np

from grader.wire.handles import Handle
from grader.wire.peer import Reply

_RTOL: Final = 1e-6
_ATOL: Final = 1e-9
_PLAIN: Final = 8  # multiples of an eighth come about in too many ways to tell anything
_MAX_NUMBERS: Final = 10_000


@dataclass
class Printed:
    """What a call printed, and whether the test has asked for it: only then is it a part of the answer."""

    text: str = ""
    was_read: bool = False


@dataclass(frozen=True)
class Call:
    """One call that a test made into the student's code.

    Attributes:
        name: the function's name, "" for a handle that was called itself.
        value: what came back.
        arguments_after, keywords_after: the arguments as they were after the call, in the student's process.
        random_state_changed: the global generators that the call moved: "numpy", "random", "torch".
    """

    name: str
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]
    value: Any
    arguments_after: tuple[Any, ...]
    keywords_after: dict[str, Any]
    arguments_changed: bool
    random_state_changed: frozenset[str]
    printed: Printed = field(default_factory=Printed, repr=False)

    @property
    def output(self) -> str:
        """What the student's code printed during the call, as far as it is kept."""
        self.printed.was_read = True
        return self.printed.text


@dataclass(frozen=True)
class Deed:
    """What student code was seen to do once, for comparing it with what a known-wrong answer does.

    Attributes:
        operation: that of the request it answered, or "callback" where it called the judge.
        name: of what was called.
        reply: what came back, or the arguments of a callback; None after a failure.
        failure: the kind of failure, "" where there was none.
        printed: what it printed meanwhile.
    """

    operation: str
    name: str
    reply: Reply | None
    failure: str = ""
    printed: Printed = field(default_factory=Printed)


class Contradicted(BaseException):
    """An answer did something else than was expected of it: the rest of the test says nothing more."""


@dataclass
class Transcript:
    """What was called in one test and what came of it, as a suite sees it (`calls`) and as a diagnosis does (`deeds`).

    Where only an answer that does the same as another one is of interest, `expected` is what that did in this test.
    """

    calls: list[Call] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    expected: Sequence[Deed] | None = None

    def note(self, deed: Deed) -> None:
        """Add a deed.

        Raises:
            Contradicted: it is not the one that was expected.
        """
        self.deeds.append(deed)
        if self.expected is None:
            return
        position = len(self.deeds) - 1
        if position >= len(self.expected) or not same_deed(self.expected[position], deed):
            raise Contradicted


class Agreement(Enum):
    """How what two answers did in one test compares."""

    AGREE = "the same values"
    SILENT = "nothing that can be compared"
    CONTRADICT = "different values"


def agreement(one: Sequence[Deed], other: Sequence[Deed]) -> Agreement:
    """Compare what two answers did in the same test, call by call."""
    if len(one) != len(other) or not all(map(same_deed, one, other)):
        return Agreement.CONTRADICT
    if any(deed.failure for deed in one):
        return Agreement.SILENT  # a ValueError may come of a hundred mistakes, whatever went well before it
    telling = any(deed.printed.was_read or _tells(deed.reply.value) for deed in one if deed.reply is not None)
    return Agreement.AGREE if telling else Agreement.SILENT


def same_form(one: Sequence[Deed], other: Sequence[Deed]) -> bool:
    """Tell whether two answers made the same calls with results of the same kinds and shapes, whatever their values."""
    return [_form_of(deed) for deed in one] == [_form_of(deed) for deed in other]


def telling_numbers(student: Sequence[Deed], reference: Sequence[Deed], *, plain: bool = False) -> int:
    """Return how many different numbers the student's code gave, call by call, where the reference gave others.

    Numbers that many mistakes lead to (zeros, counts, halves) do not count, unless `plain` lets all but zero count.
    """
    return len(
        {
            number
            for one, other in zip(student, reference, strict=False)
            if not same_deed(one, other)
            for number in _numbers_in(one, plain) - _numbers_in(other, plain)
        }
    )


def same_deed(one: Deed, other: Deed) -> bool:
    """Tell whether two answers did the same once: the same call, with the same result and the same effects."""
    if (one.operation, one.name, one.failure) != (other.operation, other.name, other.failure):
        return False
    if one.reply is None or other.reply is None:
        return True
    if (one.printed.was_read or other.printed.was_read) and one.printed.text != other.printed.text:
        return False
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
    if isinstance(one, Handle) and isinstance(other, Handle):
        return one.type_name == other.type_name
    if hasattr(type(one), "detach"):  # asked of the type: a handle would pass the question on to the other process
        return _same_tensor(one, other)
    return _same_number(one, other)


def _form_of(deed: Deed) -> tuple[object, ...]:
    value = None if deed.reply is None else _form(deed.reply.value)
    return deed.operation, deed.name, deed.failure, value


def _form(value: object) -> object:
    if isinstance(value, (list, tuple)):
        return type(value), [_form(item) for item in value]
    return type(value), tuple(getattr(value, "shape", ())) if _array_of(value) is not None else None


def _numbers_in(deed: Deed, plain: bool) -> set[str]:
    """Return the telling numbers of a reply, to nine digits."""
    if deed.reply is None:
        return set()
    effects = deed.reply.effects
    found = [*_leaves((deed.reply.value, effects.arguments, effects.keywords))]
    numbers = np.concatenate([np.zeros(0), *(array.ravel().astype(float) for array in found)])[:_MAX_NUMBERS]
    is_plain = np.abs(numbers * _PLAIN - np.rint(numbers * _PLAIN)) <= _ATOL
    telling = numbers[np.isfinite(numbers) & ((numbers != 0) if plain else ~is_plain)]
    return {f"{number:.8e}" for number in telling}


def _leaves(value: object) -> Iterator["np.ndarray[Any, Any]"]:
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        yield from _leaves(list(value.values()))
    else:
        array = _array_of(value)
        if array is not None and array.dtype.kind == "f":
            yield array


def _array_of(value: object) -> "np.ndarray[Any, Any] | None":
    if isinstance(value, (bool, int, float, complex, np.generic, np.ndarray)):
        return np.asarray(value)
    if hasattr(type(value), "detach"):
        tensor: Any = value
        return np.asarray(tensor.detach().double().numpy())
    return None


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


def _tells(value: object) -> bool:
    """Tell whether a value says anything about how it came about."""
    if isinstance(value, (list, tuple)):
        return any(map(_tells, value))
    return value is not None and not isinstance(value, Handle)
