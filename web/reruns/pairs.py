"""The tests of two runs of a submission side by side."""

from dataclasses import dataclass, replace

from grader.results.run import TestResult
from records.submissions.models import Run
from web.submissions.presenters import TestView, test_view


@dataclass(frozen=True)
class TestPair:
    """A test by the run before and by the rerun's run.

    `change` is "falls" or "rises" if its points do, "wording" if only its feedback differs, else "same".
    """

    __test__ = False  # pytest: not a test, though it is called one

    title: str
    before: TestView | None
    after: TestView | None
    change: str


def pairs_of(before: Run | None, after: Run | None) -> list[TestPair]:
    """Return the tests of two runs in pairs: those that fall, rise, differ in wording, and the rest."""
    old, new = _tests(before), _tests(after)
    explained: tuple[dict[str, str], dict[str, str]] = ({}, {})
    pairs = []
    for name in dict.fromkeys([*new, *old]):
        one, other = old.get(name), new.get(name)
        views = [_view(test, side, seen) for test, side, seen in zip((one, other), "ba", explained, strict=True)]
        title = (other or one).title  # type: ignore[union-attr]
        pairs.append(TestPair(title, views[0], views[1], _changed(one, other)))
    order = ("falls", "rises", "wording", "same")
    return sorted(pairs, key=lambda pair: order.index(pair.change))


def _tests(run: Run | None) -> dict[str, TestResult]:
    if run is None or run.state != "graded":
        return {}
    return {test.name: test.result() for test in run.tests}


def _view(test: TestResult | None, side: str, explained: dict[str, str]) -> TestView | None:
    if test is None:
        return None
    view = test_view(test, explained)
    same_as = f"{side}-{view.same_as}" if view.same_as else None
    return replace(view, id=f"{side}-{view.id}", same_as=same_as)  # both sides stand on one page


def _changed(before: TestResult | None, after: TestResult | None) -> str:
    if before is None or after is None:
        is_gain = after is not None and after.outcome == "passed"
        return "rises" if is_gain or (before is not None and before.outcome != "passed") else "falls"
    scores = [(test.outcome == "passed", test.points) for test in (before, after)]
    if scores[0] != scores[1]:
        return "rises" if scores[1] > scores[0] else "falls"
    feedback = [(test.message, test.diagnosis, test.hint, test.max_points, test.outcome) for test in (before, after)]
    return "same" if feedback[0] == feedback[1] else "wording"
