"""Whether calls left their arguments and the global random state alone."""

from typing import Any

import numpy as np

from grader.feedback.failures import Failure
from grader.feedback.kinds import as_array

_GENERATORS = {
    "numpy": "NumPy's global random state, as `np.random.seed` and `np.random.shuffle` do. "
    "Use a generator of your own: `np.random.default_rng(seed)`.",
    "random": "the global state of the module `random`. Use a generator of your own: `random.Random(seed)`.",
    "torch": "PyTorch's global random state. Use a generator of your own: `torch.Generator().manual_seed(seed)`.",
}


def assert_arguments_unchanged(call_or_student: Any) -> None:
    """Check that calls left their arguments as they were: one of `student.calls`, or all of `student` so far.

    Raises:
        Failure: a call changed an argument in place.
        ValueError: there was no call.
    """
    __tracebackhide__ = True
    for call in _calls_of(call_or_student):
        if call.arguments_changed:
            raise Failure(
                f"`{call.name}` changes {_changed(call)} that it was given, and the caller's data with it. "
                "Work on a copy, or build new arrays: `w = w - step` makes one, `w -= step` does not."
            )


def assert_random_state_unchanged(call_or_student: Any) -> None:
    """Check that calls, given likewise, moved no global random generator, of NumPy, torch or `random`.

    Raises:
        Failure: a call moved one.
        ValueError: there was no call.
    """
    __tracebackhide__ = True
    for call in _calls_of(call_or_student):
        for module in sorted(call.random_state_changed):
            raise Failure(f"`{call.name}` changes {_GENERATORS[module]}")


def _calls_of(call_or_student: Any) -> list[Any]:
    """The calls to look at; raise ValueError where none was made, since nothing would be checked."""
    calls = getattr(call_or_student, "calls", None)
    found = [call_or_student] if calls is None else list(calls)
    if not found:
        raise ValueError("no call was made whose effects could be checked")
    return found


def _changed(call: Any) -> str:
    places = [
        f"argument {i}"
        for i, (before, after) in enumerate(zip(call.arguments, call.arguments_after, strict=False), 1)
        if _differs(before, after)
    ]
    places += [
        f"the argument `{name}`"
        for name, before in call.keywords.items()
        if name in call.keywords_after and _differs(before, call.keywords_after[name])
    ]
    return places[0] if places else "an argument"


def _differs(before: object, after: object) -> bool:
    """Whether a value is no longer what it was; what cannot be compared counts as the same."""
    if isinstance(before, dict) and isinstance(after, dict):
        return before.keys() != after.keys() or any(_differs(before[k], after[k]) for k in before)
    left, right = as_array(before), as_array(after)
    if left is not None and right is not None:
        return left.dtype != right.dtype or not np.array_equal(left, right, equal_nan=left.dtype.kind in "fc")
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return len(before) != len(after) or any(_differs(a, b) for a, b in zip(before, after, strict=True))
    plain = (str, bytes, set, frozenset, type(None))
    return isinstance(before, plain) and isinstance(after, plain) and before != after
