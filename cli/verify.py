"""`gradeloop verify`: the authoring gate."""

import json
from itertools import groupby
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from cli.terminal.exits import SHUT, ending_well
from cli.terminal.out import OUT, write_out
from cli.terminal.reports import progress_bar, read_or_shut, show_report
from grader.bundle.bundle import Bundle
from grader.verify.report import Report
from worker.benches.bench import new_seed
from worker.benches.verifier import Verifier
from worker.isolation.choice import choose_isolation
from worker.settings import read_settings


@click.command()
@click.argument(
    "bundles",
    metavar="BUNDLE...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--json", "json_out", type=OUT, help="Write the report of one bundle as JSON; - for stdout.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Repeat the verification of this seed.")
def verify(bundles: tuple[Path, ...], json_out: str | None, seed: int | None) -> None:
    """Verify assignments before they are published.

    The reference gets full marks, the starter hardly any, every right answer all; every known-wrong answer loses some
    and is diagnosed as itself; mutants of the reference fail; and none of it depends on the seed.

    Exit status: 0 every gate is open, 1 one is shut, 2 bad usage, 3 could not grade, our fault.
    """
    if json_out and len(bundles) > 1:
        raise click.UsageError("--json is for one bundle at a time.")
    console = Console(stderr=json_out == "-")
    with ending_well():
        seed = new_seed() if seed is None else seed
        reports = _verify(read_or_shut(console, bundles), seed, console)
    for report in reports:
        show_report(console, report, seed)
        write_out(json_out, json.dumps({**report.to_json(), "seed": seed}, indent=2) + "\n")
    if not all(report.gate_open for report in reports):
        raise SystemExit(SHUT)


def _verify(bundles: list[Bundle], seed: int, console: Console) -> list[Report]:
    ordered = sorted(bundles, key=lambda bundle: bundle.manifest.environment)
    reports: dict[str, Report] = {}
    isolation, _ = choose_isolation(read_settings())
    with progress_bar(console) as progress:
        for environment, group in groupby(ordered, key=lambda bundle: bundle.manifest.environment):
            with Verifier(isolation, environment) as verifier:
                for bundle in group:
                    reports[bundle.slug] = _verify_one(verifier, bundle, seed, progress)
    return [reports[bundle.slug] for bundle in bundles]


def _verify_one(verifier: Verifier, bundle: Bundle, seed: int, progress: Progress) -> Report:
    task = progress.add_task(bundle.slug, total=None)

    def on_progress(done: int, total: int, what: str) -> None:
        progress.update(task, completed=done, total=total, description=f"{bundle.slug} ({what})")

    return verifier.verify(bundle, seed, on_progress)
