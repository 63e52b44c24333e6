"""Submitting, as the portal does it: first into the database, then to the workers."""

from typing import Any

from grader.bundle.submission import SubmittedFiles
from records.database.engine import Database
from records.submissions import submit as records
from records.submissions.submit import Receipt
from worker.queue.announcing import Announcer
from worker.settings import Queue


def submit(
    database: Database,
    announcer: Announcer,
    person_id: str,
    assignment_id: str,
    submission: SubmittedFiles,
    *,
    queue: Queue = "interactive",
    **options: Any,
) -> Receipt:
    """Submit as `records.submissions.submit.submit` does, with its options, then wake a worker."""
    with database.write() as session:
        receipt = records.submit(session, person_id, assignment_id, submission, queue=queue, **options)
    announcer.announce(receipt.run_id, queue)
    return receipt
