"""`gradeloop send`: one submission through the whole service."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from cli.problems import NOT_GRADED
from cli.show import show_run
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

    The assignment in the folder BUNDLE is kept in a course named "operators", which is made if there is none.

    Exit status: 0 graded, whatever the score; 2 bad usage; 3 could not grade in time, our fault.
    """
    from cli.following import follow
    from cli.service import using_service
    from records.database.engine import open_database
    from worker.queue.submitting import Submitter

    console = Console()
    with using_service():
        settings = read_settings()
        assignment = read_bundle(bundle)
        submission = read_submission_paths(assignment.manifest, files)
        database = open_database(settings.database_url)
        with Submitter(settings, database) as submitter:
            with database.write() as session:
                person_id, assignment_id = _operator(session), _assignment(session, assignment)
            ticket = submitter.submit(person_id, assignment_id, submission, queue=queue, admitted=True)
            console.print(f"Submitted as run {ticket.run_id}.", style="dim")
            run = follow(console, database, submitter.events, ticket.run_id, seconds)
        database.close()
    show_run(console, assignment.manifest.title, run)
    if run.outcome != "graded":
        raise SystemExit(NOT_GRADED)


def _operator(session: "Session") -> str:
    """Return the operator, a person that the commands submit as."""
    from sqlalchemy import select

    from records.people.models import Person

    person = session.scalar(select(Person).where(Person.email == _PERSON))
    if person is None:
        person = Person(email=_PERSON, name="operator")
        session.add(person)
        session.flush()
    return person.id


def _assignment(session: "Session", bundle: Bundle) -> str:
    """Return the operators' assignment of a bundle, with the bundle's version in force."""
    from sqlalchemy import select

    from records.courses.models import Assignment, Course
    from records.versions.models import keep_version

    version = keep_version(session, bundle)
    course = session.scalar(select(Course).where(Course.slug == _COURSE))
    if course is None:
        course = Course(slug=_COURSE, title="Operators' try-outs")
        session.add(course)
        session.flush()
    ours = select(Assignment).where(Assignment.course_id == course.id, Assignment.slug == bundle.slug)
    assignment = session.scalar(ours)
    if assignment is None:
        assignment = Assignment(course_id=course.id, slug=bundle.slug)
        session.add(assignment)
    assignment.version_hash = version.hash
    session.flush()
    return assignment.id
