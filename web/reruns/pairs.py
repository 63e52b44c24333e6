"""The tests of two runs of one submission side by side, and what differs between them."""

from dataclasses import dataclass, replace

from grader.results.run import TestResult
from records.submissions.models import Run
from web.submissions.presenters import TestView, test_view


@dataclass(frozen=True)
class Pair:
    """A test by the run before and by the rerun's.

    Attributes:
        change: "falls" or "rises" where it earns less or more, "wording" where only what is said differs, else "same".
    """

    title: str
    before: TestView | None
    after: TestView | None
    change: str


def pairs_of(before: Run | None, after: Run | None) -> list[Pair]:
    """Return the tests of two runs side by side: those that fall, those that rise, those said differently, the rest."""
    old, fresh = _tests(before), _tests(after)
    explained: tuple[dict[str, str], dict[str, str]] = ({}, {})
    pairs = []
    for name in dict.fromkeys([*fresh, *old]):
        one, other = old.get(name), fresh.get(name)
        views = [_view(test, side, seen) for test, side, seen in zip((one, other), "ba", explained, strict=True)]
        title = (other or one).title  # type: ignore[union-attr]
        pairs.append(Pair(title, views[0], views[1], _changed(one, other)))
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
    worth = [(test.outcome == "passed", test.points) for test in (before, after)]
    if worth[0] != worth[1]:
        return "rises" if worth[1] > worth[0] else "falls"
    said = [(test.message, test.diagnosis, test.hint, test.max_points, test.outcome) for test in (before, after)]
    return "same" if said[0] == said[1] else "wording"
