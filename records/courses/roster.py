"""Importing a roster into a course: comparing it with who is there, then creating accounts and memberships."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from records.courses.members import Member
from records.courses.memberships import may_assign
from records.courses.models import Course, Membership, Role
from records.database.audit import Audited, audit, audit_all
from records.database.base import new_id
from records.database.engine import chunks
from records.database.engine import insert as insertion
from records.people.accounts import invite_all
from records.people.models import Person


@dataclass(frozen=True)
class RosterEntry:
    """Somebody in a roster; `number` is the row of the file, from 1, headings included."""

    number: int
    email: str
    name: str
    section: str
    role: Role


@dataclass(frozen=True)
class RosterComparison:
    """What importing a roster changes.

    Attributes:
        new: people without an account, who are invited.
        enrolled: people with an account who are not in the course.
        changed: people in the course whose role or section changes.
        same: people for whom nothing changes.
    """

    new: list[RosterEntry]
    enrolled: list[RosterEntry]
    changed: list[RosterEntry]
    same: list[RosterEntry]


@dataclass(frozen=True)
class KnownPeople:
    """The people of a roster who have an account, and the memberships of the course.

    Attributes:
        ids: of those in the roster, by e-mail address.
        memberships: role and section in the course, by id.
    """

    ids: Mapping[str, str]
    memberships: Mapping[str, tuple[Role, str]]

    def role_of(self, entry: RosterEntry) -> Role | None:
        """Return somebody's current role in the course; None for somebody outside it."""
        membership = self.memberships.get(self.ids.get(entry.email, ""))
        return membership[0] if membership else None


class ForbiddenRoles(Exception):
    """The roster gives or takes roles that the importer may not; `sentences` name the rows."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def compare_roster(session: Session, by: Member, entries: Sequence[RosterEntry]) -> RosterComparison:
    """Return what an import would change.

    Raises:
        ForbiddenRoles: `by` may not give or take away some of the roles.
    """
    known = _known_people(session, by, entries)
    _check_roles(by, entries, known)
    return _compare(by, entries, known)


def import_roster(session: Session, by: Member, entries: Sequence[RosterEntry]) -> tuple[RosterComparison, list[str]]:
    """Import a roster; return what changed, and a secret for each new person to choose a password.

    Raises:
        ForbiddenRoles: as of `compare_roster`; roll the transaction back.
    """
    # Other imports into this course, and people who join it by its code, wait for the end of the transaction.
    session.execute(select(Course.id).where(Course.id == by.course.id).with_for_update())
    known, ids = _create_accounts(session, by, entries)
    _check_roles(by, entries, known)
    comparison = _compare(by, entries, known)
    secrets = invite_all(session, [ids[entry.email] for entry in comparison.new])
    _store_memberships(session, by, comparison, ids)
    _audit_import(session, by, comparison, known, ids)
    return comparison, secrets


def _create_accounts(
    session: Session, by: Member, entries: Sequence[RosterEntry]
) -> tuple[KnownPeople, Mapping[str, str]]:
    """Create the accounts that are missing; return who was known before, and everybody's id by e-mail address.

    Somebody may get an account elsewhere at the same moment, and then counts as known.
    """
    unknown = _compare(by, entries, _known_people(session, by, entries)).new
    new = {entry.email: {"id": new_id(), "email": entry.email, "name": entry.name} for entry in unknown}
    if new:
        rows = [new[email] for email in sorted(new)]  # in one order, so that two imports cannot wait for each other
        session.execute(insertion(session, Person).on_conflict_do_nothing(index_elements=["email"]), rows)
    now = _known_people(session, by, entries)
    created = {row["id"] for row in new.values()}
    before = {email: person_id for email, person_id in now.ids.items() if person_id not in created}
    return replace(now, ids=before), now.ids


def _store_memberships(session: Session, by: Member, comparison: RosterComparison, ids: Mapping[str, str]) -> None:
    """Store all memberships at once, since a roster may hold a whole university."""

    def rows(entries: Iterable[RosterEntry]) -> list[dict[str, Any]]:
        return [
            {"course_id": by.course.id, "person_id": ids[one.email], "role": one.role, "section": one.section}
            for one in entries
        ]

    if added := rows([*comparison.new, *comparison.enrolled]):
        session.execute(insert(Membership), added)
    if changed := rows(comparison.changed):
        session.execute(update(Membership), changed)


def _audit_import(
    session: Session, by: Member, comparison: RosterComparison, known: KnownPeople, ids: Mapping[str, str]
) -> None:
    """Log how many people the import touched, and each role that it changed or set above a student's."""
    added = (*comparison.new, *comparison.enrolled)
    counts = {"new": len(comparison.new), "enrolled": len(comparison.enrolled), "changed": len(comparison.changed)}
    audit(session, by.person_id, "import roster", course_id=by.course.id, after=counts)
    given = [one for one in added if one.role != "student"]
    changed = [one for one in comparison.changed if known.role_of(one) != one.role]
    entries: list[Audited] = [
        {
            "person_id": ids[one.email],
            "course_id": by.course.id,
            "reason": "by a roster",
            "before": {"role": known.role_of(one)},
            "after": {"role": one.role},
        }
        for one in (*given, *changed)
    ]
    audit_all(session, by.person_id, "change role", entries)


def _compare(by: Member, entries: Sequence[RosterEntry], known: KnownPeople) -> RosterComparison:
    comparison = RosterComparison([], [], [], [])
    for entry in entries:
        person_id = known.ids.get(entry.email)
        if person_id is None:
            comparison.new.append(entry)
        elif person_id not in known.memberships:
            comparison.enrolled.append(entry)
        elif known.memberships[person_id] == (entry.role, entry.section) or person_id == by.person_id:
            comparison.same.append(entry)
        else:
            comparison.changed.append(entry)
    return comparison


def _known_people(session: Session, by: Member, entries: Sequence[RosterEntry]) -> KnownPeople:
    ids: dict[str, str] = {}
    for emails in chunks([entry.email for entry in entries]):
        found = session.execute(select(Person.email, Person.id).where(Person.email.in_(emails)))
        ids |= {row.email: row.id for row in found}
    columns = (Membership.person_id, Membership.role, Membership.section)
    here = session.execute(select(*columns).where(Membership.course_id == by.course.id))
    return KnownPeople(ids, {row.person_id: (row.role, row.section) for row in here})


def _check_roles(by: Member, entries: Sequence[RosterEntry], known: KnownPeople) -> None:
    forbidden = [entry for entry in entries if not may_assign(by, entry.role)]
    errors = [f"Row {entry.number}: only an admin of the course makes somebody {entry.role}." for entry in forbidden]
    for entry in entries:
        role = known.role_of(entry)
        is_own = known.ids.get(entry.email) == by.person_id
        if role is not None and role != entry.role and not may_assign(by, role) and not is_own:
            errors.append(
                f"Row {entry.number}: {entry.email} is {role} here, which only an admin of the course changes."
            )
    if errors:
        raise ForbiddenRoles(errors)
