"""The assignment page: the statement beside the editor, drafts, and submitting."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.submission import MAX_SUBMISSION_BYTES, MAX_SUBMISSION_FILES, SubmissionRefused
from records.courses.members import Member
from records.courses.models import Assignment
from records.courses.policy import policy_for
from records.database.engine import clock
from records.errors import NotAllowed
from records.submissions.drafts import Draft, DraftConflict, draft_of, save_draft
from records.submissions.models import Kind, Submission
from records.submissions.rules import begin_refusal
from records.submissions.scores import attempts_of
from web.assignments import submitting
from web.assignments.submitting import MAX_KEY, SubmissionForm, as_bytes, attempt_status
from web.extensions import services
from web.security.permissions import Permission, as_student, assignment_at, current_member, requires
from web.submissions.presenters import RunPresenter, run_presenter, run_urls
from web.ui.breadcrumbs import breadcrumbs_to
from web.ui.errors import wants_json
from web.ui.markdown import render_statement

bp = Blueprint("assignments", __name__, url_prefix="/courses/<course>/assignments/<assignment>")


class Typed(BaseModel):
    """What the editor sends to be kept."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: dict[str, str] = Field(max_length=MAX_SUBMISSION_FILES)
    revision: int = Field(ge=0)


@bp.get("")
@requires(Permission.VIEW_COURSE)
def show(course: str, assignment: str) -> Any:
    """Show an assignment, with what was typed there last."""
    return _page(course, assignment)


@bp.get("/status")
@requires(Permission.VIEW_COURSE)
def status(course: str, assignment: str) -> Any:
    """Return what holds now, for a page that stays open: attempts, lateness, and why nothing can be submitted."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        now = attempt_status(session, member, found, clock(session))
    facts = render_template(
        "assignments/_status.html", policy=now, active=found.active_rule, urls=_urls(course, assignment)
    )
    return {"facts": facts, "closed": now.closed}


@bp.put("/draft")
@requires(Permission.VIEW_COURSE)
def save(course: str, assignment: str) -> Any:
    """Keep what was typed."""
    try:
        typed = Typed.model_validate_json(request.get_data())
    except ValidationError:
        return {"error": "The draft could not be read."}, 400
    if sum(len(text.encode("utf-8", "surrogatepass")) for text in typed.files.values()) > MAX_SUBMISSION_BYTES:
        return {"error": f"More than {MAX_SUBMISSION_BYTES // 2**20} MiB cannot be kept."}, 413
    with services().database.write() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        bundle = services().bundles.of(found.version_hash) if found.version_hash else None
        if bundle is None or not set(typed.files) <= set(bundle.manifest.files):
            return {"error": "The draft has a file that this assignment does not ask for."}, 422
        try:
            draft = save_draft(session, member.person_id, found.id, as_bytes(typed.files), typed.revision)
        except DraftConflict as conflict:
            there = {name: data.decode("utf-8", "replace") for name, data in conflict.draft.files.items()}
            error = "This draft was changed in another tab or on another device."
            return {"error": error, "files": there, "revision": conflict.draft.revision}, 409
    return {"revision": draft.revision, "saved_at": draft.saved_at.isoformat()}


@bp.post("/submissions")
@requires(Permission.SUBMIT)
def submit(course: str, assignment: str) -> Any:
    """Have files graded: by the public tests alone, or as an attempt."""
    member = current_member()
    try:
        receipt = submitting.submit(member, assignment, _handed)
    except (NotAllowed, SubmissionRefused) as refusal:
        if wants_json():
            raise
        status = 409 if isinstance(refusal, NotAllowed) else 422
        return _page(course, assignment, request.form, str(refusal)), status
    if not wants_json():
        return redirect(url_for("submissions.show", submission_id=receipt.submission_id), 303)
    return {
        **run_urls(receipt.run_id, receipt.submission_id, as_student=member.is_staff),
        "submission": receipt.submission_id,
        "run": receipt.run_id,
        "attempts_used": receipt.attempts_used,
        "attempts_left": receipt.attempts_left,
    }, 201


def _page(course: str, assignment: str, typed: Mapping[str, str] = MappingProxyType({}), trouble: str = "") -> str:
    """Return the page; with what was typed into its form, and a sentence, where that was refused."""
    with services().database.read() as session:
        member = current_member()
        found = assignment_at(session, member, assignment)
        now = clock(session)
        if begin_refusal(found, policy_for(session, member.person_id, found), now, staff=member.is_staff):
            return render_template(
                "assignments/not_open.html",
                course=member.course,
                assignment=found,
                breadcrumbs=breadcrumbs_to(member, found),
            )
        assert found.version_hash is not None
        bundle = services().bundles.of(found.version_hash)
        draft = draft_of(session, member.person_id, found.id)
        holds = attempt_status(session, member, found, now)
        panel = _latest_panel(session, as_student(member), found, now)
        handed = _handed_files(session, panel)
    return render_template(
        "assignments/show.html",
        course=member.course,
        assignment=bundle.manifest,
        statement=Markup(render_statement(bundle.prompt)),
        files=_files(bundle, draft, handed, typed),
        readable=[{"name": name, "text": text} for name, text in bundle.readable.items()],
        revision=draft.revision if draft else 0,
        policy=holds,
        active=found.active_rule,
        staff=member.is_staff,
        urls=_urls(course, assignment),
        panel=panel,
        trouble=trouble,
        key=secrets.token_hex(16),
        limits={"file_bytes": MAX_SUBMISSION_BYTES},
        breadcrumbs=breadcrumbs_to(member, found),
    )


def _urls(course: str, assignment: str) -> dict[str, str]:
    endpoints = {
        "draft": "assignments.save",
        "status": "assignments.status",
        "submissions": "assignments.submit",
        "attempts": "submissions.attempts",
    }
    return {name: url_for(endpoint, course=course, assignment=assignment) for name, endpoint in endpoints.items()}


def _latest_panel(session: Session, member: Member, assignment: Assignment, now: datetime) -> RunPresenter | None:
    kinds: tuple[Kind, ...] = ("submit", "check", "trial")
    mine = attempts_of(session, member.person_id, [assignment], now, kinds=kinds, staff=member.is_staff)
    last = max(mine[assignment.id], key=lambda attempt: attempt.created_at, default=None)
    return run_presenter(session, last.run_id, member, now, attempt=last) if last else None


def _handed_files(session: Session, panel: RunPresenter | None) -> Mapping[str, bytes]:
    """Return the files that a panel speaks of."""
    return session.get_one(Submission, panel.submission_id).files if panel else {}


def _handed(bundle: Bundle) -> SubmissionForm:
    if request.is_json:
        try:
            return SubmissionForm.model_validate_json(request.get_data())
        except ValidationError:
            raise SubmissionRefused("What was sent could not be read. Reload the page and try again.") from None
    texts = {name: request.form.get(f"file-{place}", "") for place, name in enumerate(bundle.manifest.files)}
    return SubmissionForm(
        kind="check" if request.form.get("kind") == "check" else "submit",
        files={name: _as_lines(text) for name, text in texts.items()},
        key=request.form.get("key", "")[:MAX_KEY],
    )


def _files(
    bundle: Bundle, draft: Draft | None, handed: Mapping[str, bytes], typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return each file as it is to be written on, and whether that is what was submitted last."""
    kept = draft.files if draft else {}
    files: list[dict[str, Any]] = []
    for place, (name, starter) in enumerate(bundle.starter.items()):
        text = kept.get(name, starter).decode("utf-8", "replace")
        text = _as_lines(typed[f"file-{place}"]) if f"file-{place}" in typed else text
        is_handed = handed.get(name) == text.encode("utf-8", "replace")
        files.append({"name": name, "text": text, "starter": starter.decode(), "is_handed": is_handed})
    return files


def _as_lines(text: str) -> str:
    """Return what a form sent with lines as files have them."""
    return text.replace("\r\n", "\n")
