"""An editor for the files of a version: saving creates a new version, and the old one stays."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from grader.bundle.content import is_text
from grader.bundle.problems import BundleError
from records.courses.models import Assignment
from records.versions.history import versions_of
from records.versions.uploading import bundle_from_files, upload_and_verify
from web.assignments.submitting import as_bytes
from web.authoring.forms import DraftForm, EditedVersion, EditorQuery, Statement
from web.authoring.presenters import assignment_with, editor_page
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.markdown import render_statement
from web.ui.pages import render_page

bp = Blueprint("editing", __name__, url_prefix="/courses/<course>/assignments/<assignment>/versions")


@bp.get("/<version>/edit")
@requires(Permission.MANAGE)
def show(course: str, assignment: str, version: str) -> str:
    """Show the files of a version in an editor; `add` names a new file, whose text the browser has."""
    name = EditorQuery(request.args).add.data
    with services().database.read() as session:
        page = editor_page(assignment_with(session, assignment, version), version, name, None)
    return render_page("authoring/edit.html", page)


@bp.post("/draft")
@bp.post("/<version>/draft")
@requires(Permission.MANAGE)
def draft(course: str, assignment: str, version: str = "") -> str:
    """Show the files of a version, by default the newest, in an editor together with a new file."""
    form = DraftForm()
    with services().database.read() as session:
        found = assignment_with(session, assignment, version) if version else assignment_at(session, assignment)
        page = editor_page(found, version or _newest(session, found), form.name.data, form.text.data)
    return render_page("authoring/edit.html", page)


@bp.post("/<version>/preview")
@requires(Permission.MANAGE)
def preview(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Return a statement as HTML."""
    with services().database.read() as session:
        assignment_with(session, assignment, version)
    try:
        statement = Statement.model_validate_json(request.get_data())
    except ValidationError:
        return {"error": "The statement could not be read."}, 422
    return {"html": f"<div>{render_statement(statement.text)}</div>"}


@bp.post("/<version>/edit")
@requires(Permission.MANAGE)
def save(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Save the files as a new version and verify it, or return what is wrong with them."""
    with services().database.read() as session:
        assignment_with(session, assignment, version)
    try:
        edited = EditedVersion.model_validate_json(request.get_data())
        kept = {name: data for name, data in services().bundles.of(version).files.items() if not is_text(name)}
        bundle = bundle_from_files(assignment, kept | as_bytes(edited.files))
    except ValidationError:
        sentence = "The request could not be read. Reload the page: your changes are kept in this browser."
        return {"error": sentence}, 422
    except BundleError as error:
        return {"error": "Nothing was saved. Correct these problems first.", "problems": error.problems}, 422
    with services().database.write() as session:
        found = assignment_at(session, assignment)
        uploaded = upload_and_verify(session, found, bundle, current_member().person_id, edited.note)
    services().announcer.wake("background")
    return {
        "version": bundle.version,
        "same": bundle.version == version,
        "page": url_for("versions.report", course=course, assignment=assignment, version=bundle.version),
        "verified": uploaded.verification is not None,
    }, 201


def _newest(session: Session, assignment: Assignment) -> str:
    versions = versions_of(session, assignment)
    return versions[0].version.hash if versions else abort(404)
