"""The command line: `gradeloop`."""

import click

from cli.compare import compare
from cli.doctor import doctor
from cli.export import export
from cli.grade import grade
from cli.migrate import migrate
from cli.new import new
from cli.people import course, invite
from cli.publish import publish
from cli.rerun import rerun
from cli.scheduler import scheduler
from cli.submit import submit
from cli.try_out import send
from cli.up import up
from cli.verify import verify
from cli.web import web
from cli.worker import worker

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gradeloop")
def main() -> None:
    """Grade machine-learning assignments, verify them before they are published, and run the service that grades.

    Exit status: 0 done, 1 a gate is shut or isolation is missing, 2 bad usage, 3 could not grade (our fault).
    """


for command in (
    *(grade, verify, new, doctor, up, web, worker, scheduler, migrate),
    *(course, invite, send, submit, publish, rerun, compare, export),
):
    main.add_command(command)
