"""Whatever students submit, print or are called can be stored, alike on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from records.courses.models import Assignment
from records.database.audit import AuditEntry, audit
from records.database.engine import Database
from records.database.types import clean
from records.people.models import Person
from records.queue.runs import complete_run, request_run
from records.submissions.models import Run
from tests.records.samples import assignment, person, queued, result_of, submission, take
from tests.runs import FAILED

HOSTILE = (
    "\0 \ud800 \udfff \ud83d\ude00 \x1b[31m \u202e \U0001f600 '\"; DROP TABLE runs; -- %s :x {} \r\n" + "é" * 70_000
)
CLEANED = "� � � �� \x1b[31m \u202e \U0001f600 '\"; DROP TABLE runs; -- %s :x {} \r\n" + "é" * 70_000
EVERY_BYTE = bytes(range(256)) * 64


def test_names_and_outputs_may_hold_any_character(database: Database) -> None:
    run_id = queued(database)
    taken = take(database)
    texts = ("name", "title", "message", "diagnosis", "wrong", "hint", "output")
    hostile, cleaned = (replace(FAILED, **dict.fromkeys(texts, text)) for text in (HOSTILE, CLEANED))
    with database.write() as session:
        somebody = person(session, HOSTILE)
        assert complete_run(session, run_id, taken.claim, result_of(taken, hostile, message=HOSTILE))
    with database.read() as session:
        assert session.get_one(Person, somebody.id).name == CLEANED
        assert session.get_one(Run, run_id).result() == result_of(taken, cleaned, message=CLEANED)


def test_text_is_found_as_it_came(database: Database) -> None:
    with database.write() as session:
        person(session, "A\0da")
        assert session.scalars(select(Person.name).where(Person.name == "A\0da")).one() == "A�da"


@given(st.text(st.characters(codec=None)))
def test_cleaned_text_can_be_stored_anywhere_and_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert "\0" not in cleaned.encode().decode()
    assert clean(cleaned) == cleaned
    assert len(cleaned) == len(text)


@pytest.mark.parametrize("source", [b"", EVERY_BYTE, b"\0", b"\xff\xfe", "σ = 'é'\r\n".encode()])
def test_files_are_kept_byte_by_byte(database: Database, source: bytes) -> None:
    with database.write() as session:
        kept = submission(session, person(session), assignment(session), source)
        request_run(session, kept, queue="interactive")
    assert take(database).files == {"double.py": source}


def test_the_audit_log_keeps_plain_data(database: Database) -> None:
    before = {"name": HOSTILE, HOSTILE: [1, 2.5, None, True], "nested": {"scores": (float("nan"), float("inf"))}}
    with database.write() as session:
        audit(session, actor=HOSTILE, action="edit", before=before, after={"due": None})
    with database.read() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert entry.actor == CLEANED
    assert entry.before == {"name": CLEANED, CLEANED: [1, 2.5, None, True], "nested": {"scores": ["nan", "inf"]}}
    assert entry.after == {"due": None}


def test_moments_come_back_in_utc(database: Database) -> None:
    due = datetime(2026, 10, 25, 2, 30, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    with database.write() as session:
        task = assignment(session)
        task.due_at = due
    with database.read() as session:
        found = session.get_one(Assignment, task.id).due_at
    assert found == due
    assert found.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="has no time zone"), database.write() as session:
        assignment(session).due_at = datetime(2026, 10, 25)
