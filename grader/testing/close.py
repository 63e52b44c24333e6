"""Whether an answer equals the right one: kind first, then dtype, shape, finiteness, and values last."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.feedback.failures import Failure
from grader.feedback.kinds import as_array, inside, is_bool, is_number, is_tensor, other_length, plural, wrong_kind
from grader.feedback.quotes import beside
from grader.feedback.relations import relation
from grader.testing.numeric import Tolerance, compare_numeric


def assert_close(
    actual: object,
    expected: object,
    *,
    rtol: float = 1e-6,
    atol: float = 1e-9,
    name: str = "Your answer",
    relations: Mapping[str, object] | None = None,
    strict_dtype: bool = False,
) -> None:
    """Check that an answer equals the right one, item by item through tuples, lists and dicts.

    Kind comes first, then dtype, shape, finiteness, and values last: |actual − expected| <= atol + rtol · |expected|.

    Args:
        actual: what the student returned.
        expected: the right answer: a number, boolean or text, an array or tensor of any shape, or a structure of these.
        rtol, atol: the relative and the absolute tolerance; floats of single or half precision are held to theirs.
        relations: for telling mistakes, the end of a sentence that begins with "Your answer equals", and the value that
            proves it.
        strict_dtype: ask for the very dtype of `expected`.

    Raises:
        Failure: it differs; the message names how, where that is known, and shows no expected value.
        TypeError: `expected` is of a kind that cannot be compared.
    """
    __tracebackhide__ = True
    tolerance = Tolerance(rtol, atol, strict_dtype)
    failure = _difference(actual, expected, tolerance, name)
    if failure is None:
        return
    message = _named_relation(actual, relations or {}, tolerance, name) or failure.message
    raise Failure(message, detail=failure.detail or beside(actual, expected))


def _difference(actual: object, expected: object, tolerance: Tolerance, name: str) -> Failure | None:
    try:
        _compare(actual, expected, tolerance, name)
    except Failure as failure:
        return failure
    return None


def _named_relation(actual: object, relations: Mapping[str, object], tolerance: Tolerance, name: str) -> str | None:
    """The sentence for the first value among the author's that the answer equals."""
    for words, value in relations.items():
        if _difference(actual, value, tolerance, name) is None:
            return f"{name} equals {words}."
    return None


def _compare(actual: object, expected: Any, tolerance: Tolerance, name: str) -> None:
    if is_tensor(expected):
        _require(is_tensor(actual), actual, "a PyTorch tensor", name)
        compare_numeric(actual, expected, tolerance, name)
    elif is_bool(expected):
        _require(is_bool(actual) or type(actual) is np.ndarray, actual, "True or False", name)
        compare_numeric(actual, expected, tolerance, name)
    elif is_number(expected):
        _compare_numbers(actual, expected, tolerance, name)
    elif isinstance(expected, np.ndarray):
        _compare_arrays(actual, expected, tolerance, name)
    elif isinstance(expected, Mapping):
        _compare_mappings(actual, expected, tolerance, name)
    elif isinstance(expected, list | tuple):
        _compare_sequences(actual, expected, tolerance, name)
    else:
        _compare_plain(actual, expected, name)


def _require(holds: bool, actual: object, asked: str, name: str) -> None:
    if not holds:
        raise wrong_kind(actual, asked, name)


def _compare_numbers(actual: object, expected: object, tolerance: Tolerance, name: str) -> None:
    """Compare with one number; whole numbers of any size are compared exactly."""
    _require(is_number(actual) or type(actual) is np.ndarray, actual, "a number", name)
    if type(actual) is int and type(expected) is int and max(abs(actual), abs(expected)) >= 2**63:
        if actual != expected:
            raise Failure(f"{name} is not the right number.")
        return
    compare_numeric(actual, expected, tolerance, name)


def _compare_arrays(actual: object, expected: np.ndarray[Any, Any], tolerance: Tolerance, name: str) -> None:
    """Compare with an array; a number may stand for an array without axes."""
    number = is_number(actual) or is_bool(actual)
    if number and expected.ndim:
        known = relation(actual, expected, rtol=tolerance.rtol, atol=tolerance.atol, name="It")
        raise Failure(f"{wrong_kind(actual, 'a NumPy array', name)} {known or ''}".rstrip())
    _require(number or type(actual) is np.ndarray, actual, "a NumPy array", name)
    compare_numeric(actual, np.asarray(expected), tolerance, name)


def _compare_mappings(actual: Any, expected: Mapping[Any, Any], tolerance: Tolerance, name: str) -> None:
    _require(type(actual) is dict, actual, "a dictionary", name)
    for key in expected:
        if key not in actual:
            raise Failure(f"{name} lacks the key {key!r}.")
    surplus = len(actual) - len(expected)
    if surplus:
        raise Failure(f"{name} has {plural(surplus, 'key')} more than asked for.")
    names = [f"Entry {key!r} of {inside(name)}" for key in expected]
    _compare_items([actual[key] for key in expected], list(expected.values()), tolerance, names)


def _compare_sequences(actual: Any, expected: Sequence[Any], tolerance: Tolerance, name: str) -> None:
    """Compare with a tuple or a list; a list of numbers is compared as a whole."""
    if isinstance(expected, list) and type(actual) is np.ndarray and actual.ndim > 0:
        actual = list(actual) if as_array(expected) is None else actual
    else:
        _require(type(actual) in (list, tuple), actual, f"a {_asked_sequence(expected)}", name)
    numeric = isinstance(expected, list) and as_array(expected) is not None and as_array(actual) is not None
    if numeric and (type(actual) is np.ndarray or len(actual) == len(expected)):
        compare_numeric(actual, expected, tolerance, name)
        return
    if len(actual) != len(expected):
        raise Failure(other_length(len(actual), len(expected), name))
    names = [f"Item {i} of {inside(name)}" for i in range(1, len(expected) + 1)]
    _compare_items(actual, expected, tolerance, names)


def _asked_sequence(expected: Sequence[Any]) -> str:
    return f"tuple of {plural(len(expected), 'item')}" if isinstance(expected, tuple) else "list"


def _compare_items(actual: Sequence[Any], expected: Sequence[Any], tolerance: Tolerance, names: Sequence[str]) -> None:
    """Compare item by item; the first failure is raised, with how many of the others are right."""
    found = [_difference(*item) for item in zip(actual, expected, itertools.repeat(tolerance), names)]
    failures = [failure for failure in found if failure is not None]
    if not failures:
        return
    if 2 <= len(expected) <= 4 and _in_another_order(actual, expected, tolerance):
        raise Failure("You return the right items, but in another order than asked for.")
    first = failures[0]
    raise Failure(f"{first.message} {_the_others(len(expected), len(failures))}".rstrip(), detail=first.detail)


def _the_others(count: int, wrong: int) -> str:
    if count == wrong:
        return ""
    if wrong == 1:
        return "The other one is right." if count == 2 else "The others are right."
    return f"{count - wrong} of the {count} are right."


def _in_another_order(actual: Sequence[Any], expected: Sequence[Any], tolerance: Tolerance) -> bool:
    fits = [[_difference(a, e, tolerance, "") is None for e in expected] for a in actual]
    orders = itertools.permutations(range(len(expected)))
    return any(all(fits[i][place] for i, place in enumerate(order)) for order in orders)


def _compare_plain(actual: Any, expected: Any, name: str) -> None:
    """Compare None, text, bytes, sets, slices and ranges by equality."""
    kinds = {
        type(None): "None",
        str: "text",
        bytes: "bytes",
        set: "a set",
        frozenset: "a set",
        slice: "a slice",
        range: "a range",
    }
    if type(expected) not in kinds:
        raise TypeError(f"a right answer of type {type(expected).__name__} cannot be compared")
    same_kind = kinds.get(type(actual)) == kinds[type(expected)]
    _require(same_kind, actual, kinds[type(expected)], name)
    if actual != expected:
        kind = kinds[type(expected)]
        raise Failure(f"{name} is {kind}, as asked for, but not the right one.{_hint(actual, expected)}")


def _hint(actual: Any, expected: Any) -> str:
    """What is nearly right about text or a set, as a sentence after a space, or nothing."""
    if isinstance(expected, str) and actual.casefold().split() == expected.casefold().split():
        return " Only spaces or capital letters differ."
    if isinstance(expected, set | frozenset):
        lacking, surplus = len(expected - actual), len(actual - expected)
        return f" It lacks {plural(lacking, 'item')} and has {plural(surplus, 'item')} too many."
    return ""
