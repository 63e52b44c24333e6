"""`gradeloop submit`: submit from a terminal, and follow the grading there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from pydantic import TypeAdapter
from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from cli.portal.target import asking, path_part, url_option
from cli.terminal.exits import NOT_GRADED
from cli.terminal.lines import indented
from cli.terminal.runs import NOT_YOUR_FAULT, headline, line_of, progress_in_words, show_tests
from grader.bundle.submission import MAX_SUBMISSION_BYTES
from grader.results.run import TestResult
from grader.text import plain

if TYPE_CHECKING:
    from cli.portal.client import Portal


_TESTS: Final = TypeAdapter(tuple[TestResult, ...])
_KINDS: Final = {"submit": "attempt", "check": "check", "trial": "trial"}


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@url_option
@click.option("--course", default="", help="The course, as in the address of its page.")
@click.option("--assignment", default="", help="The assignment, as in the address of its page.")
@click.option("--check", is_flag=True, help="Run the public tests alone; no attempt is used.")
def submit(files: tuple[Path, ...], url: str, course: str, assignment: str, check: bool) -> None:
    """Submit FILE... to a portal, and print the results as they come.

    Without FILE, the files that the assignment asks for are read from this folder. What is not given as an option is
    read from the file .gradeloop.toml in this folder, with the keys url, course and assignment. A personal token is
    expected in the variable GRADELOOP_TOKEN; it is made on the page "Your account".

    Exit status: 0 graded, whatever the score; 2 bad usage, or refused; 3 could not be graded or reached.
    """
    console = Console()
    needed = ("url", "course", "assignment")
    with asking(*needed, url=url, course=course, assignment=assignment) as (portal, target):
        at = f"/courses/{path_part(target.course)}/assignments/{path_part(target.assignment)}"
        texts = _texts(files or _asked_for(portal, at))
        receipt = portal.submit(f"{at}/submissions", {"kind": "check" if check else "submit", "files": texts})
        page = f"{portal.url}/submissions/{receipt['id']}"
        console.print(Text(plain(_receipt(receipt, page)), "dim"))
        submission = _followed(console, portal, f"/submissions/{path_part(receipt['id'])}")
        _show(console, submission)
    if submission["state"] != "graded":
        raise SystemExit(NOT_GRADED)


def _asked_for(portal: "Portal", at: str) -> Sequence[Path]:
    paths = [Path(name) for name in portal.ask("GET", at)["starter"] if Path(name).name == name]
    for path in paths:
        if not path.is_file():
            raise click.UsageError(f"there is no {plain(str(path))} in this folder; name the files to submit")
    return paths


def _texts(paths: Sequence[Path]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in paths:
        if path.name in texts:
            raise click.UsageError(f"two of the files are named {plain(path.name)}")
        with path.open("rb") as file:
            data = file.read(MAX_SUBMISSION_BYTES + 1)
        if len(data) > MAX_SUBMISSION_BYTES:
            raise click.UsageError(f"{plain(str(path))} is larger than {MAX_SUBMISSION_BYTES // 2**20} MiB")
        try:
            texts[path.name] = data.decode("utf-8")
        except UnicodeDecodeError:
            raise click.UsageError(f"{plain(str(path))} is no text in UTF-8") from None
    return texts


def _receipt(receipt: Mapping[str, Any], page: str) -> str:
    left = receipt["attempts_left"]
    attempts = "" if left is None else f" ({left} attempt{'' if left == 1 else 's'} left)"
    return f"Submitted{attempts}: {page}"


def _followed(console: Console, portal: "Portal", path: str) -> dict[str, Any]:
    submission: dict[str, Any] = {}
    with Live(console=console, transient=True, auto_refresh=False) as live:
        view = _View(live)
        for kind, data in portal.follow(path):
            if kind == "submission":
                submission = data
            view.show(kind, data)
    return submission


class _View:
    """The live view of a submission that is being graded."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._tests: dict[str, TestResult] = {}
        self._status = ""

    def show(self, kind: str, data: Mapping[str, Any]) -> None:
        """Show an event; unknown kinds, of a later portal, are ignored."""
        if kind == "started":
            self._tests.clear()
        elif kind == "test":
            [test] = _read([data["test"]])
            self._tests[test.name] = test
            self._status = f"{data['done_points']:g} of {data['total_points']:g} points are decided."
        elif kind in ("position", "submission"):
            position = data if kind == "position" else {"state": data["state"], **(data["queue_position"] or {})}
            self._status = _progress(position)
        self._live.update(Group(*map(line_of, self._tests.values()), indented(Text(self._status, "dim"))), refresh=True)


def _progress(position: Mapping[str, Any]) -> str:
    if "ahead" not in position:
        return ""
    return plain(f"It {progress_in_words(position['state'], position['ahead'], position['eta_seconds'])}.")


def _show(console: Console, submission: Mapping[str, Any]) -> None:
    """Print what grading found, with the score as the last line, where it is visible."""
    if submission["state"] == "graded":
        show_tests(console, _read(submission["tests"]), submission["message"], submission["withheld"])
    else:
        console.print(indented(Text(f"{NOT_YOUR_FAULT}. {plain(submission['message'])}".rstrip())))
    if submission["late"]:
        console.print(indented(Text(plain(submission["late"]), "yellow")))
    more = f"{_KINDS.get(submission['kind'], '')} {submission['number']}"
    console.print(headline(submission["title"], submission["points"], submission["max_points"], more))


def _read(tests: Sequence[Mapping[str, Any]]) -> tuple[TestResult, ...]:
    return _TESTS.validate_python(tests)
