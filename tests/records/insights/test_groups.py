"""Failing answers are grouped by what they do."""

from dataclasses import replace

from records.insights.figures import Answer, Finding
from records.insights.groups import groups_of


def finding(name: str = "test_hidden.py::test_a", *, passed: bool = True, **values: object) -> Finding:
    test = Finding(name, f"About {name}", 1.0 if passed else 0.0, 1.0, passed, "" if passed else "It is not right.")
    return replace(test, **values)


def answer(number: int, *findings: Finding, seed: int = 0, message: str = "") -> Answer:
    return Answer(f"person {number}", f"submission {number}", f"run {number}", "v", seed or number, message, findings)


def failing(number: int, *fingerprints: str, seed: int = 0, **values: object) -> Answer:
    tests = [finding(f"t::{at}", passed=False, fingerprint=one, **values) for at, one in enumerate(fingerprints)]
    return answer(number, *tests, finding("t::passes"), seed=seed)


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


def test_nobody_is_in_no_group() -> None:
    assert groups_of([]) == []
