"""A run as a student reads it, in a terminal."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.text import Text

from cli.terminal.lines import indented, marked
from grader.results.run import RunResult, TestResult
from grader.text import plain

NOT_YOUR_FAULT = "This was not graded, and it is not your fault"
_MARKS = {"passed": ("✓", "green"), "failed": ("✗", "red"), "error": ("!", "yellow")}


def show_run(console: Console, title: str, run: RunResult) -> None:
    """Print a run: the score, what to mend first, and every test a student may see."""
    console.print(headline(title, run.score, run.max_score, f"{run.duration_ms:.0f} ms"))
    if run.outcome != "graded":
        console.print(indented(Text(f"{NOT_YOUR_FAULT}: {plain(run.message)}")))
        return
    visible = [test for test in run.tests if test.visibility == "visible"]
    show_tests(console, visible, run.message, len(run.tests) - len(visible))


def show_tests(console: Console, tests: Sequence[TestResult], message: str, unseen: int) -> None:
    """Print tests, after what is said of the whole and before how many more there are."""
    if message:
        console.print(indented(Text(plain(message))))
    console.print(Group(*_diagnoses(tests), *_tests(tests, told=message)))
    if unseen:
        words = "1 more test is" if unseen == 1 else f"{unseen} more tests are"
        console.print(indented(Text(f"{words} not shown now.", style="dim")))


def headline(title: str, points: float | None, max_points: float, more: str = "") -> Text:
    """Return the line with the score; `points` are None where nothing was graded."""
    score = "not graded" if points is None else f"{points:g} of {max_points:g} points"
    style = "green" if points == max_points else "yellow"
    line = Text.assemble((plain(title), "bold"), "  ", (score, f"bold {style}"))
    return line.append(f"  {plain(more)}", "dim") if more else line


def line_of(test: TestResult) -> RenderableType:
    """Return the line of a test: how it ended, its title, its points."""
    mark, style = _MARKS[test.outcome]
    return marked(mark, style, Text.assemble(plain(test.title), (f"  {test.points:g}/{test.max_points:g}", "dim")))


def progress_in_words(state: str, ahead: int, eta_seconds: float | None) -> str:
    """Return what a run that is not finished does now."""
    about = "" if eta_seconds is None else f", some {eta_seconds:.0f} s to go"
    return f"waits, {ahead} before it{about}" if state == "queued" else f"is graded{about}"


def _tests(tests: Sequence[TestResult], told: str) -> Iterator[RenderableType]:
    for test in tests:
        yield line_of(test)
        if test.outcome == "passed":
            yield from _output(test)
            continue
        if test.message != told:
            yield indented(Text(plain(test.message)), by=4)
        if test.diagnosis:
            yield indented(Text("The diagnosis above applies.", style="dim"), by=4)
        if test.hint:
            yield indented(Text(f"Hint: {plain(test.hint)}", style="cyan"), by=4)
        yield from _pictures(test)
        yield from _output(test)


def _diagnoses(tests: Sequence[TestResult]) -> Iterator[RenderableType]:
    """Yield each diagnosis once, with how many tests it affects."""
    for diagnosis, count in Counter(test.diagnosis for test in tests if test.diagnosis).items():
        affects = f"affects {count} test{'' if count == 1 else 's'}"
        yield Padding(Panel(Text(plain(diagnosis)), title=f"Diagnosis: {affects}", border_style="cyan"), (0, 4))


def _pictures(test: TestResult) -> Iterator[RenderableType]:
    for picture in test.pictures:
        yield indented(Text(f"{plain(picture.title)}: {plain(picture.text)}", style="dim"), by=4)


def _output(test: TestResult) -> Iterator[RenderableType]:
    if test.output:
        yield indented(Text.assemble(("Your code printed:\n", "dim"), plain(test.output.rstrip())), by=4)
