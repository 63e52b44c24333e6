"""The versions of an assignment: uploaded as zip archives, verified and published.

Graders read; those who manage the course also upload, verify and publish.
"""

import io
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from grader.bundle.archive import bundle_zip, read_bundle_zip
from grader.bundle.bundle import Bundle
from grader.bundle.problems import BundleError
from records.courses.deletion import delete_assignment
from records.errors import NotAllowed
from records.queue.jobs import request_job
from records.versions.history import VersionEntry, verification_of, versions_of
from records.versions.publishing import GateClosed, publish_version
from records.versions.uploading import UploadResult, create_assignment, upload_and_verify
from web.authoring.differences import difference
from web.authoring.forms import DifferenceQuery, PublishForm, UploadForm
from web.authoring.presenters import (
    DifferencePage,
    assignment_with,
    new_assignment_page,
    path_to_version,
    progress_of,
    short_hash,
    version_page,
    versions_page,
)
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.pages import render_page

bp = Blueprint("versions", __name__, url_prefix="/courses/<course>")
_AT: Final = "/assignments/<assignment>/versions"


@bp.get("/new-assignment")
@requires(Permission.MANAGE)
def new(course: str) -> ResponseReturnValue:
    """Show the form for the bundle of a new assignment."""
    return render_page("authoring/new.html", new_assignment_page(UploadForm()))


@bp.post("/new-assignment")
@requires(Permission.MANAGE)
def create(course: str) -> ResponseReturnValue:
    """Create an assignment from an archive, hidden from students."""
    form, member, problems = UploadForm(), current_member(), []
    try:
        bundle = _read_archive(form)
        with services().database.write() as session:
            assignment = create_assignment(session, member.course.id, bundle, member.person_id)
            uploaded = upload_and_verify(session, assignment, bundle, member.person_id, form.note.data or "")
    except BundleError as error:
        problems = error.problems
    except NotAllowed as refused:
        problems = [str(refused)]
    if problems:
        return render_page("authoring/new.html", new_assignment_page(form, problems)), 422
    flash(f"{bundle.manifest.title} is in the course; students do not see it yet.", "good")
    return _to_report(course, uploaded)


@bp.get(_AT)
@requires(Permission.GRADE)
def show(course: str, assignment: str) -> ResponseReturnValue:
    """List the versions of an assignment."""
    with services().database.read() as session:
        page = versions_page(session, assignment, UploadForm())
    return render_page("authoring/index.html", page)


@bp.post(_AT)
@requires(Permission.MANAGE)
def upload(course: str, assignment: str) -> ResponseReturnValue:
    """Upload a new version; the version in force stays."""
    form = UploadForm()
    try:
        bundle = _read_archive(form, assignment)
    except BundleError as error:
        with services().database.read() as session:
            page = versions_page(session, assignment, form, error.problems)
        return render_page("authoring/index.html", page), 422
    with services().database.write() as session:
        found = assignment_at(session, assignment)
        uploaded = upload_and_verify(session, found, bundle, current_member().person_id, form.note.data or "")
    return _to_report(course, uploaded)


@bp.post(f"{_AT}/delete")
@requires(Permission.MANAGE)
def delete(course: str, assignment: str) -> ResponseReturnValue:
    """Delete an assignment that has no version in force and no submissions."""
    with services().database.write() as session:
        delete_assignment(session, assignment_at(session, assignment), current_member().person_id)
    flash(f"The assignment {assignment} is deleted.", "good")
    return redirect(url_for("courses.show", course=course), 303)


@bp.get(f"{_AT}/<version>")
@requires(Permission.GRADE)
def report(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Show the verification of a version, or how far it is."""
    with services().database.read() as session:
        page = version_page(session, assignment_with(session, assignment, version), version, PublishForm())
    return render_page("authoring/show.html", page)


@bp.get(f"{_AT}/<version>/state")
@requires(Permission.GRADE)
def state(course: str, assignment: str, version: str) -> dict[str, Any]:
    """Return how far the verification of a version is."""
    with services().database.read() as session:
        job = verification_of(session, assignment_at(session, assignment), version) or abort(404)
    return asdict(progress_of(job))


@bp.post(f"{_AT}/<version>/verify")
@requires(Permission.MANAGE)
def verify(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Verify a version again, with other seeds."""
    with services().database.write() as session:
        found = assignment_with(session, assignment, version)
        try:
            request_job(session, "verification", found, current_member().person_id, version)
        except NotAllowed as refused:
            flash(str(refused), "warn")
    services().announcer.wake("background")
    return redirect(url_for("versions.report", course=course, assignment=assignment, version=version), 303)


@bp.post(f"{_AT}/<version>/publish")
@requires(Permission.MANAGE)
def publish(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Put a version in force if its gate is open, or if somebody takes responsibility."""
    form = PublishForm()
    with services().database.write() as session:
        found = assignment_with(session, assignment, version)
        try:
            published = publish_version(
                session,
                found,
                version,
                current_member().person_id,
                form.reason.data,
                override=form.override.data,
                show=form.show.data,
            )
        except GateClosed as closed:
            page = version_page(session, found, version, form, str(closed))
            return render_page("authoring/show.html", page), 422
    seen = " Students see the assignment now." if published.shown else ""
    flash(f"From now on, submissions are graded by this version.{seen}", "good")
    return redirect(url_for("versions.report", course=course, assignment=assignment, version=version), 303)


@bp.get(f"{_AT}/<version>/diff")
@requires(Permission.GRADE)
def diff(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Show what differs between two versions; without `to`, between this version and the one in force."""
    query = DifferenceQuery(request.args)
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        versions = versions_of(session, found)
    old, new = (version, query.to.data) if query.to.data else (_counterpart(versions, version), version)
    if not {version, old, new} <= {entry.version.hash for entry in versions}:
        abort(404)
    bundles = services().bundles
    page = DifferencePage(
        member=current_member(),
        assignment=found,
        versions=versions,
        old=old,
        new=new,
        difference=difference(bundles.of(old), bundles.of(new)),
        unified=query.view.data == "unified",
        path=path_to_version(found, None, ("What differs", None)),
    )
    return render_page("authoring/diff.html", page)


@bp.get(f"{_AT}/<version>/download")
@requires(Permission.MANAGE)
def download(course: str, assignment: str, version: str) -> Response:
    """Send a version as an archive that can be uploaded again."""
    with services().database.read() as session:
        found = assignment_with(session, assignment, version)
    data = io.BytesIO(bundle_zip(found.slug, services().bundles.of(version).files))
    name = f"{found.slug}-{short_hash(version)}.zip"
    return send_file(data, "application/zip", as_attachment=True, download_name=name)


def _counterpart(versions: list[VersionEntry], version: str) -> str:
    """Return the version to compare with: the one in force, else the newest other, else the version itself."""
    others = sorted((one for one in versions if one.version.hash != version), key=lambda one: not one.in_force)
    return others[0].version.hash if others else version


def _read_archive(form: UploadForm, slug: str = "") -> Bundle:
    """Return the uploaded bundle, of one assignment or of a new one; raise BundleError if there is none."""
    sent = form.bundle.data
    if not sent or not sent.filename:
        raise BundleError(["Choose the zip archive of an assignment's folder first."])
    bundle = read_bundle_zip(sent.stream.read(), f"{slug}.zip" if slug else sent.filename)
    if slug and bundle.slug != slug:
        raise BundleError([f"The archive holds the folder {bundle.slug}, and this assignment is called {slug}."])
    return bundle


def _to_report(course: str, uploaded: UploadResult) -> ResponseReturnValue:
    if uploaded.known:
        flash("This version was uploaded before; here it is.", "info")
    if uploaded.refusal:
        flash(uploaded.refusal, "warn")
    services().announcer.wake("background")
    slug, version = uploaded.assignment.slug, uploaded.upload.version_hash
    return redirect(url_for("versions.report", course=course, assignment=slug, version=version), 303)
