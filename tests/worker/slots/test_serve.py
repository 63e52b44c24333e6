"""A worker that is started too early, or cannot open its slots, uses no wake-up up for nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery.exceptions import Reject

from records.database.migrate import migrate
from tests.grading import bundle_named, reference_of, submission_of
from tests.services.redis import Redis
from tests.services.server import wait_until
from tests.services.service import Service
from worker.slots.serve import grade_next

BUNDLE = bundle_named("double")


@pytest.fixture
def empty(tmp_path: Path, broker: Redis) -> Iterator[Service]:
    """A service whose database has no tables yet."""
    with Service(f"sqlite:///{tmp_path}/records.db", broker.url, migrate=False) as service:
        yield service


def test_a_worker_that_is_started_before_its_tables_are_there_grades_as_soon_as_they_are(empty: Service) -> None:
    empty.start("interactive")
    wait_until(lambda: "no heartbeat" in empty.text(), "the slot has missed its tables")
    migrate(empty.database)

    submission = submission_of(BUNDLE, reference_of("double"))
    ticket = empty.submit(empty.student(), empty.assignment(BUNDLE), submission, admitted=True)

    assert empty.result(ticket.run_id).outcome == "graded"


def test_a_child_that_cannot_open_its_slot_ends_and_leaves_the_tokens_to_others(empty: Service) -> None:
    empty.start("interactive", GRADELOOP_DATABASE_URL="nonsense://")
    for _ in range(3):
        empty.send_wakeup("interactive")

    def failed() -> list[str]:
        return [line["error"] for line in empty.log("interactive") if line["event"] == "no slot can be opened"]

    wait_until(lambda: len(failed()) > 2, "several children have failed")
    empty.stop("interactive")
    assert empty.wakeups("interactive") >= 3


def test_a_token_that_meets_a_process_without_a_slot_goes_back() -> None:
    with pytest.raises(Reject) as rejected:
        grade_next()
    assert rejected.value.requeue
