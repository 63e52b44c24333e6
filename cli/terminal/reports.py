"""The lab's report of an assignment, in a terminal; and bundles that cannot even be read."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.text import Text

from cli.terminal.exits import SHUT
from cli.terminal.lines import indented, marked
from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundles
from grader.bundle.problems import BundleError
from grader.text import plain
from grader.verify.report import Check, Report


def read_or_shut(console: Console, paths: Sequence[Path]) -> list[Bundle]:
    """Return the bundles in these folders, or end the command with all that is wrong with them."""
    try:
        return read_bundles(paths)
    except BundleError as error:
        console.print("[bold red]The gate is shut:[/] an assignment cannot be read.")
        for problem in error.problems:
            console.print(marked("-", "", Text(plain(problem))))
        raise SystemExit(SHUT) from error


def progress_bar(console: Console) -> Progress:
    """Return the bar that is seen while many submissions are graded."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True)


def show_report(console: Console, report: Report, seed: int) -> None:
    """Print a report: whether the gate is open, then each check with what is to be mended."""
    state = ("the gate is open", "green") if report.gate_open else ("the gate is shut", "red")
    told = (f"  version {report.version[:12]}, seed {seed}", "dim")
    console.print(Text.assemble((report.slug, "bold"), "  ", state, told))
    for line in report.checks:
        _show_check(console, line)
    console.print()


def _show_check(console: Console, line: Check) -> None:
    mark, style = ("✓", "green") if line.ok else ("✗", "red")
    console.print(marked(mark, style, Text.assemble(plain(line.title), (f"  {plain(line.summary)}", "dim"))))
    for problem in line.problems:
        console.print(indented(Text(f"- {plain(problem)}", style="dim" if line.ok else ""), by=6))
    for diff in map(plain, line.diffs):
        console.print(Syntax(diff, "diff", theme="ansi_dark", background_color="default", word_wrap=True))
