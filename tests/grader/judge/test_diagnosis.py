"""Which known-wrong answer explains what failed."""

from grader.judge.diagnosis import best_explanations


def explained(
    failing: list[str], behaviours: dict[str, set[str]], fits: dict[str, float], *, only_clear: bool = False
) -> dict[str, str]:
    def matches(name: str, test: str) -> bool:
        return test in behaviours[name]

    found = best_explanations(failing, list(behaviours), matches, lambda name: fits[name], only_clear=only_clear)
    return dict(found)


def test_the_answer_that_explains_the_first_failure_explains_all_it_matches() -> None:
    behaviours = {"sign": {"a", "b"}, "sum": {"c"}}
    assert explained(["a", "b", "c"], behaviours, {}) == {"a": "sign", "b": "sign", "c": "sum"}


def test_of_several_candidates_the_one_that_fits_the_whole_suite_best_is_taken() -> None:
    behaviours = {"sign": {"a"}, "sign and sum": {"a", "b"}}
    assert explained(["a", "b"], behaviours, {"sign": 0, "sign and sum": 2}) == dict.fromkeys("ab", "sign and sum")


def test_where_only_what_is_clear_counts_a_draw_explains_nothing() -> None:
    behaviours = {"sign": {"a"}, "sum": {"a", "b"}}
    assert explained(["a", "b"], behaviours, {"sign": 1, "sum": 1}, only_clear=True) == {"b": "sum"}
    assert explained(["a", "b"], behaviours, {"sign": 0, "sum": 1}, only_clear=True) == dict.fromkeys("ab", "sum")
    assert explained(["a"], behaviours, {"sign": 1, "sum": 1}) == {"a": "sign"}


def test_what_no_known_answer_does_is_not_explained() -> None:
    assert explained(["a", "b"], {"sign": {"b"}}, {}) == {"b": "sign"}
    assert explained(["a"], {}, {}) == {}


def test_fit_is_not_asked_for_where_there_is_no_choice() -> None:
    def unwanted(_: str) -> float:
        raise AssertionError("a replay of the whole suite, for nothing")

    assert list(best_explanations(["a"], ["sign"], lambda _name, _test: True, unwanted)) == [("a", "sign")]
