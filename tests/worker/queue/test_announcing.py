"""What is submitted is in the database before anybody hears of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from records.database.engine import Database
from records.submissions.models import Run, Submission
from tests.grading import bundle_named, submission_of
from tests.records.samples import SOURCE, assignment, person
from tests.services.redis import Redis
from tests.services.submitting import submit
from worker.queue.announcing import Announcer
from worker.settings import Settings

SUBMISSION = submission_of(bundle_named("double"), SOURCE)


@pytest.fixture
def announcer(redis_server: Redis) -> Iterator[Announcer]:
    with Announcer(Settings(broker_url=redis_server.url)) as announcer:
        yield announcer


@pytest.fixture
def task(database: Database) -> tuple[str, str]:
    """A student and an assignment: their ids."""
    with database.write() as session:
        return person(session).id, assignment(session).id


def test_a_submission_waits_in_its_queue_and_says_so(
    database: Database, announcer: Announcer, task: tuple[str, str]
) -> None:
    ticket = submit(database, announcer, *task, SUBMISSION, admitted=True)
    with database.read() as session:
        run = session.get_one(Run, ticket.run_id)
        assert (run.state, run.queue, run.submission_id) == ("queued", "interactive", ticket.submission_id)
        assert run.submission.files == {"double.py": SOURCE}
    assert [event.kind for event in announcer.events.read(ticket.run_id)] == ["queued"]


def test_a_submission_is_kept_while_the_broker_is_away(
    database: Database, task: tuple[str, str], tmp_path: Path
) -> None:
    with Announcer(Settings(broker_url=f"unix://{tmp_path}/nobody.sock")) as announcer:
        ticket = submit(database, announcer, *task, SUBMISSION, kind="check", admitted=True)
    with database.read() as session:
        assert session.get_one(Run, ticket.run_id).state == "queued"
        assert session.get_one(Submission, ticket.submission_id).kind == "check"


def test_what_is_unknown_is_not_taken_in(database: Database, announcer: Announcer, task: tuple[str, str]) -> None:
    person_id, assignment_id = task
    with pytest.raises(LookupError, match="no person"):
        submit(database, announcer, "nobody", assignment_id, SUBMISSION, admitted=True)
    with pytest.raises(LookupError, match="no assignment"):
        submit(database, announcer, person_id, "nothing", SUBMISSION, admitted=True)
