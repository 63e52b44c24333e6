"""A run as a student reads it, in a terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from cli.lines import indented, marked
from grader.results import Run, TestResult
from grader.text import plain

__all__ = ["show_run"]

_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "error": ("!", "yellow")}


def show_run(console: Console, title: str, run: Run) -> None:
    """Print a run: the score, what to mend first, and every test a student may see."""
    console.print(_headline(title, run))
    if run.outcome != "graded":
        console.print(indented(Text(f"This was not graded, and it is not your fault: {plain(run.message)}")))
        return
    visible = [test for test in run.tests if test.visibility == "visible"]
    if run.message:
        console.print(indented(Text(plain(run.message))))
    console.print(Group(*_tests(visible, told=run.message)))
    if unseen := len(run.tests) - len(visible):
        tests = "1 more test is" if unseen == 1 else f"{unseen} more tests are"
        console.print(indented(Text(f"{tests} not shown now.", style="dim")))


def _headline(title: str, run: Run) -> Text:
    score = "not graded" if run.score is None else f"{run.score:g} of {run.max_score:g} points"
    style = "green" if run.score == run.max_score else "yellow"
    return Text.assemble((plain(title), "bold"), "  ", (score, f"bold {style}"), (f"  {run.duration_ms:.0f} ms", "dim"))


def _tests(tests: Sequence[TestResult], told: str) -> Iterator[RenderableType]:
    """Yield each test's lines; a diagnosis or a hint is given once, with the first test that it belongs to."""
    given: set[str] = set()
    for test in tests:
        mark, style = _MARKS[test.outcome]
        points = f"{test.points:g}/{test.max_points:g}"
        yield marked(mark, style, Text.assemble(plain(test.title), (f"  {points}", "dim")))
        if test.outcome == "passed":
            yield from _output(test)
            continue
        if test.message != told:
            yield indented(Text(plain(test.message)), by=4)
        if test.diagnosis and test.diagnosis not in given:
            yield Padding(
                Panel(Text(plain(test.diagnosis)), title="What may have happened", border_style="cyan"), (0, 4)
            )
        if test.hint and test.hint not in given:
            yield indented(Text(f"Hint: {plain(test.hint)}", style="cyan"), by=4)
        given |= {text for text in (test.diagnosis, test.hint) if text}
        yield from _pictures(test)
        yield from _output(test)


def _pictures(test: TestResult) -> Iterator[RenderableType]:
    for picture in test.pictures:
        yield indented(Text(f"{plain(picture.title)}: {plain(picture.text)}", style="dim"), by=4)


def _output(test: TestResult) -> Iterator[RenderableType]:
    if test.output:
        yield indented(Text.assemble(("Your code printed:\n", "dim"), plain(test.output.rstrip())), by=4)
