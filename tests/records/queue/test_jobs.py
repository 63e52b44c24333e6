"""Jobs are asked for once, however many do so at the same moment; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from records.courses.models import Assignment
from records.database.engine import Database
from records.errors import NotAllowed
from records.queue.jobs import Job, JobKind, request_job
from records.versions.models import Version
from tests.records import samples
from tests.records.racing import at_once


@pytest.fixture
def ask(database: Database) -> Callable[..., str]:
    """Ask for a job of one assignment, and return its id, or why there is none."""
    with database.write() as session:
        task, ines = samples.assignment(session), samples.person(session, "Ines").id
        for version_hash in ("a" * 64, "b" * 64, "c" * 64):
            version = {"slug": "double", "environment": "numpy", "title": "Double", "max_score": 1.0, "files": {}}
            session.add(Version(hash=version_hash, **version))

    def act(kind: JobKind, version_hash: str | None) -> str:
        try:
            with database.write() as session:
                found = session.get_one(Assignment, task.id)
                return request_job(session, kind, found, ines, version_hash).id
        except NotAllowed as refused:
            return str(refused)

    return act


def test_those_who_ask_for_the_same_at_once_get_the_same(ask: Callable[..., str], database: Database) -> None:
    found = at_once(*[lambda: ask("similarity", "a" * 64)] * 4)
    assert len(set(found)) == 1
    with database.read() as session:
        assert session.scalars(select(Job.id)).all() == found[:1]


def test_no_more_than_two_are_underway_though_asked_for_at_once(ask: Callable[..., str], database: Database) -> None:
    found = at_once(*(lambda version=version * 64: ask("verification", version) for version in "abc"))
    assert sum("others of this assignment are underway" in one for one in found) == 1
    with database.read() as session:
        assert len(session.scalars(select(Job.id)).all()) == 2
