"""Trying a version out as a student would: answers pasted or taken from the bundle, graded by exactly that version."""

from typing import Any, Final

from flask import render_template, request
from markupsafe import Markup
from pydantic import ValidationError

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmissionRefused, read_submission
from web.assignments.forms import SubmissionForm
from web.assignments.submitting import as_bytes
from web.authoring import authoring
from web.authoring.views import bp, breadcrumbs_of, short
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires
from web.security.session import user
from web.submissions.presenters import run_urls
from web.ui.markdown import render_statement

_AT: Final = "/assignments/<assignment>/versions/<version>"


@bp.get(f"{_AT}/try")
@requires(Permission.MANAGE)
def try_out(course: str, assignment: str, version: str) -> Any:
    """Show a version as a student would meet it, in force or not."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        authoring.upload_of(session, found, version)
    bundle = services().bundles.of(version)
    return render_template(
        "authoring/try.html",
        course=member.course,
        assignment=found,
        version=version,
        bundle=bundle,
        statement=Markup(render_statement(bundle.prompt)),
        samples=_samples(bundle),
        short=short,
        breadcrumbs=[*breadcrumbs_of(member, found, version), ("Try it", None)],
    )


@bp.post(f"{_AT}/trials")
@requires(Permission.MANAGE)
def trials(course: str, assignment: str, version: str) -> Any:
    """Have files graded by a version, which counts for nothing."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        authoring.upload_of(session, found, version)
    try:
        handed = SubmissionForm.model_validate_json(request.get_data())
    except ValidationError:
        raise SubmissionRefused("What was sent could not be read. Reload the page and try again.") from None
    submission = read_submission(services().bundles.of(version).manifest, as_bytes(handed.files))
    ticket = services().submitter.submit(
        user().person_id, found.id, submission, kind=handed.kind, version_hash=version, key=handed.key
    )
    urls = run_urls(ticket.run_id, ticket.submission_id)
    return {**urls, "submission": ticket.submission_id, "run": ticket.run_id}, 201


def _samples(bundle: Bundle) -> list[dict[str, Any]]:
    """Return the answers that the bundle has, by what they are called in it."""
    named = [("starter", bundle.starter), ("reference", bundle.reference)]
    named += [(f"right/{name}", sample.files) for name, sample in bundle.right.items()]
    named += [(f"wrong/{name}", sample.files) for name, sample in bundle.wrong.items()]
    return [
        {"name": name, "files": {file: data.decode("utf-8-sig") for file, data in files.items()}}
        for name, files in named
    ]
