"""A small editor for a version's files: what is saved is a version of its own, and the one it came from stays."""

from typing import Any, Final

from flask import Blueprint, abort, render_template, request, url_for
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from grader.bundle.content import MAX_BUNDLE_FILES
from grader.bundle.problems import BundleError
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS
from records.courses.members import Member
from records.courses.models import Assignment
from web.assignments.submitting import as_bytes
from web.authoring import authoring
from web.authoring.views import breadcrumbs_of, short
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.ui.markdown import render_statement

_MAX_NAME: Final = 200
_MAX_PREVIEWED: Final = 1024 * 1024
_FIRST: Final = (
    *("prompt.md", "assignment.toml", "starter.py", "support.py", "reference.py"),
    *(PUBLIC_TESTS, HIDDEN_TESTS, "cards.toml"),
)

bp = Blueprint("editing", __name__, url_prefix="/courses/<course>/assignments/<assignment>/versions")


class Edited(BaseModel):
    """What the editor sends: all files of the version to be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: dict[str, str] = Field(max_length=MAX_BUNDLE_FILES)
    note: str = Field(default="", max_length=authoring.MAX_NOTE)


class Previewed(BaseModel):
    """A statement to be shown as students will read it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: str = Field(max_length=_MAX_PREVIEWED)


@bp.get("/<version>/edit")
@requires(Permission.MANAGE)
def show(course: str, assignment: str, version: str) -> Any:
    """Show a version's files in an editor; `add` in the address names a new file, whose text the browser keeps."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        authoring.upload_of(session, found, version)
        return _page(member, found, version, request.args.get("add", "")[:_MAX_NAME], None)


@bp.post("/draft")
@bp.post("/<version>/draft")
@requires(Permission.MANAGE)
def draft(course: str, assignment: str, version: str = "") -> Any:
    """Show the newest version's files in an editor, or those of another, and a new file beside them."""
    name = request.form.get("name", "").strip()[:_MAX_NAME]
    text = request.form.get("text", "").replace("\r\n", "\n")
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        if version:
            authoring.upload_of(session, found, version)
        return _page(member, found, version or _newest(session, found), name, text)


@bp.post("/<version>/preview")
@requires(Permission.MANAGE)
def preview(course: str, assignment: str, version: str) -> Any:
    """Return a statement as it would be shown."""
    with services().database.read() as session:
        member = current_member()
        authoring.upload_of(session, assignment_at(session, member, assignment), version)
    try:
        previewed = Previewed.model_validate_json(request.get_data())
    except ValidationError:
        return {"error": "The statement could not be read."}, 422
    return {"html": f"<div>{render_statement(previewed.text)}</div>"}


@bp.post("/<version>/edit")
@requires(Permission.MANAGE)
def save(course: str, assignment: str, version: str) -> Any:
    """Keep what was written as a new version and have it verified, or say what is wrong with it."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        authoring.upload_of(session, found, version)
    try:
        edited = Edited.model_validate_json(request.get_data())
        bundle = authoring.bundle_of(found.slug, as_bytes(edited.files))
    except ValidationError:
        return {
            "error": "What was sent could not be read. Reload the page: your changes are kept in this browser."
        }, 422
    except BundleError as error:
        return {"error": "Nothing was saved: mend what is listed here.", "problems": error.problems}, 422
    with services().database.write() as session:
        member = current_member()
        brought = authoring.upload(session, member, assignment_at(session, member, assignment), bundle, edited.note)
    authoring.wake()
    return {
        "version": bundle.version,
        "same": bundle.version == version,
        "page": url_for("versions.report", course=course, assignment=assignment, version=bundle.version),
        "verified": brought.job is not None,
    }, 201


def _page(member: Member, assignment: Assignment, version: str, name: str, text: str | None) -> str:
    bundle = services().bundles.of(version)
    files = {file: bundle.files[file].decode("utf-8") for file in sorted(bundle.files, key=_rank)}
    return render_template(
        "authoring/edit.html",
        course=member.course,
        assignment=assignment,
        version=version,
        bundle=bundle,
        files=list(files.items()),
        added={"name": _free(name, files), "text": text} if name else None,
        short=short,
        breadcrumbs=[*breadcrumbs_of(member, assignment, version), ("Edit", None)],
    )


def _rank(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _free(name: str, files: dict[str, str]) -> str:
    """Return a file's name as it is, or with a number where there is such a file."""
    stem, dot, ending = name.rpartition(".")
    return next(
        one for one in (name, *(f"{stem}_{number}{dot}{ending}" for number in range(2, 9999))) if one not in files
    )


def _newest(session: Session, assignment: Assignment) -> str:
    rows = authoring.rows_of(session, assignment)
    return rows[0].version.hash if rows else abort(404)
