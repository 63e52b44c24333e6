"""`gradeloop compare`: what a rerun would change, in a terminal; and deciding on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.portal.target import asking, path_part, url_option
from cli.terminal.lines import indented
from grader.text import plain

if TYPE_CHECKING:
    from cli.portal.client import Portal


_LISTED: Final = 20  # of those that fall, and of those that rise
_STYLES: Final = {"rises": "green", "falls": "red"}


_ACTIONS: Final = {
    "discard": "Discard the new results; no grade changes.",
    "undo": "Restore the grades from before.",
    "pause": "Withdraw what has not begun.",
    "resume": "Go on, and try again what could not be graded.",
    "cancel": "End it for good; it cannot be applied.",
}


def _action_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, text in reversed(_ACTIONS.items()):
        option = click.option(f"--{name}", "actions", type=str, multiple=True, flag_value=name, help=text)
        command = option(command)
    return command


@click.command()
@click.argument("rerun", metavar="RERUN")
@click.option(
    "--apply",
    "scope",
    type=click.Choice(["all", "current", "rises", "chosen"]),
    help="Make the new runs active: all, all that are up to date, those that rise, or some.",
)
@click.option("--submission", "submissions", metavar="ID", multiple=True, help="One of those of --apply chosen.")
@_action_options
@click.option("--reason", default="", help="Why, as students read it; else the reason of the rerun.")
@url_option
def compare(
    rerun: str, scope: str | None, submissions: tuple[str, ...], actions: tuple[str, ...], reason: str, url: str
) -> None:
    """Show what RERUN, named by its id, would change: who rises, who falls, which tests flip; then decide on it.

    Without an option nothing changes. Applying and undoing happen at once or not at all, and students whose result
    changes are told. A personal token is expected in the variable GRADELOOP_TOKEN.

    Exit status: 0 done; 2 bad usage, or refused; 3 the portal cannot be reached.
    """
    console = Console()
    asked = [*actions, *(["apply"] if scope else [])]
    if len(asked) > 1:
        raise click.UsageError("one of --apply, --discard, --undo, --pause, --resume and --cancel at a time")
    if bool(submissions) != (scope == "chosen"):
        raise click.UsageError("--submission goes with --apply chosen")
    with asking("url", url=url) as (portal, _):
        at = f"/reruns/{path_part(rerun)}"
        show_comparison(console, portal, at)
        if asked:
            sent = {"reason": reason, "submissions": list(submissions), **({"scope": scope} if scope else {})}
            done = portal.ask("POST", f"{at}/{asked[0]}", sent)
            console.print(Text(plain(done["did"]), "bold"))


def show_comparison(console: Console, portal: "Portal", at: str) -> None:
    """Print what a rerun would change, or did."""
    rerun = portal.ask("GET", at)
    found = portal.ask("GET", f"{at}/comparison?per_page=1")
    counts = found["counts"]
    what = rerun["assignment"] or f"the whole course {rerun['course']}"
    console.print(Text.assemble((f"Rerun of {plain(what)}", "bold"), (f"  {plain(_stand(rerun))}", "dim")))
    console.print(indented(Text(plain(rerun["reason"]))))
    console.print(indented(_summary(counts, found["gained"], found["lost"])))
    if found["out_of_date"]:
        words = f"{found['out_of_date']} of them are out of date: another grading counts by now."
        console.print(indented(Text(words, "yellow")))
    if found["tests"]:
        console.print(_tests(found["tests"]))
    for change in ("falls", "rises"):
        if counts[change]:
            part = portal.ask("GET", f"{at}/comparison?change={change}&per_page={_LISTED}")
            console.print(_submissions(change, part["submissions"], part["total"]))
    console.print(Text(plain(f"{portal.url}{rerun['urls']['page']}"), "dim"), soft_wrap=True)


def _stand(rerun: Mapping[str, Any]) -> str:
    if rerun["underway"]:
        return f"{rerun['graded'] + rerun['not_graded']} of {rerun['total']} graded so far"
    return {"underway": "to be decided"}.get(rerun["state"], str(rerun["state"]))


def _summary(counts: Mapping[str, int], gained: float, lost: float) -> Text:
    line = Text.assemble(
        (f"{counts['rises']} rise (+{gained:g})", "green"), ", ", (f"{counts['falls']} fall (−{lost:g})", "red")
    )
    line.append(f", {counts['same']} stay")
    if counts["not_graded"]:
        line.append(f", {counts['not_graded']} could not be graded", "yellow")
    if counts["waiting"]:
        line.append(f", {counts['waiting']} are not graded yet", "dim")
    return line


def _tests(tests: Sequence[Mapping[str, Any]]) -> Table:
    table = Table("Test", title="Tests that flip", title_justify="left", title_style="bold")
    for heading in ("newly pass", "no longer", "pass before", "pass after"):
        table.add_column(heading, justify="right", no_wrap=True)
    for test in tests:
        note = " (new)" if test["after_only"] else " (gone)" if test["before_only"] else ""
        table.add_row(
            Text(f"{plain(test['title'])}{note}"),
            Text(f"+{test['up']}" if test["up"] else "0", "green" if test["up"] else "dim"),
            Text(f"−{test['down']}" if test["down"] else "0", "red" if test["down"] else "dim"),
            Text("–" if test["after_only"] else f"{test['passed_before']} of {test['total']}"),
            Text("–" if test["before_only"] else f"{test['passed_after']} of {test['total']}"),
        )
    return table


def _submissions(change: str, items: Sequence[Mapping[str, Any]], total: int) -> Table:
    caption = f"and {total - len(items)} more, on the page" if total > len(items) else None
    titles = {"falls": "Those that fall", "rises": "Those that rise"}
    table = Table("Student", title=titles[change], title_justify="left", title_style="bold", caption=caption)
    for heading in ("attempt", "before", "after"):
        table.add_column(heading, justify="right", no_wrap=True)
    for item in items:
        before = "–" if item["before"] is None else f"{item['before']:g} of {item['max_before']:g}"
        after = Text(f"{item['after']:g} of {item['max_after']:g}", _STYLES[change])
        table.add_row(Text(plain(item["name"])), str(item["attempt"]), before, after)
    return table
