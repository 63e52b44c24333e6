"""Reruns of the course of a request."""

from flask import abort
from sqlalchemy.orm import Session

from records.reruns.models import Rerun, locked_rerun, rerun_at
from web.security.permissions import current_member


def rerun_or_404(session: Session, rerun_id: str, *, lock: bool = False) -> Rerun:
    """Return a rerun, locked until commit if `lock` is set, or answer with 404 if the course has no such rerun."""
    course_id = current_member().course.id
    rerun = locked_rerun(session, course_id, rerun_id) if lock else rerun_at(session, course_id, rerun_id)
    return rerun or abort(404)
