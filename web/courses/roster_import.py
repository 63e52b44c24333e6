"""Taking a roster in: what it would change is shown first, and nothing is changed before that is confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from records.courses.models import Course, Enrolment, Role
from records.database.audit import AuditEntry, audit
from records.database.base import new_id
from records.database.engine import clock
from records.database.engine import insert as insertion
from records.people.models import Person
from web.accounts.views import INVITATION_DAYS, invite_all
from web.courses.people import crumbs_of, may_give, pages
from web.courses.roster import Line, Roster, read_roster
from web.extensions import parts
from web.security.permissions import Seat, managing_seat
from web.security.session import user


@dataclass(frozen=True)
class Preview:
    """What an import would do.

    Attributes:
        new: people without an account, who will be invited.
        enrolled: people with an account, who will be enrolled.
        changed: people in the course whose role or section will be another.
        same: people of whom nothing changes.
    """

    new: list[Line]
    enrolled: list[Line]
    changed: list[Line]
    same: list[Line]


@dataclass(frozen=True)
class Known:
    """Who is known already.

    Attributes:
        people: ids by e-mail address, of those in the roster.
        enrolled: role and section in the course, by id.
    """

    people: Mapping[str, str]
    enrolled: Mapping[str, tuple[Role, str]]

    def role_of(self, line: Line) -> Role | None:
        """Return what somebody of a roster is in the course by now; None for nothing."""
        enrolled = self.enrolled.get(self.people.get(line.email, ""))
        return enrolled[0] if enrolled else None


@pages.get("/import")
def import_form(course: str) -> Any:
    """Ask for a roster."""
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
    return render_template("import.html", course=seat.course, roster=None, crumbs=_crumbs(seat))


@pages.post("/import")
def import_roster(course: str) -> Any:
    """Show what a roster would change; with `confirmed`, change it."""
    roster = read_roster(_roster_data())
    if request.form.get("confirmed") and not roster.errors:
        return _take_in(course, roster)
    with parts().database.read() as session:
        seat = managing_seat(session, user().person_id, course)
        known = _known(session, seat, roster.lines)
        roster = _with_forbidden_roles(seat, roster, known)
        preview = _preview(seat, roster.lines, known)
    page = render_template(
        "import.html",
        course=seat.course,
        roster=roster,
        preview=preview,
        crumbs=_crumbs(seat),
    )
    return page, 422 if roster.errors else 200


def _roster_data() -> bytes:
    uploaded = request.files.get("roster")
    if uploaded is not None and uploaded.filename:
        return uploaded.stream.read()
    return request.form.get("text", "").encode()


def _take_in(course: str, roster: Roster) -> Any:
    with parts().database.write() as session:
        seat = managing_seat(session, user().person_id, course)
        _keep_others_from_enrolling(session, seat)
        known, people = _make_people(session, seat, roster.lines)
        if _with_forbidden_roles(seat, roster, known).errors:
            abort(403)
        preview = _preview(seat, roster.lines, known)
        invitations = invite_all(session, [people[line.email] for line in preview.new])
        _enrol(session, seat, preview, people)
        _note_import(session, seat, preview, known, people)
    links = [url_for("accounts.accept", secret=secret, _external=True) for secret in invitations]
    return render_template(
        "imported.html",
        course=seat.course,
        preview=preview,
        invited=list(zip(preview.new, links, strict=True)),
        days=INVITATION_DAYS,
        crumbs=_crumbs(seat),
    )


def _keep_others_from_enrolling(session: Session, seat: Seat) -> None:
    """Let another roster of this course, and who joins it by its code, wait for the end of the transaction."""
    session.execute(select(Course.id).where(Course.id == seat.course.id).with_for_update())


def _make_people(session: Session, seat: Seat, lines: Sequence[Line]) -> tuple[Known, Mapping[str, str]]:
    """Make accounts for those who have none; return who was known before, and everybody's id by e-mail address.

    Somebody may get an account elsewhere in this moment, and is known then.
    """
    unknown = _preview(seat, lines, _known(session, seat, lines)).new
    new = {line.email: {"id": new_id(), "email": line.email, "name": line.name} for line in unknown}
    if new:
        rows = [new[email] for email in sorted(new)]  # in one order, so that two rosters cannot wait for each other
        session.execute(insertion(session, Person).on_conflict_do_nothing(index_elements=["email"]), rows)
    now = _known(session, seat, lines)
    made = {row["id"] for row in new.values()}
    before = {email: person_id for email, person_id in now.people.items() if person_id not in made}
    return replace(now, people=before), now.people


def _enrol(session: Session, seat: Seat, preview: Preview, people: Mapping[str, str]) -> None:
    """Write all rows in one go: a roster may be that of a whole university."""

    def rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
        course_id = seat.course.id
        return [
            {"course_id": course_id, "person_id": people[line.email], "role": line.role, "section": line.section}
            for line in lines
        ]

    if fresh := rows([*preview.new, *preview.enrolled]):
        session.execute(insert(Enrolment), fresh)
    if changed := rows(preview.changed):
        session.execute(update(Enrolment), changed)


def _note_import(session: Session, seat: Seat, preview: Preview, known: Known, people: Mapping[str, str]) -> None:
    """Write down how many a roster touched, and by name whoever was given another role or one above a student's."""
    audit(
        session,
        actor=seat.person_id,
        action="import roster",
        subject=f"course {seat.course.id}",
        course_id=seat.course.id,
        after={"new": len(preview.new), "enrolled": len(preview.enrolled), "changed": len(preview.changed)},
    )
    at = clock(session)
    fresh = [line for line in (*preview.new, *preview.enrolled) if line.role != "student"]
    changed = [line for line in preview.changed if known.role_of(line) != line.role]
    entries = [
        {
            "at": at,
            "actor": seat.person_id,
            "action": "change role",
            "subject": f"person {people[line.email]} in course {seat.course.id}",
            "course_id": seat.course.id,
            "reason": "by a roster",
            "before": {"role": known.role_of(line)},
            "after": {"role": line.role},
        }
        for line in (*fresh, *changed)
    ]
    if entries:
        session.execute(insert(AuditEntry), entries)


def _preview(seat: Seat, lines: Sequence[Line], known: Known) -> Preview:
    preview = Preview([], [], [], [])
    for line in lines:
        person_id = known.people.get(line.email)
        if person_id is None:
            preview.new.append(line)
        elif person_id not in known.enrolled:
            preview.enrolled.append(line)
        elif known.enrolled[person_id] == (line.role, line.section) or person_id == seat.person_id:
            preview.same.append(line)
        else:
            preview.changed.append(line)
    return preview


def _known(session: Session, seat: Seat, lines: Sequence[Line]) -> Known:
    people: dict[str, str] = {}
    emails = [line.email for line in lines]
    for begin in range(0, len(emails), 5000):  # a statement has so many parameters at most
        query = select(Person.email, Person.id)
        found = session.execute(query.where(Person.email.in_(emails[begin : begin + 5000])))
        people |= {row.email: row.id for row in found}
    columns = (Enrolment.person_id, Enrolment.role, Enrolment.section)
    here = session.execute(select(*columns).where(Enrolment.course_id == seat.course.id))
    return Known(people, {row.person_id: (row.role, row.section) for row in here})


def _with_forbidden_roles(seat: Seat, roster: Roster, known: Known) -> Roster:
    given = [line for line in roster.lines if not may_give(seat, line.role)]
    errors = [f"Row {line.number}: only an admin of the course makes somebody {line.role}." for line in given]
    for line in roster.lines:
        role = known.role_of(line)
        if role is not None and role != line.role and not may_give(seat, role) and _is_other(seat, line, known):
            errors.append(f"Row {line.number}: {line.email} is {role} here, which only an admin of the course changes.")
    return replace(roster, errors=(*roster.errors, *errors))


def _is_other(seat: Seat, line: Line, known: Known) -> bool:
    return known.people[line.email] != seat.person_id


def _crumbs(seat: Seat) -> list[tuple[str, str | None]]:
    people = ("People", url_for("people.show", course=seat.course.slug))
    return [*crumbs_of(seat, people), ("Import", None)]
