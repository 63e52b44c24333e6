"""What the results of a class tell, and which answers fail in the same way."""

from dataclasses import replace

import pytest

from records.insights.figures import Answer, Finding, figures, groups_of


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


def test_the_same_diagnosis_is_one_group_whatever_else_fails() -> None:
    squared = {"passed": False, "wrong": "square", "diagnosis": "You squared."}
    one = answer(1, finding("t::a", **squared), finding("t::b", passed=False))
    two = answer(2, finding("t::a", **squared))

    (group,) = groups_of([one, two, answer(3, finding("t::a"))])

    assert (group.kind, group.wrong, group.sentence) == ("diagnosis", "square", "You squared.")
    assert [each.submission_id for each in group.answers] == ["submission 2", "submission 1"]
    assert [each.name for each in group.failed] == ["t::a"]


def test_equal_values_on_one_seed_are_a_group_and_the_rest_stays_by_tests() -> None:
    same = [failing(number, "aa", "bb", seed=7) for number in (1, 2, 3, 9)]
    others = [failing(4, "aa", "cc", seed=7), failing(5, "aa", "bb", seed=8), failing(6, "", "", seed=7)]

    values, tests = groups_of([*others, *same])

    assert (values.kind, len(values.answers)) == ("values", 4)
    assert (tests.kind, len(tests.answers)) == ("tests", 3)
    assert values.key != tests.key


def test_without_a_common_seed_the_same_failing_tests_are_a_group() -> None:
    (group,) = groups_of([failing(1, "aa"), failing(2, "bb")])

    assert (group.kind, len(group.answers)) == ("tests", 2)


def test_what_could_not_be_called_is_grouped_by_why_and_not_by_where() -> None:
    broken = [
        answer(number, finding(passed=False), message=f"Line {number} of double.py is no Python.") for number in (3, 14)
    ]

    (group,) = groups_of([*broken])

    assert (group.kind, len(group.answers)) == ("message", 2)


def test_the_largest_group_comes_first_and_everybody_is_in_one() -> None:
    answers = [
        failing(1, "x", wrong="a", diagnosis="A."),
        *(failing(n, "x", wrong="b", diagnosis="B.") for n in (2, 3)),
    ]

    groups = groups_of(answers)

    assert [group.wrong for group in groups] == ["b", "a"]
    assert sum(len(group.answers) for group in groups) == len(answers)
    assert groups_of(reversed(answers))[0].key == groups[0].key


def test_nobody_is_no_trouble() -> None:
    assert figures([], []) == []
    assert groups_of([]) == []
