"""The versions of an assignment: brought as zip archives, examined by the lab, compared, and put in force.

Graders read; whoever manages the course also brings, examines, downloads and publishes.
"""

import io
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session

from grader.bundle.archive import bundle_zip, read_bundle_zip
from grader.bundle.bundle import Bundle
from grader.bundle.problems import BundleError
from records.courses.deletion import is_removable, remove_assignment
from records.courses.models import Assignment
from records.queue.jobs import Study
from records.submissions.rules import Refused
from records.versions import publishing
from records.versions.publishing import GateShut, Published, graded_by_others
from web.authoring import authoring
from web.authoring.differences import difference
from web.extensions import MAX_REQUEST_BYTES, parts
from web.security.permissions import Seat, assignment_at, managing_seat, staff_seat
from web.security.session import user
from web.ui.breadcrumbs import Crumb, crumbs_to

_SHOWN: Final = 12
_DOING: Final = {
    "reference": "the reference",
    "starter": "the starter",
    "right": "right answers",
    "wrong": "wrong answers",
    "mutant": "mutants of the reference",
    "odd": "answers with odd values",
}

pages = Blueprint("versions", __name__, url_prefix="/courses/<course>")
_AT: Final = "/assignments/<assignment>/versions"


@pages.get("/new-assignment")
def new(course: str) -> Any:
    """Ask for the bundle of a new assignment."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
    return _new_page(seat)


@pages.post("/new-assignment")
def create(course: str) -> Any:
    """Set up an assignment, hidden from students, with what an archive holds."""
    problems: list[str] = []
    with parts().database.read() as session:
        managing_seat(session, user().person_id, course)
    try:
        bundle = _uploaded("")
        with parts().database.write() as session:
            seat = managing_seat(session, user().person_id, course)
            brought = authoring.bring(session, seat, authoring.found(session, seat, bundle), bundle, _note())
    except BundleError as error:
        problems = error.problems
    except Refused as refused:
        problems = [str(refused)]
    if problems:
        with parts().database.read() as session:
            return _new_page(managing_seat(session, user().person_id, course), problems), 422
    flash(f"{bundle.manifest.title} is in the course; students do not see it yet.", "good")
    return _to_report(course, brought)


@pages.get(_AT)
def show(course: str, assignment: str) -> Any:
    """List the versions of an assignment."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        return _list_page(session, seat, assignment_at(session, seat, assignment))


@pages.post(_AT)
def upload(course: str, assignment: str) -> Any:
    """Take in a new version; the one in force goes on."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
    try:
        bundle = _uploaded(found.slug)
    except BundleError as error:
        with parts().database.read() as session:
            return _list_page(session, managing_seat(session, user().person_id, course), found, error.problems), 422
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        brought = authoring.bring(session, seat, assignment_at(session, seat, assignment), bundle, _note())
    return _to_report(course, brought)


@pages.post(f"{_AT}/remove")
def remove(course: str, assignment: str) -> Any:
    """Remove an assignment that has no version in force and that nothing was handed in for."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        remove_assignment(session, assignment_at(session, seat, assignment), seat.person_id)
    flash(f"The assignment {assignment} is removed.", "good")
    return redirect(url_for("courses.show", course=course), 303)


@pages.get(f"{_AT}/<version>")
def report(course: str, assignment: str, version: str) -> Any:
    """Show what the lab found out about a version, or how far it is."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        return _report_page(session, seat, assignment_at(session, seat, assignment), version)


@pages.get(f"{_AT}/<version>/state")
def state(course: str, assignment: str, version: str) -> Any:
    """Tell a page's script how far the examination is."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        study = authoring.examination_of(session, found, version) or abort(404)
    return state_of(study)


@pages.post(f"{_AT}/<version>/examine")
def examine(course: str, assignment: str, version: str) -> Any:
    """Have a version examined once more, with other seeds."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        authoring.upload_of(session, found, version)
        try:
            authoring.examine(session, seat, found, version)
        except Refused as refused:
            flash(str(refused), "warn")
    authoring.wake()
    return redirect(url_for("versions.report", course=course, assignment=assignment, version=version), 303)


@pages.post(f"{_AT}/<version>/publish")
def publish(course: str, assignment: str, version: str) -> Any:
    """Put a version in force, if its gate is open or somebody answers for it."""
    try:
        with parts().database.write() as session:
            seat = managing_seat(session, user().person_id, course)
            found = assignment_at(session, seat, assignment)
            authoring.upload_of(session, found, version)
            published = publishing.publish(
                session,
                found,
                version,
                seat.person_id,
                request.form.get("reason", "").strip()[: authoring.MAX_NOTE],
                override=bool(request.form.get("override")),
                show=bool(request.form.get("show")),
            )
    except GateShut as shut:
        with parts().database.read() as session:
            seat = managing_seat(session, user().person_id, course)
            return _report_page(session, seat, assignment_at(session, seat, assignment), version, str(shut)), 422
    flash(_said(published), "good")
    return redirect(url_for("versions.report", course=course, assignment=assignment, version=version), 303)


@pages.get(f"{_AT}/<version>/diff")
def diff(course: str, assignment: str, version: str) -> Any:
    """Show what differs from a version to another; where none is named, from the one in force to this one."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        rows = authoring.rows_of(session, found)
    hashes = [row.version.hash for row in rows]
    if version not in hashes:
        abort(404)
    old, new = version, request.args.get("to", "")
    if not new:  # how it came to be what it is
        old, new = _other(rows, version), version
    if new not in hashes:
        abort(404)
    bundles = parts().bundles
    return render_template(
        "version_diff.html",
        course=seat.course,
        assignment=found,
        rows=rows,
        old=old,
        new=new,
        difference=difference(bundles.of(old), bundles.of(new)),
        unified=request.args.get("view") == "unified",
        short=short,
        crumbs=[*crumbs_of(seat, found), ("What differs", None)],
    )


@pages.get(f"{_AT}/<version>/download")
def download(course: str, assignment: str, version: str) -> Response:
    """Send a version as the archive that it can be uploaded as."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        authoring.upload_of(session, found, version)
    files = parts().bundles.of(version).files
    data = io.BytesIO(bundle_zip(found.slug, files))
    return send_file(data, "application/zip", as_attachment=True, download_name=f"{found.slug}-{short(version)}.zip")


def crumbs_of(seat: Seat, assignment: Assignment, version: str | None = None) -> list[Crumb]:
    """Return the way to an assignment's versions, or to one of them."""
    course, slug = seat.course.slug, assignment.slug
    crumbs = [*crumbs_to(seat, assignment), ("Versions", url_for("versions.show", course=course, assignment=slug))]
    if version is None:
        return crumbs
    return [*crumbs, (short(version), url_for("versions.report", course=course, assignment=slug, version=version))]


def short(version: str) -> str:
    """Return as much of a version's hash as people need."""
    return version[:_SHOWN]


def state_of(study: Study) -> dict[str, Any]:
    """Return how far a study is, as scripts and programs are told."""
    finished = study.state in ("done", "failed")
    waiting = "Waiting for a free bench" if study.state == "queued" else _DOING.get(study.doing, study.doing)
    return {"finished": finished, "done": study.done, "total": study.total, "doing": waiting}


def _uploaded(slug: str) -> Bundle:
    """Return the bundle that was sent; `slug` is that of the assignment, "" for a new one.

    Raises:
        BundleError: there is none, or not of this assignment.
    """
    sent = request.files.get("bundle")
    if sent is None or not sent.filename:
        raise BundleError(["Choose the zip archive of an assignment's folder first."])
    bundle = read_bundle_zip(sent.stream.read(), f"{slug}.zip" if slug else sent.filename)
    if slug and bundle.slug != slug:
        raise BundleError([f"The archive holds the folder {bundle.slug}, and this assignment is called {slug}."])
    return bundle


def _note() -> str:
    return request.form.get("note", "")


def _to_report(course: str, brought: authoring.Brought) -> Any:
    if brought.known:
        flash("This very version has been brought before; here it is.", "info")
    if brought.refused:
        flash(brought.refused, "warn")
    authoring.wake()
    slug, version = brought.assignment.slug, brought.upload.version_hash
    return redirect(url_for("versions.report", course=course, assignment=slug, version=version), 303)


def _new_page(seat: Seat, problems: list[str] | None = None) -> str:
    back = (seat.course.title, url_for("courses.show", course=seat.course.slug))
    return render_template(
        "version_new.html",
        course=seat.course,
        problems=problems or [],
        note=_note(),
        most=MAX_REQUEST_BYTES,
        crumbs=[back, ("New assignment", None)],
    )


def _list_page(session: Session, seat: Seat, assignment: Assignment, problems: list[str] | None = None) -> str:
    return render_template(
        "versions.html",
        course=seat.course,
        seat=seat,
        assignment=assignment,
        rows=authoring.rows_of(session, assignment),
        removable=seat.manages and is_removable(session, assignment),
        problems=problems or [],
        note=_note(),
        most=MAX_REQUEST_BYTES,
        short=short,
        crumbs=[*crumbs_to(seat, assignment), ("Versions", None)],
    )


def _report_page(session: Session, seat: Seat, assignment: Assignment, version: str, shut: str = "") -> str:
    upload = authoring.upload_of(session, assignment, version)
    study = authoring.examination_of(session, assignment, version, report=True)
    bundle = parts().bundles.of(version)
    return render_template(
        "version.html",
        course=seat.course,
        seat=seat,
        assignment=assignment,
        version=version,
        upload=upload,
        bundle=bundle,
        study=study,
        state=state_of(study) if study else None,
        in_force=version == assignment.version_hash,
        graded_by_others=graded_by_others(session, assignment.id, version),
        shut=shut,
        typed=request.form,
        short=short,
        crumbs=[*crumbs_of(seat, assignment), (short(version), None)],
    )


def _other(rows: list[authoring.Row], version: str) -> str:
    """Return what a version is compared with where nobody says: the one in force, or else the newest other."""
    others = [row for row in rows if row.version.hash != version]
    chosen = next((row for row in others if row.in_force), others[0] if others else None)
    return chosen.version.hash if chosen else version


def _said(published: Published) -> str:
    said = "What is handed in from now on is graded by this version."
    return f"{said} Students see the assignment now." if published.shown else said
