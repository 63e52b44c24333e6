"""`gradeloop rerun`: grade submissions again, without changing grades yet."""

from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from cli.compare import show_comparison
from cli.portal.target import asking, path_part, url_option
from cli.terminal.reports import progress_bar
from grader.text import plain

if TYPE_CHECKING:
    from cli.portal.client import Portal


@click.command()
@click.argument("course")
@click.argument("assignment", required=False)
@click.option(
    "--set",
    "which",
    type=click.Choice(["all", "latest", "active", "failing", "picked"]),
    default=None,
    help="Which submissions of ASSIGNMENT; else all. For a whole course, the active ones.",
)
@click.option("--test", metavar="NAME", default="", help="Those failing this test, with --set failing.")
@click.option("--submission", "submissions", metavar="ID", multiple=True, help="One of those of --set picked.")
@click.option("--version", metavar="HASH", default=None, help="What to grade by; else the version in force.")
@click.option("--seed", type=click.IntRange(min=0), default=None, help="For all; else the seeds of the runs before.")
@click.option("--reason", required=True, help="Why; students whose result changes read it.")
@click.option("--follow", is_flag=True, help="Wait until all is graded, then show what would change.")
@url_option
def rerun(
    course: str,
    assignment: str | None,
    which: str | None,
    test: str,
    submissions: tuple[str, ...],
    version: str | None,
    seed: int | None,
    reason: str,
    follow: bool,
    url: str,
) -> None:
    """Grade submissions of ASSIGNMENT, or of the whole COURSE, again without changing grades.

    See what would change with `gradeloop compare`, and apply it there or on the page. A personal token
    is expected in the variable GRADELOOP_TOKEN.

    Exit status: 0 begun, or graded with --follow; 2 bad usage, or refused; 3 the portal cannot be reached.
    """
    console = Console()
    _expect_one_meaning(assignment, which, test, submissions)
    asked = {
        "assignment": assignment,
        "which": (which or "all") if assignment else "course",
        "test": test,
        "submissions": list(submissions),
        "version": version,
        "seed": seed,
        "reason": reason,
    }
    with asking("url", url=url) as (portal, _):
        begun = portal.ask("POST", f"/courses/{path_part(course)}/reruns", asked)
        console.print(Text(plain(f"Rerun {begun['id']}: {begun['chosen']}.")))
        console.print(Text(plain(f"{portal.url}{begun['urls']['page']}"), "dim"), soft_wrap=True)
        if follow:
            at = f"/reruns/{path_part(begun['id'])}"
            _follow(console, portal, at)
            show_comparison(console, portal, at)


def _expect_one_meaning(assignment: str | None, which: str | None, test: str, submissions: tuple[str, ...]) -> None:
    """Refuse options that would be ignored."""
    if which and not assignment:
        raise click.UsageError("--set is of one assignment; of a whole course, the active submissions are rerun")
    if test and which != "failing":
        raise click.UsageError("--test goes with --set failing")
    if submissions and which != "picked":
        raise click.UsageError("--submission goes with --set picked")


def _follow(console: Console, portal: "Portal", at: str) -> None:
    with progress_bar(console) as progress:
        task = progress.add_task("grading", total=None)
        for now in portal.poll(at):
            progress.update(task, completed=now["graded"] + now["not_graded"], total=now["total"])
            if not now["underway"]:
                return
