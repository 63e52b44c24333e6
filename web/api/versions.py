"""Versions of assignments, for the programs of those who author them."""

import base64
import binascii
from typing import Any, Final

from flask import abort, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from grader.bundle.problems import BundleError
from grader.bundle.submission import SubmissionRefused
from records.courses.models import Assignment
from records.queue.jobs import Study
from records.submissions.rules import Refused
from records.versions.publishing import GateShut, publish
from web.api.authoring import PublishedOut, PublishIn, StudyOut, VersionIn, VersionOut
from web.api.blueprint import fails, pages
from web.api.tokens import holder
from web.authoring import authoring
from web.extensions import parts
from web.security.permissions import assignment_at, managing_seat, staff_seat

_CREATED: Final = {201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Of its page."}}}}


@pages.post("/courses/<course>/versions")
@pages.input(VersionIn)
@pages.output(VersionOut, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def bring_version(course: str, json_data: VersionIn) -> Any:
    """Bring a version to the assignment of its name, or to a new one that is hidden, and have it examined."""
    with parts().database.read() as session:
        managing_seat(session, holder(), course)
    try:
        bundle = authoring.bundle_of(json_data.slug, _decoded(json_data))
    except BundleError as error:
        raise SubmissionRefused("\n".join(error.problems)) from None
    with parts().database.write() as session:
        seat = managing_seat(session, holder(), course)
        mine = (Assignment.course_id == seat.course.id, Assignment.slug == bundle.slug)
        found = session.scalar(select(Assignment).where(*mine)) or authoring.found(session, seat, bundle)
        brought = authoring.bring(session, seat, found, bundle, json_data.note)
    authoring.wake()
    study = brought.study.id if brought.study else None
    page = url_for("versions.report", course=course, assignment=bundle.slug, version=bundle.version)
    taken = {
        "assignment": bundle.slug,
        "version": bundle.version,
        "in_force": found.version_hash,
        "study": study,
        "refused": brought.refused,
        "urls": {"page": page, "study": url_for("api.show_study", study_id=study) if study else None},
    }
    return taken, 201, {"Location": page}


@pages.get("/studies/<study_id>")
@pages.output(StudyOut)
@fails(404)
def show_study(study_id: str) -> Any:
    """Show an examination or a similarity search: how far it is, and what it found."""
    with parts().database.read() as session:
        query = (
            select(Study)
            .where(Study.id == study_id)
            .options(joinedload(Study.assignment).joinedload(Assignment.course))
            .options(undefer(Study.report))
        )
        study = session.scalar(query) or abort(404)
        staff_seat(session, holder(), study.assignment.course.slug)
        return {
            "id": study.id,
            "kind": study.kind,
            "course": study.assignment.course.slug,
            "assignment": study.assignment.slug,
            "version": study.version_hash,
            "state": study.state,
            "done": study.done,
            "total": study.total,
            "doing": study.doing,
            "gate_open": study.gate_open,
            "message": study.message,
            "report": study.report,
            "asked_at": study.asked_at,
            "finished_at": study.finished_at,
        }


@pages.post("/courses/<course>/assignments/<assignment>/publish")
@pages.input(PublishIn)
@pages.output(PublishedOut)
@fails(400, 404, 409, 413, 415, 422)
def publish_version(course: str, assignment: str, json_data: PublishIn) -> Any:
    """Put a version in force: what is handed in from now on is graded by it."""
    try:
        with parts().database.write() as session:
            seat = managing_seat(session, holder(), course)
            found = assignment_at(session, seat, assignment)
            authoring.upload_of(session, found, json_data.version)
            published = publish(
                session,
                found,
                json_data.version,
                seat.person_id,
                json_data.reason.strip(),
                override=json_data.override,
                show=json_data.show,
            )
            visible = found.visibility == "visible"
    except GateShut as shut:
        raise Refused(str(shut)) from None
    return {
        "assignment": assignment,
        "version": json_data.version,
        "before": published.before,
        "graded_by_others": published.graded_by_others,
        "visible": visible,
    }


def _decoded(sent: VersionIn) -> dict[str, bytes]:
    files, problems = {}, []
    for name, text in sent.files.items():
        try:
            files[name] = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            problems.append(f"{ascii(name)[1:-1]}: what was sent is no base64.")
    if problems:
        raise BundleError(problems)
    return files
