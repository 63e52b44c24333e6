"""`gradeloop publish`: an assignment's folder to a portal, where it is verified and put in force."""

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from cli.portal.target import asking, path_part, url_option
from cli.terminal.exits import SHUT, OurFault
from cli.terminal.reports import progress_bar, read_or_shut, show_report
from grader.bundle.bundle import Bundle
from grader.text import plain
from grader.verify.report import Check, Report

if TYPE_CHECKING:
    from cli.portal.client import Portal


@click.command()
@click.argument("bundle", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--course", default="", help="The course, as in the address of its page.")
@url_option
@click.option("--note", default="", help="What changed, for other staff.")
@click.option(
    "--override", metavar="REASON", default="", help="Publish even if the gate is shut; the reason is logged."
)
@click.option("--show", is_flag=True, help="Let students see the assignment from now on.")
@click.option("--no-publish", "only_verify", is_flag=True, help="Upload and verify, and leave publishing to the page.")
def publish(bundle: Path, course: str, url: str, note: str, override: str, show: bool, only_verify: bool) -> None:
    """Upload the assignment in the folder DIR, follow its verification, and publish it if the gate is open.

    The folder's name is the assignment's; where the course has none of that name, one is made, which students do not
    see yet. What is not given as an option is read from the file .gradeloop.toml in this folder, with the keys url and
    course. A personal token is expected in the variable GRADELOOP_TOKEN; it is made on the page "Your account".

    Exit status: 0 published, or the gate is open; 1 the gate is shut; 2 bad usage, or refused; 3 could not be verified
    or reached.
    """
    console = Console()
    with asking("url", "course", url=url, course=course) as (portal, target):
        [there] = read_or_shut(console, [bundle])
        upload = _upload(portal, target.course, there, note)
        click.echo(plain(f"Uploaded: {portal.url}{upload['urls']['page']}"))  # in one line, to be copied
        report, seed = _verified(console, portal, there, upload)
        show_report(console, report, seed)
        if not only_verify and (report.gate_open or override):
            _publish(console, portal, target.course, upload, reason=override or note, override=override, show=show)
    if not report.gate_open and not (override and not only_verify):
        if not only_verify:
            console.print(Text(_unpublished(upload)))
        raise SystemExit(SHUT)


def _unpublished(upload: Mapping[str, Any]) -> str:
    said = "It is not published: the gate is shut. Mend it, or give --override with a reason."
    if upload["in_force"] is not None:
        return said
    listed = f"The course lists {plain(upload['assignment'])} without a version until then, and to staff alone"
    return f"{said} {listed}; to be rid of it, remove it on its page Versions."


def _upload(portal: "Portal", course: str, bundle: Bundle, note: str) -> dict[str, Any]:
    files = {name: base64.b64encode(data).decode() for name, data in bundle.files.items()}
    sent = {"slug": bundle.slug, "files": files, "note": note}
    return portal.ask("POST", f"/courses/{path_part(course)}/versions", sent)


def _verified(console: Console, portal: "Portal", bundle: Bundle, upload: Mapping[str, Any]) -> tuple[Report, int]:
    if upload["job"] is None:
        raise OurFault(plain(upload["refused"]))
    with progress_bar(console) as progress:
        task = progress.add_task(bundle.slug, total=None)
        for job in portal.poll(f"/jobs/{path_part(upload['job'])}"):
            if job["state"] in ("done", "failed"):
                break
            doing = f"{bundle.slug} ({plain(job['doing'])})" if job["doing"] else bundle.slug
            progress.update(task, completed=job["done"], total=job["total"] or None, description=doing)
    if job["state"] == "failed":
        raise OurFault(f"it could not be verified: {plain(job['message'])}")
    found = job["report"]
    checks = tuple(
        Check(one["title"], one["ok"], one["summary"], tuple(one["problems"]), tuple(one["diffs"]))
        for one in found["checks"]
    )
    return Report(bundle.slug, bundle.version, checks), found["seed"]


def _publish(
    console: Console,
    portal: "Portal",
    course: str,
    upload: Mapping[str, Any],
    *,
    reason: str,
    override: str,
    show: bool,
) -> None:
    path = f"/courses/{path_part(course)}/assignments/{path_part(upload['assignment'])}/publish"
    sent = {"version": upload["version"], "reason": reason, "override": bool(override), "show": show}
    published = portal.ask("POST", path, sent)
    others = published["graded_by_others"]
    said = "It is published"
    if others:
        said += f"; {'1 grade' if others == 1 else f'{others} grades'} of other versions stay until a rerun is applied"
    console.print(Text(f"{said}."))
    if not published["visible"]:
        console.print(Text("Students do not see the assignment yet: give --show, or set it on its page Policy.", "dim"))
