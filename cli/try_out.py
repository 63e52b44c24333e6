"""`gradeloop send`: an operator's try-out of the whole service, by one submission."""

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from cli.terminal.exits import NOT_GRADED
from cli.terminal.runs import show_run
from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import read_submission_paths
from worker.settings import QUEUES, Queue, read_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


_COURSE = "operators"
_PERSON = "operator@localhost"


@click.command()
@click.argument("bundle", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--queue", type=click.Choice(QUEUES), default=QUEUES[0], show_default=True, help="Whose workers grade it."
)
@click.option(
    "--seconds", type=click.FloatRange(min=0), default=120.0, show_default=True, help="How long to wait for the result."
)
def send(bundle: Path, files: tuple[Path, ...], queue: Queue, seconds: float) -> None:
    """Send FILE... through the running service, as an operator's try-out: database, queue, worker, bench.

    The assignment in the folder BUNDLE is stored in a course named "operators", which is created if needed.

    Exit status: 0 graded, whatever the score; 2 bad usage; 3 could not grade in time, our fault.
    """
    from cli.terminal.exits import using_service
    from cli.terminal.following import follow
    from records.database.engine import open_database
    from records.submissions.submit import submit
    from worker.queue.announcing import Announcer

    console = Console()
    with using_service():
        settings = read_settings()
        assignment = read_bundle(bundle)
        submission = read_submission_paths(assignment.manifest, files)
        with closing(open_database(settings.database_url)) as database, Announcer(settings) as announcer:
            with database.write() as session:
                ids = _try_out(session, assignment)
                receipt = submit(session, *ids, submission, queue=queue, admitted=True)
            announcer.announce(receipt.run_id, queue)
            console.print(f"Submitted as run {receipt.run_id}.", style="dim")
            run = follow(console, database, announcer.events, receipt.run_id, seconds)
    show_run(console, assignment.manifest.title, run)
    if run.outcome != "graded":
        raise SystemExit(NOT_GRADED)


def _try_out(session: "Session", bundle: Bundle) -> tuple[str, str]:
    """Return the ids of the operator and of the operators' assignment of a bundle, whose version is now in force."""
    from records.courses.lookup import find_or_add_assignment, find_or_add_course
    from records.people.accounts import find_or_add_person
    from records.versions.models import keep_version

    operator = find_or_add_person(session, _PERSON, "operator")
    course = find_or_add_course(session, _COURSE, "Operators' try-outs")
    assignment = find_or_add_assignment(session, course, bundle.slug)
    assignment.version_hash = keep_version(session, bundle).hash
    return operator.id, assignment.id
