"""The assignment page: the statement beside the editor, drafts, and handing in."""

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from grader import records
from grader.bundle import Bundle, SubmissionRefused
from grader.bundle.submission import MAX_SUBMISSION_BYTES, MAX_SUBMISSION_FILES
from web import handing
from web.access import Seat, assignment_at, seat_in
from web.crumbs import crumbs_to
from web.errors import wants_json
from web.handing import Handed, as_bytes, policy_of
from web.panels import Panel, panel_of
from web.parts import parts
from web.session import user
from web.statements import render_statement

__all__ = ["pages"]

pages = Blueprint("assignments", __name__, url_prefix="/courses/<course>/assignments/<assignment>")


class Typed(BaseModel):
    """What the editor sends to be kept."""

    model_config = ConfigDict(extra="forbid", strict=True)

    files: dict[str, str] = Field(max_length=MAX_SUBMISSION_FILES)
    revision: int = Field(ge=0)


@pages.get("")
def show(course: str, assignment: str) -> Any:
    """Show an assignment, with what was typed there last."""
    with parts().database.read() as session:
        seat = seat_in(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        now = records.clock(session)
        if found.version_hash is None or (not seat.is_staff and found.opens_at and now < found.opens_at):
            return render_template("not_open.html", course=seat.course, assignment=found, crumbs=crumbs_to(seat, found))
        bundle = parts().bundles.of(found.version_hash)
        draft = records.draft_of(session, seat.person_id, found.id)
        policy = policy_of(session, seat, found, now)
        panel = _latest_panel(session, seat, found, now)
    return render_template(
        "assignment.html",
        course=seat.course,
        assignment={
            "slug": found.slug,
            "title": bundle.manifest.title,
            "summary": bundle.manifest.summary,
            "topics": bundle.manifest.topics,
            "files": bundle.manifest.files,
        },
        statement=Markup(render_statement(bundle.prompt)),
        files=_files(bundle, draft),
        readable=[{"name": name, "text": text} for name, text in bundle.readable.items()],
        revision=draft.revision if draft else 0,
        policy=policy,
        staff=seat.is_staff,
        urls={
            "draft": url_for("assignments.save", course=course, assignment=assignment),
            "submissions": url_for("assignments.hand_in", course=course, assignment=assignment),
            "attempts": url_for("submissions.attempts", course=course, assignment=assignment),
            "course": url_for("courses.show", course=course),
        },
        panel=panel,
        limits={"file_bytes": MAX_SUBMISSION_BYTES},
        crumbs=crumbs_to(seat, found),
    )


@pages.put("/draft")
def save(course: str, assignment: str) -> Any:
    """Keep what was typed."""
    try:
        typed = Typed.model_validate_json(request.get_data())
    except ValidationError:
        return {"error": "The draft could not be read."}, 400
    if sum(len(text.encode("utf-8", "surrogatepass")) for text in typed.files.values()) > MAX_SUBMISSION_BYTES:
        return {"error": f"More than {MAX_SUBMISSION_BYTES // 2**20} MiB cannot be kept."}, 413
    with parts().database.write() as session:
        seat = seat_in(session, user().person_id, course)
        found = assignment_at(session, seat, assignment)
        bundle = parts().bundles.of(found.version_hash) if found.version_hash else None
        if bundle is None or not set(typed.files) <= set(bundle.manifest.files):
            return {"error": "The draft has a file that this assignment does not ask for."}, 422
        try:
            draft = records.save_draft(session, seat.person_id, found.id, as_bytes(typed.files), typed.revision)
        except records.DraftConflict as conflict:
            there = {name: data.decode("utf-8", "replace") for name, data in conflict.draft.files.items()}
            error = "This draft was changed in another tab or on another device."
            return {"error": error, "files": there, "revision": conflict.draft.revision}, 409
    return {"revision": draft.revision, "saved_at": draft.saved_at.isoformat()}


@pages.post("/submissions")
def hand_in(course: str, assignment: str) -> Any:
    """Have files graded: by the public tests alone, or as an attempt."""
    ticket, policy = handing.hand_in(user().person_id, course, assignment, _handed)
    if not wants_json():
        return redirect(url_for("submissions.show", submission_id=ticket.submission_id), 303)
    return {
        "submission": ticket.submission_id,
        "run": ticket.run_id,
        "panel": url_for("runs.panel", run_id=ticket.run_id),
        "events": url_for("runs.events", run_id=ticket.run_id),
        "state": url_for("runs.state", run_id=ticket.run_id),
        "attempts_used": policy.used,
        "attempts_left": policy.left,
    }, 201


def _latest_panel(session: Session, seat: Seat, assignment: records.Assignment, now: datetime) -> Panel | None:
    kinds: tuple[records.Kind, ...] = ("submit", "check", "trial")
    attempts = records.attempts_of(session, seat.person_id, [assignment], now, kinds=kinds, staff=seat.is_staff)[
        assignment.id
    ]
    if not attempts:
        return None
    last = max(attempts, key=lambda attempt: attempt.created_at)
    return panel_of(session, last.run_id, seat, now, attempt=last)


def _handed(bundle: Bundle) -> Handed:
    if request.is_json:
        try:
            return Handed.model_validate_json(request.get_data())
        except ValidationError:
            raise SubmissionRefused("What was sent could not be read. Reload the page and try again.") from None
    texts = {name: request.form.get(f"file-{place}", "") for place, name in enumerate(bundle.manifest.files)}
    return Handed(
        kind="check" if request.form.get("kind") == "check" else "submit",
        files={name: text.replace("\r\n", "\n") for name, text in texts.items()},
    )


def _files(bundle: Bundle, draft: records.Draft | None) -> list[dict[str, str]]:
    kept = draft.files if draft else {}
    return [
        {"name": name, "text": kept.get(name, starter).decode("utf-8", "replace"), "starter": starter.decode()}
        for name, starter in bundle.starter.items()
    ]
