"""Reruns that staff may see."""

from flask import abort
from sqlalchemy.orm import Session

from records.reruns.models import Rerun, locked_rerun
from records.reruns.queries import rerun_at
from web.security.permissions import Member, staff_member


def rerun_or_404(
    session: Session, person_id: str, rerun_id: str, course: str = "", *, lock: bool = False
) -> tuple[Rerun, Member]:
    """Return a rerun and the membership of a person in its course, or answer with 404 unless they are staff there.

    Args:
        session: a writing one if `lock` is set.
        course: slug of the course it must belong to; "" for any.
        lock: whether to lock the rerun until commit.
    """
    rerun = rerun_at(session, rerun_id) or abort(404)
    if course and rerun.course.slug != course:
        abort(404)
    member = staff_member(session, person_id, rerun.course.slug)
    if lock:
        rerun = locked_rerun(session, rerun.course_id, rerun_id) or abort(404)
    return rerun, member
