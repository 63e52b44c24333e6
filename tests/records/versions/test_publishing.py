"""Versions of an assignment in the records: brought, put in force through the gate, and restored."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from records.courses import extensions
from records.courses.extensions import Extension, withdraw_extension
from records.courses.models import Assignment, Membership
from records.courses.policy import change_policy, effective_policy, policy_for
from records.database.audit import AuditEntry
from records.database.engine import Database, clock
from records.people.models import Person
from records.queue.jobs import request_job
from records.queue.runs import request_run
from records.versions import publishing
from records.versions.models import keep_version
from records.versions.publishing import GateClosed, Upload, publish_version
from tests.grading import bundle_named
from tests.records import samples
from tests.records.racing import at_once

DOUBLE = bundle_named("double")
NEWER = Bundle.from_files("double", DOUBLE.files | {"prompt.md": b"Another statement.\n"})


@pytest.fixture
def session(database: Database):  # type: ignore[no-untyped-def]
    """A session that writes."""
    with database.write() as session:
        yield session


def verified(session: Session, task: Assignment, person: Person, *, gate_open: bool) -> None:
    job = request_job(session, "verification", task, person.id, NEWER.version)
    job.state, job.gate_open = "done", gate_open
    job.finished_at = job.asked_at = clock(session)
    session.flush()


def actions(session: Session) -> Sequence[str]:
    return session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()


def test_a_version_is_brought_once_and_the_first_note_stays(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    first = publishing.upload_version(session, task, NEWER, ines.id, "first")
    again = publishing.upload_version(session, task, NEWER, samples.person(session).id, "again")
    assert again is first
    assert (first.note, first.person_id, task.version_hash) == ("first", ines.id, DOUBLE.version)
    assert actions(session) == ["upload version"]


def test_of_those_who_bring_the_same_at_once_one_is_written_down(database: Database) -> None:
    with database.write() as session:
        task = samples.assignment(session)
        keep_version(session, NEWER)
        people = [samples.person(session).id for _ in range(4)]

    def bring(person_id: str) -> str | None:
        with database.write() as session:
            return publishing.upload_version(session, session.get_one(Assignment, task.id), NEWER, person_id).person_id

    brought = at_once(*(partial(bring, person_id) for person_id in people))
    assert len(set(brought)) == 1
    with database.read() as session:
        assert actions(session) == ["upload version"]


def test_a_gate_that_is_not_open_lets_nothing_through(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    publishing.upload_version(session, task, NEWER, ines.id)
    with pytest.raises(GateClosed, match="not been verified"):
        publish_version(session, task, NEWER.version, ines.id)
    verified(session, task, ines, gate_open=False)
    with pytest.raises(GateClosed, match="gate of this version is shut"):
        publish_version(session, task, NEWER.version, ines.id, "because")
    with pytest.raises(GateClosed, match="Say why"):
        publish_version(session, task, NEWER.version, ines.id, "  ", override=True)
    assert task.version_hash == DOUBLE.version
    publish_version(session, task, NEWER.version, ines.id, "because", override=True)
    assert task.version_hash == NEWER.version
    assert actions(session) == ["upload version", "override gate"]


def test_the_last_verification_counts(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    publishing.upload_version(session, task, NEWER, ines.id)
    verified(session, task, ines, gate_open=True)
    verified(session, task, ines, gate_open=False)
    with pytest.raises(GateClosed):
        publish_version(session, task, NEWER.version, ines.id)


def test_publishing_shows_an_assignment_only_where_it_is_asked_to(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    publishing.upload_version(session, task, NEWER, ines.id)
    verified(session, task, ines, gate_open=True)
    assert not publish_version(session, task, NEWER.version, ines.id).shown
    assert task.visibility == "hidden"
    assert publish_version(session, task, NEWER.version, ines.id, show=True).shown
    assert task.visibility == "visible"


def test_the_version_that_was_in_force_can_be_restored_though_nobody_brought_it(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    publishing.upload_version(session, task, NEWER, ines.id)
    verified(session, task, ines, gate_open=True)
    assert publish_version(session, task, NEWER.version, ines.id).before == DOUBLE.version
    publish_version(session, task, DOUBLE.version, ines.id, "It was better.", override=True)
    assert task.version_hash == DOUBLE.version
    kept = session.get_one(Upload, (task.id, DOUBLE.version))
    assert (kept.person_id, kept.note) == (None, "")


def test_a_version_of_another_assignment_is_not_published(session: Session) -> None:
    task, other, ines = samples.assignment(session), samples.assignment(session), samples.person(session)
    publishing.upload_version(session, other, NEWER, ines.id)
    with pytest.raises(LookupError):
        publish_version(session, task, NEWER.version, ines.id, "because", override=True)


def test_grades_of_other_versions_are_counted(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    for kind in ("submit", "submit", "trial"):
        kept = samples.submission(session, samples.person(session), task, kind=kind)
        run = request_run(session, kept, queue="interactive")
        samples.graded_run(session, run, samples.MOMENT, samples.MOMENT, "slot 1")
        kept.run_id = run.id
    samples.waiting_run(session, samples.person(session), task)
    publishing.upload_version(session, task, NEWER, ines.id)
    published = publish_version(session, task, NEWER.version, ines.id, "because", override=True)
    assert published.graded_by_others == 2


def test_an_extension_takes_the_place_of_another_and_is_withdrawn(session: Session) -> None:
    task, ada, ines = samples.assignment(session), samples.person(session), samples.person(session, "Ines")
    for person, role in ((ada, "student"), (ines, "instructor")):
        session.add(Membership(course_id=task.course_id, person_id=person.id, role=role))
    session.flush()
    due = datetime(2030, 1, 1, tzinfo=UTC)
    granted = {"reason": "ill", "granted_by": ines.id}
    assert (
        extensions.grant_extension(session, task, [ada.id, ines.id, "nobody"], due_at=due, attempts=None, **granted)
        == 1
    )
    assert extensions.grant_extension(session, task, [ada.id], due_at=None, attempts=4, **granted) == 1
    session.flush()
    policy = policy_for(session, ada.id, task)
    assert (policy.due_at, policy.attempts) == (None, 4)
    assert withdraw_extension(session, task, ada.id, ines.id)
    session.flush()
    assert policy_for(session, ada.id, task) == effective_policy(task)
    assert not withdraw_extension(session, task, ada.id, ines.id)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.before is None, entry.after is None) for entry in entries] == [
        ("extend", True, False),
        ("extend", False, False),
        ("withdraw extension", False, True),
    ]


def test_of_two_who_extend_the_same_at_once_the_later_stands(database: Database) -> None:
    with database.write() as session:
        task, ines = samples.assignment(session), samples.person(session, "Ines")
        students = [samples.person(session).id for _ in range(20)]
        for one in students:
            session.add(Membership(course_id=task.course_id, person_id=one, role="student"))

    def extend(attempts: int) -> int:
        with database.write() as session:
            found = session.get_one(Assignment, task.id)
            return extensions.grant_extension(
                session, found, students, due_at=None, attempts=attempts, reason="ill", granted_by=ines.id
            )

    assert at_once(partial(extend, 4), partial(extend, 5)) == [20, 20]
    with database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        stored = {one.attempts for one in session.scalars(select(Extension))}
    assert stored == {entries[-1].after["attempts"]}
    assert [entry.before is None for entry in entries] == [True] * 20 + [False] * 20


def test_only_terms_that_change_are_written_down(session: Session) -> None:
    task, ines = samples.assignment(session), samples.person(session, "Ines")
    due = datetime(2030, 1, 1, tzinfo=UTC)
    assert change_policy(session, task, {"due_at": due, "attempts": 0, "slug": "other"}, ines.id)
    assert not change_policy(session, task, {"due_at": due}, ines.id)
    [entry] = session.scalars(select(AuditEntry)).all()
    assert (entry.before, entry.after) == ({"due_at": None}, {"due_at": "2030-01-01T00:00:00+00:00"})
    assert task.slug == "double"
