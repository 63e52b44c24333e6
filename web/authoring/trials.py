"""Trying out a version as a student would: any answer, graded by exactly this version, counting for nothing."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError

from grader.bundle.submission import SubmissionRefused, read_submission
from records.submissions.submit import submit
from web.assignments.forms import SubmissionForm
from web.assignments.submitting import as_bytes
from web.authoring.presenters import assignment_with, trial_page
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.submissions.presenters import run_urls
from web.ui.pages import render_page

bp = Blueprint("trials", __name__, url_prefix="/courses/<course>/assignments/<assignment>/versions/<version>")


@bp.get("/try")
@requires(Permission.MANAGE)
def show(course: str, assignment: str, version: str) -> str:
    """Show a version as a student would see it."""
    with services().database.read() as session:
        page = trial_page(assignment_with(session, assignment, version), version)
    return render_page("authoring/try.html", page)


@bp.post("/trials")
@requires(Permission.MANAGE)
def create(course: str, assignment: str, version: str) -> ResponseReturnValue:
    """Grade files by a version."""
    with services().database.read() as session:
        found = assignment_with(session, assignment, version)
    try:
        form = SubmissionForm.model_validate_json(request.get_data())
    except ValidationError:
        raise SubmissionRefused("The request could not be read. Reload the page and try again.") from None
    files = read_submission(services().bundles.of(version).manifest, as_bytes(form.files))
    person_id = current_member().person_id
    with services().database.write() as session:
        receipt = submit(session, person_id, found.id, files, kind=form.kind, version_hash=version, key=form.key)
    services().announcer.announce(receipt.run_id)
    urls = run_urls(receipt.run_id, receipt.submission_id)
    return {**urls, "submission": receipt.submission_id, "run": receipt.run_id}, 201
