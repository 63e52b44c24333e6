"""The versions of an assignment: brought as zip archives, verified by the lab, compared, and put in force.

Graders read; whoever manages the course also brings, verifies, downloads and publishes.
"""

import io
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session

from grader.bundle.archive import bundle_zip, read_bundle_zip
from grader.bundle.bundle import Bundle
from grader.bundle.problems import BundleError
from records.courses.deletion import delete_assignment, is_deletable
from records.courses.members import Member
from records.courses.models import Assignment
from records.errors import NotAllowed
from records.queue.jobs import Job
from records.versions import publishing
from records.versions.publishing import GateClosed, Published, graded_by_others
from web.authoring import authoring
from web.authoring.differences import difference
from web.extensions import MAX_REQUEST_BYTES, services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.breadcrumbs import Breadcrumb, breadcrumbs_to

_SHOWN: Final = 12
_DOING: Final = {
    "reference": "the reference",
    "starter": "the starter",
    "right": "right answers",
    "wrong": "wrong answers",
    "mutant": "mutants of the reference",
    "odd": "answers with odd values",
}

bp = Blueprint("versions", __name__, url_prefix="/courses/<course>")
_AT: Final = "/assignments/<assignment>/versions"


@bp.get("/new-assignment")
@requires(Permission.MANAGE)
def new(course: str) -> Any:
    """Ask for the bundle of a new assignment."""
    member = current_member()
    return _new_page(member)


@bp.post("/new-assignment")
@requires(Permission.MANAGE)
def create(course: str) -> Any:
    """Set up an assignment, hidden from students, with what an archive holds."""
    problems: list[str] = []
    try:
        bundle = _uploaded("")
        with services().database.write() as session:
            member = current_member()
            brought = authoring.upload(
                session, member, authoring.create_assignment(session, member, bundle), bundle, _note()
            )
    except BundleError as error:
        problems = error.problems
    except NotAllowed as refused:
        problems = [str(refused)]
    if problems:
        return _new_page(current_member(), problems), 422
    flash(f"{bundle.manifest.title} is in the course; students do not see it yet.", "good")
    return _to_report(course, brought)


@bp.get(_AT)
@requires(Permission.GRADE)
def show(course: str, assignment: str) -> Any:
    """List the versions of an assignment."""
    with services().database.read() as session:
        member = current_member()
        return _list_page(session, member, assignment_at(session, member, assignment))


@bp.post(_AT)
@requires(Permission.MANAGE)
def upload(course: str, assignment: str) -> Any:
    """Take in a new version; the one in force goes on."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
    try:
        bundle = _uploaded(found.slug)
    except BundleError as error:
        with services().database.read() as session:
            return _list_page(session, current_member(), found, error.problems), 422
    with services().database.write() as session:
        member = current_member()
        brought = authoring.upload(session, member, assignment_at(session, member, assignment), bundle, _note())
    return _to_report(course, brought)


@bp.post(f"{_AT}/remove")
@requires(Permission.MANAGE)
def remove(course: str, assignment: str) -> Any:
    """Remove an assignment that has no version in force and that nothing was submitted for."""
    with services().database.write() as session:
        member = current_member()
        delete_assignment(session, assignment_at(session, member, assignment), member.person_id)
    flash(f"The assignment {assignment} is removed.", "good")
    return redirect(url_for("courses.show", course=course), 303)


@bp.get(f"{_AT}/<version>")
@requires(Permission.GRADE)
def report(course: str, assignment: str, version: str) -> Any:
    """Show what the lab found out about a version, or how far it is."""
    with services().database.read() as session:
        member = current_member()
        return _report_page(session, member, assignment_at(session, member, assignment), version)


@bp.get(f"{_AT}/<version>/state")
@requires(Permission.GRADE)
def state(course: str, assignment: str, version: str) -> Any:
    """Tell a page's script how far the verification is."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        job = authoring.verification_of(session, found, version) or abort(404)
    return state_of(job)


@bp.post(f"{_AT}/<version>/verify")
@requires(Permission.MANAGE)
def verify(course: str, assignment: str, version: str) -> Any:
    """Have a version verified once more, with other seeds."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        authoring.upload_of(session, found, version)
        try:
            authoring.verify(session, member, found, version)
        except NotAllowed as refused:
            flash(str(refused), "warn")
    authoring.wake()
    return redirect(url_for("versions.report", course=course, assignment=assignment, version=version), 303)


@bp.post(f"{_AT}/<version>/publish")
@requires(Permission.MANAGE)
def publish(course: str, assignment: str, version: str) -> Any:
    """Put a version in force, if its gate is open or somebody answers for it."""
    try:
        with services().database.write() as session:
            member = current_member()
            found = assignment_at(session, member, assignment)
            authoring.upload_of(session, found, version)
            published = publishing.publish_version(
                session,
                found,
                version,
                member.person_id,
                request.form.get("reason", "").strip()[: authoring.MAX_NOTE],
                override=bool(request.form.get("override")),
                show=bool(request.form.get("show")),
            )
    except GateClosed as shut:
        with services().database.read() as session:
            member = current_member()
            return _report_page(session, member, assignment_at(session, member, assignment), version, str(shut)), 422
    flash(_said(published), "good")
    return redirect(url_for("versions.report", course=course, assignment=assignment, version=version), 303)


@bp.get(f"{_AT}/<version>/diff")
@requires(Permission.GRADE)
def diff(course: str, assignment: str, version: str) -> Any:
    """Show what differs from a version to another; where none is named, from the one in force to this one."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        rows = authoring.rows_of(session, found)
    hashes = [row.version.hash for row in rows]
    if version not in hashes:
        abort(404)
    old, new = version, request.args.get("to", "")
    if not new:  # how it came to be what it is
        old, new = _other(rows, version), version
    if new not in hashes:
        abort(404)
    bundles = services().bundles
    return render_template(
        "authoring/diff.html",
        course=member.course,
        assignment=found,
        rows=rows,
        old=old,
        new=new,
        difference=difference(bundles.of(old), bundles.of(new)),
        unified=request.args.get("view") == "unified",
        short=short,
        breadcrumbs=[*breadcrumbs_of(member, found), ("What differs", None)],
    )


@bp.get(f"{_AT}/<version>/download")
@requires(Permission.MANAGE)
def download(course: str, assignment: str, version: str) -> Response:
    """Send a version as the archive that it can be uploaded as."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        authoring.upload_of(session, found, version)
    files = services().bundles.of(version).files
    data = io.BytesIO(bundle_zip(found.slug, files))
    return send_file(data, "application/zip", as_attachment=True, download_name=f"{found.slug}-{short(version)}.zip")


def breadcrumbs_of(member: Member, assignment: Assignment, version: str | None = None) -> list[Breadcrumb]:
    """Return the way to an assignment's versions, or to one of them."""
    course, slug = member.course.slug, assignment.slug
    breadcrumbs = [
        *breadcrumbs_to(member, assignment),
        ("Versions", url_for("versions.show", course=course, assignment=slug)),
    ]
    if version is None:
        return breadcrumbs
    return [*breadcrumbs, (short(version), url_for("versions.report", course=course, assignment=slug, version=version))]


def short(version: str) -> str:
    """Return as much of a version's hash as people need."""
    return version[:_SHOWN]


def state_of(job: Job) -> dict[str, Any]:
    """Return how far a job is, as scripts and programs are told."""
    finished = job.state in ("done", "failed")
    waiting = "Waiting for a free bench" if job.state == "queued" else _DOING.get(job.doing, job.doing)
    return {"finished": finished, "done": job.done, "total": job.total, "doing": waiting}


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


def _to_report(course: str, brought: authoring.Uploaded) -> Any:
    if brought.known:
        flash("This very version has been brought before; here it is.", "info")
    if brought.refused:
        flash(brought.refused, "warn")
    authoring.wake()
    slug, version = brought.assignment.slug, brought.upload.version_hash
    return redirect(url_for("versions.report", course=course, assignment=slug, version=version), 303)


def _new_page(member: Member, problems: list[str] | None = None) -> str:
    back = (member.course.title, url_for("courses.show", course=member.course.slug))
    return render_template(
        "authoring/new.html",
        course=member.course,
        problems=problems or [],
        note=_note(),
        most=MAX_REQUEST_BYTES,
        breadcrumbs=[back, ("New assignment", None)],
    )


def _list_page(session: Session, member: Member, assignment: Assignment, problems: list[str] | None = None) -> str:
    return render_template(
        "authoring/index.html",
        course=member.course,
        member=member,
        assignment=assignment,
        rows=authoring.rows_of(session, assignment),
        removable=member.manages and is_deletable(session, assignment),
        problems=problems or [],
        note=_note(),
        most=MAX_REQUEST_BYTES,
        short=short,
        breadcrumbs=[*breadcrumbs_to(member, assignment), ("Versions", None)],
    )


def _report_page(session: Session, member: Member, assignment: Assignment, version: str, shut: str = "") -> str:
    upload = authoring.upload_of(session, assignment, version)
    job = authoring.verification_of(session, assignment, version, report=True)
    bundle = services().bundles.of(version)
    return render_template(
        "authoring/show.html",
        course=member.course,
        member=member,
        assignment=assignment,
        version=version,
        upload=upload,
        bundle=bundle,
        job=job,
        state=state_of(job) if job else None,
        in_force=version == assignment.version_hash,
        graded_by_others=graded_by_others(session, assignment.id, version),
        shut=shut,
        typed=request.form,
        short=short,
        breadcrumbs=[*breadcrumbs_of(member, assignment), (short(version), None)],
    )


def _other(rows: list[authoring.Row], version: str) -> str:
    """Return what a version is compared with where nobody says: the one in force, or else the newest other."""
    others = [row for row in rows if row.version.hash != version]
    chosen = next((row for row in others if row.in_force), others[0] if others else None)
    return chosen.version.hash if chosen else version


def _said(published: Published) -> str:
    said = "What is submitted from now on is graded by this version."
    return f"{said} Students see the assignment now." if published.shown else said
