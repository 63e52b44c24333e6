"""`gradeloop check`: the authoring gate."""

from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.syntax import Syntax
from rich.text import Text

from cli.lines import indented, marked
from cli.problems import SHUT, ending_well
from grader.bundle import Bundle, BundleError, read_bundles
from grader.lab import Check, Report
from grader.text import plain
from worker.bench import new_seed
from worker.laboratory import Laboratory
from worker.settings import read_settings
from worker.walls.choice import choose_wall

__all__ = ["check"]


@click.command()
@click.argument(
    "bundles",
    metavar="BUNDLE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Repeat the check that was made with this seed.")
def check(bundles: tuple[Path, ...], seed: int | None) -> None:
    """Hold assignments to what they must withstand before they may be published.

    The reference has full marks, the starter hardly any, every right answer all, every wrong answer loses some and is
    diagnosed as itself, mutants of the reference are caught, and none of it hangs on the seed.

    Exit status: 0 every gate is open, 1 one is shut, 2 bad usage, 3 could not grade, our fault.
    """
    console = Console()
    with ending_well():
        seed = new_seed() if seed is None else seed
        reports = _examine(_read(console, bundles), seed, console)
    for report in reports:
        _show(console, report, seed)
    if not all(report.gate_open for report in reports):
        raise SystemExit(SHUT)


def _read(console: Console, paths: tuple[Path, ...]) -> list[Bundle]:
    try:
        return read_bundles(paths)
    except BundleError as error:
        console.print("[bold red]The gate is shut:[/] an assignment cannot be read.")
        for problem in error.problems:
            console.print(marked("-", "", Text(plain(problem))))
        raise SystemExit(SHUT) from error


def _examine(bundles: list[Bundle], seed: int, console: Console) -> list[Report]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    ordered = sorted(bundles, key=lambda bundle: bundle.manifest.environment)
    reports: dict[str, Report] = {}
    wall, _ = choose_wall(read_settings())
    with Progress(*columns, console=console, transient=True) as progress:
        for environment, group in groupby(ordered, key=lambda bundle: bundle.manifest.environment):
            with Laboratory(wall, environment) as laboratory:
                for bundle in group:
                    reports[bundle.slug] = _examine_one(laboratory, bundle, seed, progress)
    return [reports[bundle.slug] for bundle in bundles]


def _examine_one(laboratory: Laboratory, bundle: Bundle, seed: int, progress: Progress) -> Report:
    task = progress.add_task(bundle.slug, total=None)

    def on_progress(done: int, total: int, what: str) -> None:
        progress.update(task, completed=done, total=total, description=f"{bundle.slug} ({what})")

    return laboratory.examine(bundle, seed, on_progress)


def _show(console: Console, report: Report, seed: int) -> None:
    state = ("the gate is open", "green") if report.gate_open else ("the gate is shut", "red")
    told = (f"  version {report.version[:12]}, seed {seed}", "dim")
    console.print(Text.assemble((report.slug, "bold"), "  ", state, told))
    for line in report.checks:
        _show_check(console, line)
    console.print()


def _show_check(console: Console, line: Check) -> None:
    mark, style = ("✓", "green") if line.ok else ("✗", "red")
    console.print(marked(mark, style, Text.assemble(line.title, (f"  {line.summary}", "dim"))))
    for problem in line.problems:
        console.print(indented(Text(f"- {plain(problem)}", style="dim" if line.ok else ""), by=6))
    for diff in map(plain, line.diffs):
        console.print(Syntax(diff, "diff", theme="ansi_dark", background_color="default", word_wrap=True))
