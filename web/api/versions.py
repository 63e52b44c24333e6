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
from records.errors import NotAllowed
from records.queue.jobs import Job
from records.versions import publishing
from records.versions.publishing import GateClosed
from web.api.authoring import PublishedOut, PublishIn, StudyOut, VersionIn, VersionOut
from web.api.blueprint import bp, fails
from web.authoring import authoring
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires

_CREATED: Final = {201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Of its page."}}}}


@bp.post("/courses/<course>/versions")
@requires(Permission.MANAGE)
@bp.input(VersionIn)
@bp.output(VersionOut, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def bring_version(course: str, json_data: VersionIn) -> Any:
    """Bring a version to the assignment of its name, or to a new one that is hidden, and have it verified."""
    try:
        bundle = authoring.bundle_of(json_data.slug, _decoded(json_data))
    except BundleError as error:
        raise SubmissionRefused("\n".join(error.problems)) from None
    with services().database.write() as session:
        member = current_member()
        mine = (Assignment.course_id == member.course.id, Assignment.slug == bundle.slug)
        found = session.scalar(select(Assignment).where(*mine)) or authoring.create_assignment(session, member, bundle)
        brought = authoring.upload(session, member, found, bundle, json_data.note)
    authoring.wake()
    job = brought.job.id if brought.job else None
    page = url_for("versions.report", course=course, assignment=bundle.slug, version=bundle.version)
    taken = {
        "assignment": bundle.slug,
        "version": bundle.version,
        "in_force": found.version_hash,
        "job": job,
        "refused": brought.refused,
        "urls": {"page": page, "job": url_for("api.show_job", job_id=job) if job else None},
    }
    return taken, 201, {"Location": page}


@bp.get("/jobs/<job_id>")
@requires(Permission.GRADE)
@bp.output(StudyOut)
@fails(404)
def show_job(job_id: str) -> Any:
    """Show an verification or a similarity search: how far it is, and what it found."""
    with services().database.read() as session:
        query = (
            select(Job)
            .where(Job.id == job_id)
            .options(joinedload(Job.assignment).joinedload(Assignment.course))
            .options(undefer(Job.report))
        )
        job = session.scalar(query) or abort(404)
        return {
            "id": job.id,
            "kind": job.kind,
            "course": job.assignment.course.slug,
            "assignment": job.assignment.slug,
            "version": job.version_hash,
            "state": job.state,
            "done": job.done,
            "total": job.total,
            "doing": job.doing,
            "gate_open": job.gate_open,
            "message": job.message,
            "report": job.report,
            "asked_at": job.asked_at,
            "finished_at": job.finished_at,
        }


@bp.post("/courses/<course>/assignments/<assignment>/publish")
@requires(Permission.MANAGE)
@bp.input(PublishIn)
@bp.output(PublishedOut)
@fails(400, 404, 409, 413, 415, 422)
def publish_version(course: str, assignment: str, json_data: PublishIn) -> Any:
    """Put a version in force: what is submitted from now on is graded by it."""
    try:
        with services().database.write() as session:
            member = current_member()
            found = assignment_at(session, member, assignment)
            authoring.upload_of(session, found, json_data.version)
            published = publishing.publish_version(
                session,
                found,
                json_data.version,
                member.person_id,
                json_data.reason.strip(),
                override=json_data.override,
                show=json_data.show,
            )
            visible = found.visibility == "visible"
    except GateClosed as shut:
        raise NotAllowed(str(shut)) from None
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
