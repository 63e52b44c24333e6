"""Importing a roster into a course: comparing it with who is there, then creating accounts and memberships."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from records.courses.members import Member, Student, students_in
from records.courses.memberships import may_assign
from records.courses.models import Course, Membership, Role
from records.database.audit import Action, Audited, audit, audit_all
from records.database.base import new_id
from records.database.engine import chunks, clock
from records.database.engine import insert as insertion
from records.people.accounts import invite_all
from records.people.models import Person


@dataclass(frozen=True)
class RosterEntry:
    """Somebody in a roster; None stands for what it does not say, which stays as it is.

    Attributes:
        number: the row of the file, from 1, headings included.
    """

    number: int
    email: str
    name: str | None
    section: str | None
    role: Role | None


class Place(NamedTuple):
    """What somebody is in a course, as far as a roster changes it."""

    role: Role = "student"
    section: str = ""
    withdrawn: bool = False


@dataclass(frozen=True)
class RosterChange:
    """What a roster makes of somebody: their place before it, None for somebody outside the course, and after it."""

    entry: RosterEntry
    name: str
    before: Place | None
    after: Place

    @property
    def changes_role(self) -> bool:
        """Whether somebody gets a role that they do not have."""
        return self.before is None or self.before.role != self.after.role

    @property
    def reinstates(self) -> bool:
        """Whether somebody who has withdrawn is enrolled again."""
        return self.before is not None and self.before.withdrawn and not self.after.withdrawn


@dataclass(frozen=True)
class RosterComparison:
    """What importing a roster changes.

    Attributes:
        new: people without an account, who are invited.
        enrolled: people with an account who are not in the course.
        changed: people in the course whose role or section changes, or who had withdrawn.
        same: people for whom nothing changes.
        missing: enrolled students whom the roster does not list.
        withdrawn: those of them who are withdrawn.
    """

    new: list[RosterChange]
    enrolled: list[RosterChange]
    changed: list[RosterChange]
    same: list[RosterChange]
    missing: list[Student]
    withdrawn: list[Student] = field(default_factory=list)


@dataclass(frozen=True)
class KnownPeople:
    """The people of a roster who have an account, and who is in the course.

    Attributes:
        ids, names: of those in the roster, by e-mail address.
        places: in the course, by id.
        students: who is enrolled as a student.
    """

    ids: Mapping[str, str]
    names: Mapping[str, str]
    places: Mapping[str, Place]
    students: Sequence[Student]


class RosterRefused(Exception):
    """The roster cannot be imported; `sentences` name the rows."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class ForbiddenRoles(RosterRefused):
    """The roster gives or takes roles that the importer may not."""


def compare_roster(session: Session, by: Member, entries: Sequence[RosterEntry]) -> RosterComparison:
    """Return what an import would change.

    Raises:
        ForbiddenRoles: `by` may not give or take away some of the roles.
        RosterRefused: somebody without an account has no name.
    """
    comparison = _compare(by, entries, _known_people(session, by, entries))
    _check_names(comparison)
    _check_roles(by, comparison)
    return comparison


def import_roster(
    session: Session, by: Member, entries: Sequence[RosterEntry], withdraw: Collection[str] = ()
) -> tuple[RosterComparison, list[str]]:
    """Import a roster; return what changed, and a secret for each new person to choose a password.

    Args:
        withdraw: ids of students to withdraw; who is in the roster, or is no student of the course, is ignored.

    Raises:
        RosterRefused: as of `compare_roster`; roll the transaction back.
    """
    # Other imports into this course, and people who join it by its code, wait for the end of the transaction.
    session.execute(select(Course.id).where(Course.id == by.course.id).with_for_update())
    known, ids = _create_accounts(session, by, entries)
    comparison = _compare(by, entries, known)
    _check_roles(by, comparison)
    chosen = set(withdraw)
    comparison = replace(comparison, withdrawn=[one for one in comparison.missing if one.id in chosen])
    secrets = invite_all(session, [ids[change.entry.email] for change in comparison.new])
    _store_memberships(session, by, comparison, ids)
    _audit_import(session, by, comparison, ids)
    return comparison, secrets


def _create_accounts(
    session: Session, by: Member, entries: Sequence[RosterEntry]
) -> tuple[KnownPeople, Mapping[str, str]]:
    """Create the accounts that are missing; return who was known before, and everybody's id by e-mail address.

    Somebody may get an account elsewhere at the same moment, and then counts as known.
    """
    comparison = _compare(by, entries, _known_people(session, by, entries))
    _check_names(comparison)
    new = {one.entry.email: {"id": new_id(), "email": one.entry.email, "name": one.name} for one in comparison.new}
    if new:
        rows = [new[email] for email in sorted(new)]  # in one order, so that two imports cannot wait for each other
        session.execute(insertion(session, Person).on_conflict_do_nothing(index_elements=["email"]), rows)
    now = _known_people(session, by, entries)
    created = {row["id"] for row in new.values()}
    before = {email: person_id for email, person_id in now.ids.items() if person_id not in created}
    return replace(now, ids=before), now.ids


def _store_memberships(session: Session, by: Member, comparison: RosterComparison, ids: Mapping[str, str]) -> None:
    """Store all memberships at once, since a roster may hold a whole university."""

    def rows(changes: Iterable[RosterChange]) -> list[dict[str, Any]]:
        return [
            {
                "course_id": by.course.id,
                "person_id": ids[one.entry.email],
                "role": one.after.role,
                "section": one.after.section,
                "withdrawn_at": None,
            }
            for one in changes
        ]

    if added := rows([*comparison.new, *comparison.enrolled]):
        session.execute(insert(Membership), added)
    if changed := rows(comparison.changed):
        session.execute(update(Membership), changed)
    at = clock(session)
    if gone := [{"course_id": by.course.id, "person_id": one.id, "withdrawn_at": at} for one in comparison.withdrawn]:
        session.execute(update(Membership), gone)


def _audit_import(session: Session, by: Member, comparison: RosterComparison, ids: Mapping[str, str]) -> None:
    """Log how many people the import touched, and by name who got another role than a student's or came or went."""
    counts = {"new": len(comparison.new), "enrolled": len(comparison.enrolled), "changed": len(comparison.changed)}
    gone = {"withdrawn": len(comparison.withdrawn)} if comparison.withdrawn else {}
    audit(session, by.person_id, "import roster", course_id=by.course.id, after={**counts, **gone})

    def log(action: Action, entries: Mapping[str, Audited]) -> None:
        of: Audited = {"course_id": by.course.id, "reason": "by a roster"}
        rows: list[Audited] = [{**of, "person_id": person_id, **entry} for person_id, entry in entries.items()]
        audit_all(session, by.person_id, action, rows)

    changes = (*comparison.new, *comparison.enrolled, *comparison.changed)
    given = [one for one in changes if one.changes_role and (one.before is not None or one.after.role != "student")]
    roles: dict[str, Audited] = {
        ids[one.entry.email]: {
            "before": {"role": one.before.role if one.before else None},
            "after": {"role": one.after.role},
        }
        for one in given
    }
    log("change role", roles)
    log("reinstate", {ids[one.entry.email]: {} for one in comparison.changed if one.reinstates})
    log("withdraw", {one.id: {} for one in comparison.withdrawn})


def _compare(by: Member, entries: Sequence[RosterEntry], known: KnownPeople) -> RosterComparison:
    listed = {known.ids[entry.email] for entry in entries if entry.email in known.ids}
    missing = [student for student in known.students if student.id not in listed]
    comparison = RosterComparison([], [], [], [], missing)
    for entry in entries:
        person_id = known.ids.get(entry.email)
        before = known.places.get(person_id or "")
        change = RosterChange(entry, known.names.get(entry.email) or entry.name or "", before, _after(entry, before))
        if person_id is None:
            comparison.new.append(change)
        elif before is None:
            comparison.enrolled.append(change)
        elif before == change.after or person_id == by.person_id:
            comparison.same.append(replace(change, after=before))
        else:
            comparison.changed.append(change)
    return comparison


def _after(entry: RosterEntry, before: Place | None) -> Place:
    """Return somebody's place after the import: who is in a roster is enrolled, and what it does not say stays."""
    kept = before or Place()
    return Place(entry.role or kept.role, kept.section if entry.section is None else entry.section)


def _known_people(session: Session, by: Member, entries: Sequence[RosterEntry]) -> KnownPeople:
    ids: dict[str, str] = {}
    names: dict[str, str] = {}
    for emails in chunks([entry.email for entry in entries]):
        found = session.execute(select(Person.email, Person.id, Person.name).where(Person.email.in_(emails))).all()
        ids |= {row.email: row.id for row in found}
        names |= {row.email: row.name for row in found}
    columns = (Membership.person_id, Membership.role, Membership.section, Membership.withdrawn_at.is_not(None))
    here = session.execute(select(*columns).where(Membership.course_id == by.course.id))
    places = {person_id: Place(role, section, withdrawn) for person_id, role, section, withdrawn in here}
    return KnownPeople(ids, names, places, students_in(session, by.course.id))


def _check_names(comparison: RosterComparison) -> None:
    nameless = [one.entry for one in comparison.new if not one.name]
    if nameless:
        raise RosterRefused(
            [f"Row {one.number}: {one.email} has no account yet, so a name is needed." for one in nameless]
        )


def _check_roles(by: Member, comparison: RosterComparison) -> None:
    errors: list[str] = []
    changes = (*comparison.new, *comparison.enrolled, *comparison.changed)
    for one in sorted(changes, key=lambda one: one.entry.number):
        row, before = f"Row {one.entry.number}", one.before
        if one.changes_role and not may_assign(by, one.after.role):
            errors.append(f"{row}: only an admin of the course makes somebody {one.after.role}.")
        if before and (one.changes_role or one.reinstates) and not may_assign(by, before.role):
            errors.append(f"{row}: {one.entry.email} is {before.role} here, which only an admin of the course changes.")
    if errors:
        raise ForbiddenRoles(errors)
