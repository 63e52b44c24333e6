"""`gradeloop export`: a course's gradebook as a file."""

import os
from pathlib import Path
from typing import Final

import click

from cli.portal.target import Target, path_part, read_target, read_token
from cli.terminal.exits import ending_well, understanding

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
@click.option("--url", envvar="GRADELOOP_URL", default="", help="The portal's address; else GRADELOOP_URL.")
def export(course: str, form: str, output: Path, url: str) -> None:
    """Write the gradebook of COURSE, named as in the address of its page, to a file.

    It takes the personal token of somebody who teaches or grades there, in the variable GRADELOOP_TOKEN; it is made on
    the page "Your account". FILE is written when all of it is there, and replaced if there is one.

    Exit status: 0 written, 2 bad usage or refused, 3 our fault.
    """
    from cli.portal.client import Portal

    with ending_well(), understanding():
        token = read_token()
        target = read_target(Target(url=url), "url")
        if form == "gradescope" and output == _STDOUT:
            raise click.UsageError("a zip is not printed; name a file with --output")
        with Portal(target.url, token) as portal:
            at = f"/courses/{path_part(course)}/gradebook"
            data = portal.fetch(f"{at}/export?form={form}")
        _write(output, data)


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
