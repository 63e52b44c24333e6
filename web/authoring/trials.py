"""Trying a version out as a student would: answers pasted or taken from the bundle, graded by exactly that version."""

from typing import Any, Final

from flask import render_template, request
from markupsafe import Markup
from pydantic import ValidationError

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmissionRefused, read_submission
from web.assignments.submitting import Handed, as_bytes
from web.authoring import authoring
from web.authoring.views import crumbs_of, pages, short
from web.extensions import parts
from web.security.permissions import assignment_at, managing_seat
from web.security.session import user
from web.submissions.presenters import run_urls
from web.ui.markdown import render_statement

_AT: Final = "/assignments/<assignment>/versions/<version>"


@pages.get(f"{_AT}/try")
def try_out(course: str, assignment: str, version: str) -> Any:
    """Show a version as a student would meet it, in force or not."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        authoring.upload_of(session, found, version)
    bundle = parts().bundles.of(version)
    return render_template(
        "version_try.html",
        course=seat.course,
        assignment=found,
        version=version,
        bundle=bundle,
        statement=Markup(render_statement(bundle.prompt)),
        samples=_samples(bundle),
        short=short,
        crumbs=[*crumbs_of(seat, found, version), ("Try it", None)],
    )


@pages.post(f"{_AT}/trials")
def trials(course: str, assignment: str, version: str) -> Any:
    """Have files graded by a version, which counts for nothing."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        authoring.upload_of(session, found, version)
    try:
        handed = Handed.model_validate_json(request.get_data())
    except ValidationError:
        raise SubmissionRefused("What was sent could not be read. Reload the page and try again.") from None
    submission = read_submission(parts().bundles.of(version).manifest, as_bytes(handed.files))
    ticket = parts().intake.hand_in(
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
