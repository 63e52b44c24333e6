"""`gradeloop new`: the folder of a new assignment, working from the first minute."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from grader.bundle.bundle import Bundle
from grader.bundle.problems import BundleError


@click.command()
@click.argument("slug")
@click.option(
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("assignments") if Path("assignments").is_dir() else Path(),
    help="Where to create the folder; by default assignments/ if there is one, else here.",
)
def new(slug: str, directory: Path) -> None:
    """Create the folder of a new assignment named SLUG: a small one that works, for you to rewrite.

    Exit status: 0 created, 2 bad usage.
    """
    target = directory / slug
    contents = _contents(files("cli") / "template", slug.replace("_", " ").capitalize())
    try:
        Bundle.from_files(slug, contents)
        target.mkdir()
    except BundleError as error:
        raise click.UsageError(str(error)) from error
    except FileExistsError as error:
        raise click.UsageError(f"{target} exists already; nothing was changed.") from error
    for name, data in contents.items():
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_bytes(data)
    _say_what_next(target)


def _contents(folder: Traversable, title: str, prefix: str = "") -> dict[str, bytes]:
    """Return the template's files by relative name, with the title filled in."""
    contents: dict[str, bytes] = {}
    for entry in folder.iterdir():
        if entry.is_dir() and entry.name != "__pycache__":
            contents |= _contents(entry, title, f"{prefix}{entry.name}/")
        elif entry.is_file():
            contents[prefix + entry.name] = entry.read_bytes().replace(b"TITLE", title.encode())
    return contents


def _say_what_next(target: Path) -> None:
    console = Console()
    console.print(Text(f"Created {target}/, an assignment that works: rewrite it piece by piece."))
    for command, purpose in (
        (f"gradeloop verify {target}", "checks that it can be published; run it after every change"),
        (f"gradeloop grade {target} {target}/wrong/summed.py", "shows what a student would read"),
    ):
        console.print(Text(f"  {command}", style="bold"), Text(f"    {purpose}", style="dim"), sep="\n")
    console.print(Text("docs/authoring.md explains every file."))
