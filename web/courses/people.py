"""The people of a course, for those who manage it: who is in it, their roles, and the code for joining."""

import re
import secrets
from typing import Any, Final, get_args

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from records.courses.models import Enrolment, Role
from records.database.audit import audit
from records.people.models import Person
from web.extensions import parts
from web.security.permissions import Seat, managing_seat, staff_seat
from web.security.session import user

_CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that is taken for another
_CODE_LENGTH: Final = 10
_ROWS: Final = 200  # of a page

pages = Blueprint("people", __name__, url_prefix="/courses/<course>/people")


@pages.get("")
def show(course: str) -> Any:
    """List who is in a course."""
    with parts().database.read() as session:
        seat = staff_seat(session, user().person_id, course)
        search = request.args.get("q", "").strip()[:200]
        query = select(Enrolment).join(Person).where(Enrolment.course_id == seat.course.id)
        for word in search.split():
            named = Person.name.icontains(word, autoescape=True)
            query = query.where(or_(named, Person.email.icontains(word, autoescape=True)))
        count = session.scalars(select(func.count()).select_from(query.subquery())).one()
        last_page = max(1, -(-count // _ROWS))
        page = min(_page(), last_page)
        ordered = query.order_by(Enrolment.section, Person.name, Person.id)
        shown = ordered.options(joinedload(Enrolment.person)).limit(_ROWS).offset((page - 1) * _ROWS)
        enrolments = session.scalars(shown).all()
    return render_template(
        "people.html",
        seat=seat,
        course=seat.course,
        enrolments=enrolments,
        count=count,
        search=search,
        page=page,
        last_page=last_page,
        roles=get_args(Role),
        crumbs=crumbs_of(seat, ("People", None)),
    )


@pages.post("/code")
def change_code(course: str) -> Any:
    """Make a new code for joining, or close the course to joining."""
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        code = "".join(secrets.choice(_CODE_LETTERS) for _ in range(_CODE_LENGTH))
        seat.course.join_code = None if request.form.get("close") else code
        closed = seat.course.join_code is None
        action = "close joining" if closed else "change code"
        audit(
            session,
            actor=seat.person_id,
            action=action,
            subject=f"course {seat.course.id}",
            course_id=seat.course.id,
        )
    flash("Nobody can join by a code now." if closed else "The old code is worthless now; this is the new one.", "good")
    return redirect(url_for("people.show", course=course), 303)


@pages.post("/<person_id>/role")
def change_role(course: str, person_id: str) -> Any:
    """Give somebody another role."""
    role = request.form.get("role", "")
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        enrolment = session.get(Enrolment, (seat.course.id, person_id)) or abort(404)
        if role not in get_args(Role) or not may_give(seat, enrolment.role) or not may_give(seat, role):
            abort(403)
        if person_id == seat.person_id:
            flash("Your own role is for somebody else to change.", "warn")
            return redirect(url_for("people.show", course=course), 303)
        before, enrolment.role = enrolment.role, role  # type: ignore[assignment]
        audit(
            session,
            actor=seat.person_id,
            action="change role",
            subject=f"person {person_id} in course {seat.course.id}",
            course_id=seat.course.id,
            before={"role": before},
            after={"role": role},
        )
        name = enrolment.person.name
    flash(f"{name} is {role} now.", "good")
    return redirect(url_for("people.show", course=course), 303)


def _page() -> int:
    asked = request.args.get("page", "")
    return int(asked) if re.fullmatch(r"[1-9][0-9]{0,5}", asked, re.ASCII) else 1


def may_give(seat: Seat, role: str) -> bool:
    """Tell whether a role is below that of whoever gives it, or takes it away."""
    return seat.role == "admin" or role in ("student", "grader")


def crumbs_of(seat: Seat, last: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """Return the way to a page of a course."""
    return [(seat.course.title, url_for("courses.show", course=seat.course.slug)), last]
