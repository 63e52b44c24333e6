"""Which sizes of a suite are told apart by it, and what is said of those that are not."""

from dataclasses import dataclass

import pytest

from grader.verify.sizes import SizedCall, coincidences


def call(test: str = "A test.", *, public: bool = False, **sizes: int | None) -> SizedCall:
    """A call of `f`."""
    return SizedCall(test, public, "f", sizes)


@dataclass(frozen=True)
class Case:
    """Calls of a function, and what is said of them."""

    calls: tuple[SizedCall, ...]
    said: tuple[str, ...] = ()


CASES = {
    "sizes that differ are told apart": Case((call(n=11, d=3, k=7),)),
    "two equal sizes": Case(
        (call(n=5, d=5), call("Another.", public=True, n=7, d=3)),
        ("`f`: no hidden test tells n from d: they are 5 and 5 in “A test.”.",),
    ),
    "a small multiple": Case(
        (call(n=15, d=5), call("Another.", n=9, d=3)),
        ("`f`: no hidden test tells n from d: they are 15 and 5 in “A test.”, “Another.”.",),
    ),
    "a multiple that no formula has": Case((call(n=35, d=7),)),
    "one test tells them apart for all": Case((call(n=5, d=5), call("Another.", n=5, d=7))),
    "one call of a test does": Case((call(n=5, d=5), call(n=5, d=7))),
    "public tests for themselves": Case(
        (call(n=11, d=3), call("Shown.", public=True, n=3, d=3)),
        ("`f`: no public test tells n from d: they are 3 and 3 in “Shown.”.",),
    ),
    "a factor of 2": Case((call(n=6),), ("`f`: no hidden test tells n from a factor of 2: it is 6 in “A test.”.",)),
    "sizes that are equal in every call are one": Case((call(n=5, targets=5), call(n=7, targets=7))),
    "edge cases tell nothing": Case(
        (call("One.", n=1, d=7), call("Five.", n=5, d=5)),
        ("`f`: no hidden test tells n from d: they are 5 and 5 in “Five.”.",),
    ),
    "1 in all public tests and more in others": Case(
        (call(n=5), call("Shown.", public=True, n=1)), ("`f`: n is 1 in every public test: “Shown.”.",)
    ),
    "1 everywhere, as it has to be": Case((call(n=1), call("Shown.", public=True, n=1))),
    "a whole number that is another kind of value elsewhere": Case((call(z=2), call(z=None))),
    "an argument that is a list here and an array there": Case(
        (SizedCall("A test.", False, "f", {"len(w)": 2}), SizedCall("Another.", False, "f", {"w.shape[0]": 2}))
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_said_of(case: Case) -> None:
    assert tuple(coincidences(case.calls)) == case.said


def test_many_tests_are_not_all_named() -> None:
    (said,) = coincidences([call(f"Test {number}.", n=2) for number in range(5)])
    assert said.endswith("it is 2 in “Test 0.”, “Test 1.”, “Test 2.” and 2 more.")


def test_functions_are_looked_at_apart() -> None:
    calls = [SizedCall("A test.", False, "f", {"n": 5}), SizedCall("A test.", False, "g", {"n": 5, "d": 5})]
    calls.append(SizedCall("Another.", True, "g", {"n": 5, "d": 3}))
    assert coincidences(calls) == ["`g`: no hidden test tells n from d: they are 5 and 5 in “A test.”."]
