"""Versions of assignments, for the programs of their authors."""

import base64
import binascii
from typing import Final

from flask import abort, url_for

from grader.bundle.problems import BundleError
from grader.bundle.submission import SubmissionRefused
from records.courses.lookup import find_assignment
from records.errors import NotAllowed
from records.versions import publishing
from records.versions.history import job_at
from records.versions.publishing import GateClosed
from records.versions.uploading import bundle_from_files, create_assignment, upload_and_verify
from web.api.blueprint import bp, fails
from web.api.version_schemas import JobOut, PublishedOut, PublishIn, VersionIn, VersionOut, VersionUrls
from web.authoring.presenters import assignment_with
from web.extensions import services
from web.security.permissions import Permission, current_member, requires

_CREATED: Final = {201: {"headers": {"Location": {"schema": {"type": "string"}, "description": "Of its page."}}}}


@bp.post("/courses/<course>/versions")
@requires(Permission.MANAGE)
@bp.input(VersionIn)
@bp.output(VersionOut, 201)
@fails(400, 404, 409, 413, 415, 422, answers=_CREATED)
def upload_version(course: str, json_data: VersionIn) -> tuple[VersionOut, int, dict[str, str]]:
    """Upload a version of the assignment of its name, or of a new one that is hidden, and verify it."""
    try:
        bundle = bundle_from_files(json_data.slug, _decoded(json_data))
    except BundleError as error:
        raise SubmissionRefused("\n".join(error.problems)) from None
    member = current_member()
    with services().database.write() as session:
        found = find_assignment(session, member.course.id, bundle.slug) or create_assignment(
            session, member.course.id, bundle, member.person_id
        )
        uploaded = upload_and_verify(session, found, bundle, member.person_id, json_data.note)
    services().announcer.wake("background")
    job = uploaded.verification.id if uploaded.verification else None
    page = url_for("versions.report", course=course, assignment=bundle.slug, version=bundle.version)
    version = VersionOut(
        assignment=bundle.slug,
        version=bundle.version,
        in_force=found.version_hash,
        job=job,
        refused=uploaded.refusal,
        urls=VersionUrls(page=page, job=url_for("api.show_job", job_id=job) if job else None),
    )
    return version, 201, {"Location": page}


@bp.get("/jobs/<job_id>")
@requires(Permission.GRADE)
@bp.output(JobOut)
@fails(404)
def show_job(job_id: str) -> JobOut:
    """Show a verification or a similarity search: how far it is, and what it found."""
    with services().database.read() as session:
        job = job_at(session, job_id) or abort(404)
        course, assignment = job.assignment.course.slug, job.assignment.slug
        return JobOut.of(job, course=course, assignment=assignment, version=job.version_hash)


@bp.post("/courses/<course>/assignments/<assignment>/publish")
@requires(Permission.MANAGE)
@bp.input(PublishIn)
@bp.output(PublishedOut)
@fails(400, 404, 409, 413, 415, 422)
def publish_version(course: str, assignment: str, json_data: PublishIn) -> PublishedOut:
    """Put a version in force: what is submitted from now on is graded by it."""
    with services().database.write() as session:
        member = current_member()
        found = assignment_with(session, assignment, json_data.version)
        try:
            published = publishing.publish_version(
                session,
                found,
                json_data.version,
                member.person_id,
                json_data.reason.strip(),
                override=json_data.override,
                show=json_data.show,
            )
        except GateClosed as closed:
            raise NotAllowed(str(closed)) from None
    is_visible = found.visibility == "visible"
    return PublishedOut.of(published, assignment=assignment, version=json_data.version, visible=is_visible)


def _decoded(sent: VersionIn) -> dict[str, bytes]:
    files, problems = {}, []
    for name, text in sent.files.items():
        try:
            files[name] = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            problems.append(f"{ascii(name)[1:-1]}: this is not base64.")
    if problems:
        raise BundleError(problems)
    return files
