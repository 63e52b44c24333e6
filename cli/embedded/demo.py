"""The demo course: the six assignments, people to log in as, and some past submissions, to be graded at the start."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundles
from records.courses.lookup import find_course
from records.courses.models import Assignment, Course, Membership, Role
from records.database.engine import Database, clock
from records.people.accounts import find_or_add_person
from records.people.models import Person
from records.queue.runs import request_run
from records.submissions.drafts import draft_of, save_draft
from records.submissions.submit import store_submission
from records.versions.models import keep_version
from records.versions.publishing import upload_version
from web.security.passwords import hash_of_password

PASSWORD: Final = "gradient-descent"
SLUG: Final = "demo"
_CODE: Final = "DEMO234567"
_ASSIGNMENTS: Final = Path(__file__).parents[2] / "assignments"


class Somebody(NamedTuple):
    """Somebody of the demo."""

    email: str
    name: str
    role: Role
    section: str = ""


PEOPLE: Final = (
    Somebody("ada@example.org", "Ada Example", "student", "Monday"),
    Somebody("ben@example.org", "Ben Example", "student", "Monday"),
    Somebody("chen@example.org", "Chen Example", "student", "Thursday"),
    Somebody("grete@example.org", "Grete Example", "grader"),
    Somebody("ines@example.org", "Ines Example", "instructor"),
    Somebody("amir@example.org", "Amir Example", "admin"),
)
# They need not log in: they are there so that a class can be looked at.
_CLASSMATES: Final = tuple(
    Somebody(f"{name.lower()}@example.org", f"{name} Example", "student", section)
    for section, names in (
        ("Monday", ("Dora", "Emil", "Fatima", "Goran", "Hana")),
        ("Thursday", ("Ivo", "Jun", "Kofi", "Lea", "Mira", "Noor")),
    )
    for name in names
)
# Who submitted what, in days before the demo was made; "" is the reference.
_PAST: Final[Mapping[str, Sequence[tuple[str, float, str]]]] = {
    "sigmoid_derivative": (
        ("ada@example.org", 9.0, "expects_activation"),
        ("ada@example.org", 8.9, ""),
        ("ben@example.org", 7.5, "not_differentiated"),
        ("dora@example.org", 8.2, "expects_activation"),
        ("emil@example.org", 8.1, "expects_activation"),
        ("fatima@example.org", 8.0, ""),
        ("goran@example.org", 7.9, "math_exp"),
        ("hana@example.org", 7.8, "overflow"),
        ("hana@example.org", 7.7, ""),
        ("ivo@example.org", 7.1, "expects_activation"),
        ("jun@example.org", 6.6, "overflow"),
        ("kofi@example.org", 5.9, "sign_reversed"),
        ("lea@example.org", 4.4, "overflow"),
        ("mira@example.org", 3.2, ""),
    ),
    "update_equation": (
        ("ada@example.org", 5.2, "uphill"),
        ("ben@example.org", 4.0, ""),
        ("dora@example.org", 3.9, "summed_gradient"),
        ("fatima@example.org", 3.5, ""),
        ("hana@example.org", 3.1, "summed_gradient"),
    ),
    "backprop": (("ada@example.org", 2.1, "starter"),),
    "data_splitter": (("ben@example.org", 0.4, ""),),
}


def seed(database: Database) -> bool:
    """Create the demo course unless it exists; return whether it was created."""
    with database.write() as session:
        if find_course(session, SLUG) is not None:
            return False
        now = clock(session)
        course = Course(slug=SLUG, title="Machine learning, a demo course", join_code=_CODE)
        session.add(course)
        session.flush()
        people = _people(session, course)
        author = people["ines@example.org"]
        bundles = sorted(_bundles(), key=lambda bundle: bundle.manifest.order)
        for place, bundle in enumerate(bundles):
            assignment = _assignment(session, course, bundle, place, now)
            upload_version(session, assignment, bundle, author.id, "As it comes with Gradeloop.")
            _submit(session, people, assignment, bundle, now)
    return True


def _answer(bundle: Bundle, name: str) -> Mapping[str, bytes]:
    if name in ("", "starter"):
        return bundle.starter if name else bundle.reference
    # A known-wrong answer begins with what is wrong; nobody's own code does.
    return {file: _without_docstring(source) for file, source in bundle.wrong[name].files.items()}


def _without_docstring(source: bytes) -> bytes:
    first = ast.parse(source).body[0]
    lines = source.splitlines(keepends=True)
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return b"".join(lines[first.end_lineno or 0 :]).lstrip() if is_text else source


def _bundles() -> list[Bundle]:
    return read_bundles(path.parent for path in _ASSIGNMENTS.glob("*/assignment.toml"))


def _people(session: Session, course: Course) -> dict[str, Person]:
    password_hash = hash_of_password(PASSWORD)
    people = {}
    for one in (*PEOPLE, *_CLASSMATES):
        person = find_or_add_person(session, one.email, one.name, password_hash)
        session.add(Membership(course_id=course.id, person_id=person.id, role=one.role, section=one.section))
        people[one.email] = person
    return people


def _assignment(session: Session, course: Course, bundle: Bundle, place: int, now: datetime) -> Assignment:
    version = keep_version(session, bundle)
    policy = bundle.manifest.policy
    assignment = Assignment(
        course_id=course.id,
        slug=bundle.slug,
        version_hash=version.hash,
        due_at=now.replace(minute=0, second=0, microsecond=0) + timedelta(days=7 * place - 3),
        attempts=10 if place == 1 else policy.attempts,
        active_rule=policy.counting,
        late_percent_per_day=10.0 if place < 2 else policy.late_percent_per_day,
        position=place,
        visibility="visible",
    )
    session.add(assignment)
    session.flush()
    return assignment


def _submit(
    session: Session, people: Mapping[str, Person], assignment: Assignment, bundle: Bundle, now: datetime
) -> None:
    past: Iterable[tuple[str, float, str]] = _PAST.get(bundle.slug, ())
    for email, days, answer in past:
        files = _answer(bundle, answer)
        at = now - timedelta(days=days)
        kept = store_submission(session, person=people[email], assignment=assignment, files=files, at=at)
        request_run(session, kept, queue="interactive")
        draft = draft_of(session, people[email].id, assignment.id)
        save_draft(session, people[email].id, assignment.id, files, draft.revision if draft else 0)
