"""`gradeloop export`: a course's gradebook as a file."""

import os
from pathlib import Path
from typing import Final

import click

from cli.portal.target import asking, path_part, url_option

_STDOUT: Final = Path("-")


@click.command()
@click.argument("course")
@click.option(
    "--form",
    type=click.Choice(["csv", "json", "gradescope"]),
    default="csv",
    show_default=True,
    help="A table, JSON as the API has it, or a zip with a results.json of each submission that counts.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    default=_STDOUT,
    help="Where to; else it is printed.",
)
@url_option
def export(course: str, form: str, output: Path, url: str) -> None:
    """Write the gradebook of COURSE, named as in the address of its page, to a file.

    It takes the personal token of somebody who teaches or grades there, in the variable GRADELOOP_TOKEN; it is made on
    the page "Your account". FILE is written when all of it is there, and replaced if there is one.

    Exit status: 0 written, 2 bad usage or refused, 3 our fault.
    """
    with asking("url", url=url) as (portal, _):
        if form == "gradescope" and output == _STDOUT:
            raise click.UsageError("a zip is not printed; name a file with --output")
        _write(output, portal.fetch(f"/courses/{path_part(course)}/gradebook/export?form={form}"))


def _write(output: Path, data: bytes) -> None:
    """Put data in the place of the file that is there, once all of it is written."""
    if output == _STDOUT:
        click.echo(data, nl=False)
        return
    target = output.resolve()
    written = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():  # a pipe, a terminal
            target.write_bytes(data)
        else:
            written.write_bytes(data)
            written.replace(target)
    except OSError as error:
        written.unlink(missing_ok=True)
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"Written: {output}", err=True)
