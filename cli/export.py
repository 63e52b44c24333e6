"""`gradeloop export`: a course's gradebook as a file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from cli.problems import ending_well, understanding
from cli.target import Target, path_part, read_target, read_token

if TYPE_CHECKING:
    from cli.portal import Portal

__all__ = ["export"]

_STUDENTS: Final = 500  # asked for at once
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
    from cli.portal import Portal

    with ending_well(), understanding():
        token = read_token()
        target = read_target(Target(url=url), "url")
        if form == "gradescope" and output == _STDOUT:
            raise click.UsageError("a zip is not printed; name a file with --output")
        with Portal(target.url, token) as portal:
            at = f"/courses/{path_part(course)}/gradebook"
            data = _json(portal, at) if form == "json" else portal.fetch(f"{at}/export?form={form}")
        _write(output, data)


def _json(portal: "Portal", at: str) -> bytes:
    """Return the whole gradebook as JSON, put together from its parts."""
    whole: dict[str, Any] = {}
    page = 1
    while not whole or len(whole["students"]) < whole["total"]:
        part = portal.ask("GET", f"{at}?page={page}&per_page={_STUDENTS}")
        students = [*whole.get("students", []), *part["students"]]
        if whole and not part["students"]:
            break  # somebody left while it was read
        whole = {**part, "students": students}
        page += 1
    kept = {name: whole[name] for name in ("assignments", "students", "max_total")}
    return json.dumps(kept, ensure_ascii=False, indent=1).encode() + b"\n"


def _write(output: Path, data: bytes) -> None:
    if output == _STDOUT:
        click.echo(data, nl=False)
        return
    try:
        output.write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"{output} cannot be written: {error.strerror}") from None
    click.echo(f"Written: {output}", err=True)
