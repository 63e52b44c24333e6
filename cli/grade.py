"""`gradeloop grade`: one submission, graded here and now."""

import json
from pathlib import Path

import click
from rich.console import Console

from cli.terminal.exits import NOT_GRADED, ending_well
from cli.terminal.out import OUT, write_out
from cli.terminal.runs import show_run
from grader.bundle.disk import read_bundle
from grader.bundle.submission import read_submission_paths
from grader.exports.gradescope import to_gradescope
from grader.exports.junit import to_junit
from worker.benches.bench import Bench
from worker.isolation.choice import choose_isolation
from worker.settings import read_settings


@click.command()
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "json_out", type=OUT, help="Write the whole run as JSON (docs/results.md); - for stdout.")
@click.option("--gradescope", type=OUT, help="Write Gradescope's results.json; - for stdout.")
@click.option("--junit", type=OUT, help="Write JUnit XML; - for stdout.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="Repeat the run of this seed.")
def grade(
    bundle: Path,
    files: tuple[Path, ...],
    json_out: str | None,
    gradescope: str | None,
    junit: str | None,
    seed: int | None,
) -> None:
    """Grade FILE... for the assignment in the folder BUNDLE, and print what the student reads.

    Exit status: 0 graded, whatever the score; 2 bad usage; 3 could not grade, our fault.
    """
    if (json_out, gradescope, junit).count("-") > 1:
        raise click.UsageError("only one of --json, --gradescope and --junit can go to stdout.")
    with ending_well():
        assignment = read_bundle(bundle)
        submission = read_submission_paths(assignment.manifest, files)
        isolation, _ = choose_isolation(read_settings())
        with Bench(isolation, assignment.manifest.environment) as bench:
            bench.load(assignment)  # beforehand: it is no part of the time that a student waits
            run = bench.grade(assignment, submission, seed)
    show_run(Console(stderr="-" in (json_out, gradescope, junit)), assignment.manifest.title, run)
    write_out(json_out, json.dumps(run.to_json(), indent=2) + "\n")
    write_out(gradescope, json.dumps(to_gradescope(run), indent=2) + "\n")
    write_out(junit, to_junit(run).decode() + "\n")
    if run.outcome != "graded":
        raise SystemExit(NOT_GRADED)
