"""Jobs: requested once, however many do so at the same moment, and claimed under a lease; on both databases."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from records.courses.models import Assignment
from records.database.engine import Database, clock
from records.errors import NotAllowed
from records.queue.jobs import (
    ClaimedJob,
    Job,
    JobKind,
    claim_job,
    complete_job,
    release_job,
    report_progress,
    request_job,
    sweep_jobs,
)
from records.queue.leases import Swept
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


def claimed(database: Database, lease_seconds: float = 60) -> ClaimedJob:
    """Claim a job that must be there."""
    with database.write() as session:
        found = claim_job(session, lease_seconds, ["numpy"])
    assert found is not None
    return found


def test_a_job_is_claimed_by_one_and_completed_once(ask: Callable[..., str], database: Database) -> None:
    ask("similarity", None)
    job = claimed(database)
    with database.write() as session:
        assert claim_job(session, 60, ["numpy"]) is None
        assert complete_job(session, job, {"pairs": []})
        assert not complete_job(session, job, message="late")
        assert not report_progress(session, job, 60, (1, 2, "pairs"))
        assert session.get_one(Job, job.id).state == "done"


def test_progress_renews_the_lease_of_a_job(ask: Callable[..., str], database: Database) -> None:
    ask("similarity", None)
    job = claimed(database, lease_seconds=-1)
    with database.write() as session:
        assert report_progress(session, job, 60, (1, 2, "pairs"))
        assert sweep_jobs(session, clock(session), 3) == Swept([], [])
        kept = session.get_one(Job, job.id)
        assert (kept.state, kept.done, kept.total, kept.doing) == ("running", 1, 2, "pairs")


def test_a_job_that_is_released_or_swept_too_often_fails(ask: Callable[..., str], database: Database) -> None:
    job_id = ask("similarity", None)
    first = claimed(database)
    with database.write() as session:
        assert release_job(session, first, "No bench.", max_tries=2)
        assert session.get_one(Job, job_id).state == "queued"
    assert claimed(database, lease_seconds=-1).tries == 2
    with database.write() as session:
        assert [job.id for job in sweep_jobs(session, clock(session), 2).ended] == [job_id]
        job = session.get_one(Job, job_id)
        assert (job.state, job.claim) == ("failed", None)
        assert job.message == "It was begun 2 times and broke off each time. The worker stopped answering."
