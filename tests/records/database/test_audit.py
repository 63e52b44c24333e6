"""The audit log grows, and does nothing else."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from records.database.audit import AuditEntry, audit
from records.database.engine import Database, clock
from tests.services.postgres import ON_SQLITE


@pytest.fixture
def logged(database: Database) -> Database:
    """A database with two entries in its audit log."""
    with database.write() as session:
        before, after = {"score": 3.5}, {"score": 4.0}
        acts = {"actor": "ada", "submission_id": "1", "reason": "a test was wrong"}
        audit(session, action="regrade", before=before, after=after, **acts)
        audit(session, action="extend", **acts)
    return database


def test_entries_tell_who_did_what_when_and_why(logged: Database) -> None:
    with logged.write() as session:
        first, second = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert first.at <= second.at <= clock(session)
    assert (first.actor, first.action, first.submission_id, first.reason) == (
        "ada",
        "regrade",
        "1",
        "a test was wrong",
    )
    assert (first.before, first.after) == ({"score": 3.5}, {"score": 4.0})
    assert (second.action, second.before, second.after) == ("extend", None, None)


def test_entries_are_never_changed_or_removed(logged: Database) -> None:
    with pytest.raises(IntegrityError, match="the audit log is never changed"), logged.write() as session:
        session.execute(update(AuditEntry).values(actor="bob"))
    with pytest.raises(IntegrityError, match="nothing is removed from the audit log"), logged.write() as session:
        session.execute(delete(AuditEntry))
    with logged.read() as session:
        assert {entry.actor for entry in session.scalars(select(AuditEntry))} == {"ada"}


@ON_SQLITE
def test_entries_are_not_replaced_either(logged: Database) -> None:
    columns = "id, at, actor, action, reason"
    replace = text(f"INSERT OR REPLACE INTO audit_log ({columns}) SELECT 1, at, 'bob', '', '' FROM audit_log")
    with pytest.raises(IntegrityError, match="nothing is removed"), logged.write() as session:
        session.execute(replace)


def test_what_is_undone_is_not_logged(database: Database) -> None:
    def give_up(session: Session) -> None:
        audit(session, actor="ada", action="regrade", submission_id="1")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), database.write() as session:
        give_up(session)
    with database.read() as session:
        assert session.scalars(select(AuditEntry)).all() == []
