"""The sizes that a suite hands to each function of the student's, call by call, as the reference meets them.

A size is the length of an axis or of a list, or a whole number that is handed over as such (a batch size, a number of
epochs). Seeds and booleans are none, and what a support module makes of its arguments is not looked at.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from grader.judge.student import Student
from grader.judge.suite import Suite
from grader.judge.transcript import Call

_SECONDS: Final = 30.0


def sizes_met(suite: Suite, seed: int) -> Iterator[dict[str, Any]]:
    """Replay the reference in every test; yield the test, the function and the sizes of each of its calls."""
    functions = {name: thing for name, thing in vars(suite.module).items() if callable(thing)}
    for case in suite.cases:
        transcript = suite.reference.begin_test(suite.seed_of(case, seed), _SECONDS)
        suite.execute(case, Student(suite.reference.load, suite.functions), seed)
        if any(deed.failure for deed in transcript.deeds):
            continue  # it is about what is refused, where sizes differ that otherwise never do
        for call in transcript.calls:
            if call.name in functions and (sizes := _sizes_of(call, functions[call.name])):
                yield {"test": case.title, "public": case.public, "function": call.name, "sizes": sizes}


def _sizes_of(call: Call, function: Callable[..., object]) -> dict[str, int | None]:
    """Return the sizes of a call by name; None where an argument as such is none."""
    try:
        given = inspect.signature(function).bind(*call.arguments, **call.keywords).arguments
    except (TypeError, ValueError):
        return {}
    sizes = {name: size for parameter, value in given.items() for name, size in _sizes_in(parameter, value)}
    return sizes | _numbers_of_batches(given)


def _sizes_in(name: str, value: object) -> Iterator[tuple[str, int | None]]:
    shape = getattr(value, "shape", None)
    if "seed" in name or isinstance(value, bool):
        return
    yield name, value if isinstance(value, int) else None
    if isinstance(value, (list, tuple)):
        yield f"len({name})", len(value)
    elif isinstance(shape, tuple):
        yield from ((f"{name}.shape[{axis}]", int(length)) for axis, length in enumerate(shape))


def _numbers_of_batches(given: Mapping[str, object]) -> dict[str, int]:
    """Return how many batches a call is about, where it is told their size."""
    lengths = [value.shape[0] for value in given.values() if getattr(value, "shape", ())]  # type: ignore[attr-defined]
    sizes = [value for name, value in given.items() if "batch" in name and type(value) is int and value > 0]
    return {"the number of batches": -(-int(lengths[0]) // sizes[0])} if lengths and sizes else {}
