"""Which known-wrong answers explain what failed."""

from collections.abc import Mapping

from grader.judge.diagnosis import Candidate, Evidence

PLENTY = dict.fromkeys("abcde", 3)


def answer(name: str, same: str, otherwise: str = "") -> Candidate[str]:
    """A known-wrong answer that does the same in some of the tests, each a letter, and something else in others."""
    return Candidate(name, frozenset(same), frozenset(otherwise))


def explained(failing: str, *candidates: Candidate[str], numbers: Mapping[str, int] = PLENTY) -> dict[str, str]:
    return Evidence(frozenset(failing), candidates, numbers).explained()


def test_an_answer_that_does_the_same_in_all_failing_tests_explains_them() -> None:
    assert explained("ab", answer("sign", "ab"), answer("sum", "a")) == {"a": "sign", "b": "sign"}


def test_an_exception_in_every_test_explains_by_its_pattern_alone() -> None:
    assert explained("ab", answer("math.exp", "ab"), numbers={"a": 0, "b": 0}) == {"a": "math.exp", "b": "math.exp"}


def test_of_two_that_explain_all_neither_is_named() -> None:
    assert explained("ab", answer("sign", "ab"), answer("target minus output", "ab")) == {}


def test_unless_the_text_of_one_is_true_of_the_other_as_well() -> None:
    both = [answer("sign", "ab"), answer("target minus output", "ab")]
    declared = {"sign": ["target minus output"]}
    evidence = Evidence(frozenset("ab"), both, PLENTY, lambda name: declared.get(name, []))
    assert evidence.explained() == dict.fromkeys("ab", "target minus output")


def test_an_answer_that_fails_the_same_tests_explains_those_in_which_it_does_the_same() -> None:
    assert explained("abc", answer("leak", "ab", otherwise="c")) == {"a": "leak", "b": "leak"}


def test_doing_the_same_in_half_of_the_tests_is_not_enough() -> None:
    assert explained("abcd", answer("leak", "ab", otherwise="cd")) == {}


def test_two_mistakes_that_explain_all_together_are_both_named() -> None:
    candidates = answer("not summed", "ab"), answer("no slope", "cd")
    assert explained("abcd", *candidates) == {"a": "not summed", "b": "not summed", "c": "no slope", "d": "no slope"}


def test_where_two_mistakes_meet_in_a_test_it_is_explained_by_neither() -> None:
    candidates = answer("not cleared", "a", otherwise="b"), answer("mean of means", "c", otherwise="b")
    assert explained("abc", *candidates) == {"a": "not cleared", "c": "mean of means"}


def test_of_two_mistakes_the_one_that_no_number_shows_is_a_guess() -> None:
    candidates = answer("not summed", "ab"), answer("no slope", "cd")
    few = {**PLENTY, "c": 0, "d": 0}
    assert explained("abcd", *candidates, numbers=few) == dict.fromkeys("ab", "not summed")


def test_two_pairs_that_explain_all_are_a_guess() -> None:
    candidates = answer("x", "a", otherwise="b"), answer("y", "c", otherwise="b"), answer("z", "bc")
    assert explained("abc", *candidates) == {}


def test_an_answer_explains_all_that_it_fails_where_more_fails_besides() -> None:
    assert explained("abc", answer("sum", "ab")) == {"a": "sum", "b": "sum"}


def test_but_not_by_a_single_test() -> None:
    assert explained("abc", answer("sum", "a")) == {}


def test_nor_where_no_number_shows_it() -> None:
    assert explained("abc", answer("sum", "ab"), numbers={"a": 0, "b": 2, "c": 9}) == {}


def test_of_two_that_explain_a_part_the_one_that_explains_more_is_named() -> None:
    assert explained("abcd", answer("sum", "ab"), answer("sum of all", "abc")) == dict.fromkeys("abc", "sum of all")
    assert explained("abcd", answer("sum", "ab"), answer("sign", "bc")) == {}


def test_of_a_part_of_the_suite_only_numbers_tell() -> None:
    evidence = Evidence(frozenset("a"), [answer("sum", "a")], {"a": 3})
    assert evidence.explained_by_numbers() == {"a": "sum"}
    assert Evidence(frozenset("a"), [answer("sum", "a")], {"a": 1}).explained_by_numbers() == {}


def test_what_no_known_answer_does_is_not_explained() -> None:
    assert explained("ab") == {}
