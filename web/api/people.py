"""The people of a course, for programs: who they are, and whether they have withdrawn."""

from flask import abort

from records.courses.memberships import find_people
from records.courses.memberships import set_withdrawn as set_withdrawn_in
from records.courses.models import Membership
from web.api import schemas
from web.api.blueprint import bp, fails
from web.extensions import services
from web.security.permissions import Permission, current_member, requires


@bp.get("/courses/<course>/people")
@requires(Permission.GRADE)
@bp.input(schemas.PeopleQuery, location="query")
@bp.output(schemas.PeopleOut)
@fails(404, 422)
def list_people(course: str, query_data: schemas.PeopleQuery) -> schemas.PeopleOut:
    """List who is in a course; for staff."""
    page, per_page, withdrawn = query_data.page, query_data.per_page, query_data.withdrawn
    with services().database.read() as session:
        course_id = current_member().course.id
        found = find_people(session, course_id, query_data.search, page, per_page, withdrawn=withdrawn)
    return schemas.PeopleOut(people=list(map(_person, found.memberships)), page=found.number, total=found.count)


@bp.post("/courses/<course>/people/<person_id>/withdrawn")
@requires(Permission.MANAGE)
@bp.input(schemas.WithdrawnIn)
@bp.output(schemas.PersonOut)
@fails(400, 403, 404, 409, 415, 422)
def set_withdrawn(course: str, person_id: str, json_data: schemas.WithdrawnIn) -> schemas.PersonOut:
    """Withdraw somebody from a course, which keeps their work, or enrol them again; for those who manage it."""
    with services().database.write() as session:
        member = current_member()
        membership = session.get(Membership, (member.course.id, person_id)) or abort(404)
        try:
            set_withdrawn_in(session, member, membership, withdrawn=json_data.withdrawn, reason=json_data.reason)
        except PermissionError:
            abort(403)
        return _person(membership)


def _person(one: Membership) -> schemas.PersonOut:
    return schemas.PersonOut.of(one.person, one, id=one.person_id, withdrawn=one.withdrawn_at is not None)
