"""The assignment page: the statement beside the editor, drafts, and submitting."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from grader.bundle.submission import MAX_SUBMISSION_BYTES, SubmissionRefused
from records.courses.members import Member
from records.courses.models import Assignment
from records.courses.policy import policy_for
from records.database.engine import clock
from records.errors import NotAllowed
from records.submissions.admission import attempt_status, begin_refusal
from records.submissions.attempts import attempts_of
from records.submissions.drafts import DraftConflict, draft_of, save_draft
from records.submissions.models import Kind, Submission
from web.assignments import submitting
from web.assignments.forms import DraftForm, SubmissionForm, sent_texts
from web.assignments.presenters import AssignmentPage, NotOpenPage, editor_files, urls_of
from web.assignments.submitting import as_bytes
from web.extensions import services
from web.security.permissions import Permission, as_student, assignment_at, current_member, requires
from web.submissions.presenters import RunPresenter, run_presenter, run_urls
from web.ui.errors import wants_json
from web.ui.pages import render_page

_KINDS: tuple[Kind, ...] = ("submit", "check", "trial")

bp = Blueprint("assignments", __name__, url_prefix="/courses/<course>/assignments/<assignment>")


@bp.get("")
@requires(Permission.VIEW_COURSE)
def show(course: str, assignment: str) -> ResponseReturnValue:
    """Show an assignment, with the draft."""
    return _page(assignment)


@bp.get("/status")
@requires(Permission.VIEW_COURSE)
def status(course: str, assignment: str) -> ResponseReturnValue:
    """Return attempts, lateness and why nothing can be submitted, for a page that stays open."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, assignment)
        now = attempt_status(session, member, found, clock(session))
    facts = render_template("assignments/_status.html", status=now, urls=urls_of(course, assignment))
    return {"facts": facts, "closed": now.closed}


@bp.put("/draft")
@requires(Permission.VIEW_COURSE)
def save(course: str, assignment: str) -> ResponseReturnValue:
    """Save the draft."""
    try:
        form = DraftForm.model_validate_json(request.get_data())
    except ValidationError:
        return {"error": "The draft could not be read."}, 400
    if form.size > MAX_SUBMISSION_BYTES:
        return {"error": f"A draft can hold at most {MAX_SUBMISSION_BYTES // 2**20} MiB."}, 413
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, assignment)
        bundle = services().bundles.of(found.version_hash) if found.version_hash else None
        if bundle is None or not set(form.files) <= set(bundle.manifest.files):
            return {"error": "The draft has a file that this assignment does not ask for."}, 422
        try:
            draft = save_draft(session, member.person_id, found.id, as_bytes(form.files), form.revision)
        except DraftConflict as conflict:
            there = {name: data.decode("utf-8", "replace") for name, data in conflict.draft.files.items()}
            error = "This draft was changed in another tab or on another device."
            return {"error": error, "files": there, "revision": conflict.draft.revision}, 409
    return {"revision": draft.revision, "saved_at": draft.saved_at.isoformat()}


@bp.post("/submissions")
@requires(Permission.SUBMIT)
def submit(course: str, assignment: str) -> ResponseReturnValue:
    """Submit files for grading: by all tests as an attempt, or by the public tests alone."""
    member = current_member()
    try:
        receipt = submitting.submit(member, assignment, SubmissionForm.from_request)
    except (NotAllowed, SubmissionRefused) as refusal:
        if wants_json():
            raise
        return _page(assignment, sent_texts(), str(refusal)), 409 if isinstance(refusal, NotAllowed) else 422
    if not wants_json():
        return redirect(url_for("submissions.show", submission_id=receipt.submission_id), 303)
    return {
        **run_urls(receipt.run_id, receipt.submission_id, as_student=member.is_staff),
        "submission": receipt.submission_id,
        "run": receipt.run_id,
        "attempts_used": receipt.attempts_used,
        "attempts_left": receipt.attempts_left,
    }, 201


def _page(assignment: str, sent: Mapping[int, str] = MappingProxyType({}), problem: str = "") -> str:
    """Return the page; where a submission was refused, with the texts that were sent and the reason."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, assignment)
        policy, now = policy_for(session, member.person_id, found), clock(session)
        if begin_refusal(found, policy, now, staff=member.is_staff):
            return render_page("assignments/not_open.html", NotOpenPage(member=member, assignment=found))
        assert found.version_hash is not None
        bundle = services().bundles.of(found.version_hash)
        draft = draft_of(session, member.person_id, found.id)
        run = _latest_run(session, as_student(member), found)
        submitted = session.get_one(Submission, run.submission_id).files if run else {}
        page = AssignmentPage(
            member=member,
            assignment=found,
            bundle=bundle,
            files=editor_files(bundle, draft, submitted, sent),
            revision=draft.revision if draft else 0,
            status=attempt_status(session, member, found, now),
            run=run,
            problem=problem,
        )
    return render_page("assignments/show.html", page)


def _latest_run(session: Session, member: Member, assignment: Assignment) -> RunPresenter | None:
    now = clock(session)
    own = attempts_of(session, member.person_id, [assignment], now, kinds=_KINDS, staff=member.is_staff)
    last = max(own[assignment.id], key=lambda attempt: attempt.created_at, default=None)
    return run_presenter(session, last.run_id, member, now, attempt=last) if last else None
