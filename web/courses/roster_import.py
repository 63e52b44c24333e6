"""Taking a roster in: what it would change is shown first, and nothing is changed before that is confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.models import Course, Membership, Role
from records.database.audit import AuditEntry, audit
from records.database.base import new_id
from records.database.engine import clock
from records.database.engine import insert as insertion
from records.people.models import Person
from web.accounts.views import INVITATION_DAYS, invite_all
from web.courses.people import bp, breadcrumbs_of, may_give
from web.courses.roster import Line, Roster, read_roster
from web.extensions import services
from web.security.permissions import Permission, current_member, requires


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


@bp.get("/import")
@requires(Permission.MANAGE)
def import_form(course: str) -> Any:
    """Ask for a roster."""
    member = current_member()
    return render_template("courses/import.html", course=member.course, roster=None, breadcrumbs=_breadcrumbs(member))


@bp.post("/import")
@requires(Permission.MANAGE)
def import_roster(course: str) -> Any:
    """Show what a roster would change; with `confirmed`, change it."""
    roster = read_roster(_roster_data())
    if request.form.get("confirmed") and not roster.errors:
        return _take_in(roster)
    with services().database.read() as session:
        member = current_member()
        known = _known(session, member, roster.lines)
        roster = _with_forbidden_roles(member, roster, known)
        preview = _preview(member, roster.lines, known)
    page = render_template(
        "courses/import.html",
        course=member.course,
        roster=roster,
        preview=preview,
        breadcrumbs=_breadcrumbs(member),
    )
    return page, 422 if roster.errors else 200


def _roster_data() -> bytes:
    uploaded = request.files.get("roster")
    if uploaded is not None and uploaded.filename:
        return uploaded.stream.read()
    return request.form.get("text", "").encode()


def _take_in(roster: Roster) -> Any:
    with services().database.write() as session:
        member = current_member()
        _keep_others_from_enrolling(session, member)
        known, people = _make_people(session, member, roster.lines)
        if _with_forbidden_roles(member, roster, known).errors:
            abort(403)
        preview = _preview(member, roster.lines, known)
        invitations = invite_all(session, [people[line.email] for line in preview.new])
        _enrol(session, member, preview, people)
        _note_import(session, member, preview, known, people)
    links = [url_for("accounts.accept", secret=secret, _external=True) for secret in invitations]
    return render_template(
        "courses/imported.html",
        course=member.course,
        preview=preview,
        invited=list(zip(preview.new, links, strict=True)),
        days=INVITATION_DAYS,
        breadcrumbs=_breadcrumbs(member),
    )


def _keep_others_from_enrolling(session: Session, member: Member) -> None:
    """Let another roster of this course, and who joins it by its code, wait for the end of the transaction."""
    session.execute(select(Course.id).where(Course.id == member.course.id).with_for_update())


def _make_people(session: Session, member: Member, lines: Sequence[Line]) -> tuple[Known, Mapping[str, str]]:
    """Make accounts for those who have none; return who was known before, and everybody's id by e-mail address.

    Somebody may get an account elsewhere in this moment, and is known then.
    """
    unknown = _preview(member, lines, _known(session, member, lines)).new
    new = {line.email: {"id": new_id(), "email": line.email, "name": line.name} for line in unknown}
    if new:
        rows = [new[email] for email in sorted(new)]  # in one order, so that two rosters cannot wait for each other
        session.execute(insertion(session, Person).on_conflict_do_nothing(index_elements=["email"]), rows)
    now = _known(session, member, lines)
    made = {row["id"] for row in new.values()}
    before = {email: person_id for email, person_id in now.people.items() if person_id not in made}
    return replace(now, people=before), now.people


def _enrol(session: Session, member: Member, preview: Preview, people: Mapping[str, str]) -> None:
    """Write all rows in one go: a roster may be that of a whole university."""

    def rows(lines: Iterable[Line]) -> list[dict[str, Any]]:
        course_id = member.course.id
        return [
            {"course_id": course_id, "person_id": people[line.email], "role": line.role, "section": line.section}
            for line in lines
        ]

    if fresh := rows([*preview.new, *preview.enrolled]):
        session.execute(insert(Membership), fresh)
    if changed := rows(preview.changed):
        session.execute(update(Membership), changed)


def _note_import(session: Session, member: Member, preview: Preview, known: Known, people: Mapping[str, str]) -> None:
    """Write down how many a roster touched, and by name whoever was given another role or one above a student's."""
    audit(
        session,
        actor=member.person_id,
        action="import roster",
        course_id=member.course.id,
        after={"new": len(preview.new), "enrolled": len(preview.enrolled), "changed": len(preview.changed)},
    )
    at = clock(session)
    fresh = [line for line in (*preview.new, *preview.enrolled) if line.role != "student"]
    changed = [line for line in preview.changed if known.role_of(line) != line.role]
    entries = [
        {
            "at": at,
            "actor": member.person_id,
            "action": "change role",
            "person_id": people[line.email],
            "course_id": member.course.id,
            "reason": "by a roster",
            "before": {"role": known.role_of(line)},
            "after": {"role": line.role},
        }
        for line in (*fresh, *changed)
    ]
    if entries:
        session.execute(insert(AuditEntry), entries)


def _preview(member: Member, lines: Sequence[Line], known: Known) -> Preview:
    preview = Preview([], [], [], [])
    for line in lines:
        person_id = known.people.get(line.email)
        if person_id is None:
            preview.new.append(line)
        elif person_id not in known.enrolled:
            preview.enrolled.append(line)
        elif known.enrolled[person_id] == (line.role, line.section) or person_id == member.person_id:
            preview.same.append(line)
        else:
            preview.changed.append(line)
    return preview


def _known(session: Session, member: Member, lines: Sequence[Line]) -> Known:
    people: dict[str, str] = {}
    emails = [line.email for line in lines]
    for begin in range(0, len(emails), 5000):  # a statement has so many parameters at most
        query = select(Person.email, Person.id)
        found = session.execute(query.where(Person.email.in_(emails[begin : begin + 5000])))
        people |= {row.email: row.id for row in found}
    columns = (Membership.person_id, Membership.role, Membership.section)
    here = session.execute(select(*columns).where(Membership.course_id == member.course.id))
    return Known(people, {row.person_id: (row.role, row.section) for row in here})


def _with_forbidden_roles(member: Member, roster: Roster, known: Known) -> Roster:
    given = [line for line in roster.lines if not may_give(member, line.role)]
    errors = [f"Row {line.number}: only an admin of the course makes somebody {line.role}." for line in given]
    for line in roster.lines:
        role = known.role_of(line)
        if role is not None and role != line.role and not may_give(member, role) and _is_other(member, line, known):
            errors.append(f"Row {line.number}: {line.email} is {role} here, which only an admin of the course changes.")
    return replace(roster, errors=(*roster.errors, *errors))


def _is_other(member: Member, line: Line, known: Known) -> bool:
    return known.people[line.email] != member.person_id


def _breadcrumbs(member: Member) -> list[tuple[str, str | None]]:
    people = ("People", url_for("people.show", course=member.course.slug))
    return [*breadcrumbs_of(member, people), ("Import", None)]
