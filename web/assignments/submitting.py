"""Submitting, from the page or from a program: one function for both."""

from collections.abc import Callable, Mapping

from grader.bundle.bundle import Bundle
from grader.bundle.submission import read_submission
from records.courses.members import Member
from records.errors import NotAllowed
from records.submissions.admission import Refusal
from records.submissions.submit import Receipt
from records.submissions.submit import submit as records_submit
from web.assignments.forms import SubmissionForm
from web.extensions import services
from web.security.permissions import assignment_at


def submit(member: Member, assignment: str, read: Callable[[Bundle], SubmissionForm]) -> Receipt:
    """Submit what `read` returns, as an attempt or to be checked by the public tests; return the receipt.

    Raises NotAllowed if the rules do not allow it, SubmissionRefused if these files cannot be taken.
    """
    with services().database.read() as session:
        found = assignment_at(session, assignment)
    if found.version_hash is None:
        raise NotAllowed(Refusal.NO_VERSION)
    bundle = services().bundles.of(found.version_hash)
    form = read(bundle)
    files = read_submission(bundle.manifest, as_bytes(form.files))
    with services().database.write() as session:
        receipt = records_submit(session, member.person_id, found.id, files, kind=form.kind, key=form.key)
    services().announcer.announce(receipt.run_id)
    return receipt


def as_bytes(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return files as they are stored; characters that UTF-8 cannot encode are replaced."""
    return {name: text.encode("utf-8", "replace") for name, text in texts.items()}
