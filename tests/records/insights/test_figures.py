"""Figures of each test over a class."""

from dataclasses import replace

import pytest

from records.insights.figures import Answer, Finding, figures


def finding(name: str = "test_hidden.py::test_a", *, passed: bool = True, **values: object) -> Finding:
    test = Finding(name, f"About {name}", 1.0 if passed else 0.0, 1.0, passed, "" if passed else "It is not right.")
    return replace(test, **values)


def answer(number: int, *findings: Finding, seed: int = 0, message: str = "") -> Answer:
    return Answer(f"person {number}", f"submission {number}", f"run {number}", "v", seed or number, message, findings)


def failing(number: int, *fingerprints: str, seed: int = 0, **values: object) -> Answer:
    tests = [finding(f"t::{at}", passed=False, fingerprint=one, **values) for at, one in enumerate(fingerprints)]
    return answer(number, *tests, finding("t::passes"), seed=seed)


def test_the_cases_of_a_test_count_as_one_that_is_passed_where_all_are() -> None:
    half = answer(1, finding("t::a[x]"), finding("t::a[y]", passed=False))
    whole = answer(2, finding("t::a[x]"), finding("t::a[y]"))

    (test,) = figures([half, whole], [])

    assert (test.name, test.passed, test.students, test.max_points) == ("t::a", 1, 2, 2.0)
    assert [(case.name, case.passed) for case in test.cases] == [("x", 2), ("y", 1)]


def test_the_first_try_rate_is_of_first_attempts_that_had_the_test() -> None:
    now = [answer(number, finding("t::a"), finding("t::new")) for number in (1, 2)]
    first = [answer(1, finding("t::a", passed=False)), answer(2, finding("t::a"))]

    old, new = figures(now, first)

    assert (old.rate, old.first_rate) == (1.0, 0.5)
    assert new.first_rate is None


def test_discrimination_is_the_correlation_with_the_rest() -> None:
    """Six of twelve pass `telling` and all else; `noise` is passed by every other, whatever they can do."""
    answers = [
        answer(
            number,
            finding("t::telling", passed=number < 6),
            finding("t::noise", passed=number % 2 == 0),
            *(finding(f"t::{place}", passed=number < 6 or number == 7) for place in range(3)),
        )
        for number in range(12)
    ]

    telling, noise, *_ = figures(answers, [])

    assert telling.discrimination is not None
    assert noise.discrimination is not None
    assert telling.discrimination > 0.7
    assert abs(noise.discrimination) < 0.3
    assert telling.concerns == ()


@pytest.mark.parametrize(
    ("passing", "concern"), [(12, "tells nobody apart"), (0, "Nobody passes"), (6, "little to do with the rest")]
)
def test_a_test_that_says_little_is_pointed_out(passing: int, concern: str) -> None:
    answers = [
        answer(number, finding("t::a", passed=number < passing), finding("t::b", passed=number % 2 == 0))
        for number in range(12)
    ]

    (sentence,) = figures(answers, [])[0].concerns

    assert concern in sentence


def test_of_a_few_students_no_discrimination_is_told() -> None:
    answers = [answer(number, finding("t::a", passed=number < 2), finding("t::b")) for number in range(4)]

    assert figures(answers, [])[0].discrimination is None


def test_mistakes_are_counted_by_student() -> None:
    squared = {"passed": False, "wrong": "square", "diagnosis": "You squared."}
    answers = [answer(number, finding("t::a[1]", **squared), finding("t::a[2]", **squared)) for number in range(3)]

    (mistake,) = figures(answers, [])[0].mistakes

    assert (mistake.wrong, mistake.diagnosis, mistake.count) == ("square", "You squared.", 3)


def test_an_empty_class_has_no_figures() -> None:
    assert figures([], []) == []
