"""The people of a course, for those who manage it: who is in it, their roles, and the code for joining."""

import re
import secrets
from typing import Any, Final, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import joinedload

from records.courses.members import Member
from records.courses.models import Course, Membership, Role
from records.database.audit import Action, audit
from records.people.models import Person
from web.extensions import services
from web.security.permissions import Permission, current_member, requires

_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another
_CODE_LENGTH: Final = 10
_ROWS: Final = 200  # of a page

bp = Blueprint("people", __name__, url_prefix="/courses/<course>/people")


@bp.get("")
@requires(Permission.GRADE)
def show(course: str) -> Any:
    """List who is in a course."""
    with services().database.read() as session:
        member = current_member()
        search = request.args.get("q", "").strip()[:200]
        query = select(Membership).join(Person).where(Membership.course_id == member.course.id)
        for word in search.split():
            named = Person.name.icontains(word, autoescape=True)
            query = query.where(or_(named, Person.email.icontains(word, autoescape=True)))
        count = session.scalars(select(func.count()).select_from(query.subquery())).one()
        last_page = max(1, -(-count // _ROWS))
        page = min(_page(), last_page)
        ordered = query.order_by(Membership.section, Person.name, Person.id)
        shown = ordered.options(joinedload(Membership.person)).limit(_ROWS).offset((page - 1) * _ROWS)
        memberships = session.scalars(shown).all()
    return render_template(
        "courses/people.html",
        member=member,
        course=member.course,
        memberships=memberships,
        count=count,
        search=search,
        page=page,
        last_page=last_page,
        roles=get_args(Role),
        breadcrumbs=breadcrumbs_of(member, ("People", None)),
    )


@bp.post("/code")
@requires(Permission.MANAGE)
def change_code(course: str) -> Any:
    """Make a new code for joining, or close the course to joining."""
    with services().database.write() as session:
        member = current_member()
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        closed = bool(request.form.get("close"))
        change = update(Course).where(Course.id == member.course.id)
        session.execute(change.values(join_code=None if closed else code))
        action: Action = "close joining" if closed else "change code"
        audit(
            session,
            actor=member.person_id,
            action=action,
            course_id=member.course.id,
        )
    flash("Nobody can join by a code now." if closed else "The old code is worthless now; this is the new one.", "good")
    return redirect(url_for("people.show", course=course), 303)


@bp.post("/<person_id>/role")
@requires(Permission.MANAGE)
def change_role(course: str, person_id: str) -> Any:
    """Give somebody another role."""
    role = request.form.get("role", "")
    with services().database.write() as session:
        member = current_member()
        membership = session.get(Membership, (member.course.id, person_id)) or abort(404)
        if role not in get_args(Role) or not may_give(member, membership.role) or not may_give(member, role):
            abort(403)
        if person_id == member.person_id:
            flash("Your own role is for somebody else to change.", "warn")
            return redirect(url_for("people.show", course=course), 303)
        before, membership.role = membership.role, role  # type: ignore[assignment]
        audit(
            session,
            actor=member.person_id,
            action="change role",
            person_id=person_id,
            course_id=member.course.id,
            before={"role": before},
            after={"role": role},
        )
        name = membership.person.name
    flash(f"{name} is {role} now.", "good")
    return redirect(url_for("people.show", course=course), 303)


def _page() -> int:
    asked = request.args.get("page", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]{0,5}", asked, re.ASCII) else 1


def may_give(member: Member, role: str) -> bool:
    """Tell whether a role is below that of whoever gives it, or takes it away."""
    return member.role == "admin" or role in ("student", "grader")


def breadcrumbs_of(member: Member, last: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Return the way to a page of a course."""
    return [(member.course.title, url_for("courses.show", course=member.course.slug)), last]
