"""Submitting, and grading again, as the portal does it: first into the database, then to the workers."""

from typing import Any

from grader.bundle.submission import SubmittedFiles
from records.database.engine import Database
from records.queue.runs import request_run
from records.submissions import submit as records
from records.submissions.models import Submission
from records.submissions.submit import Receipt
from records.versions.models import Version
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


def grade_again(
    database: Database, announcer: Announcer, submission_id: str, *, version_hash: str | None = None
) -> Receipt:
    """Queue a submission in the background for another grading, by another version where one is named."""
    with database.write() as session:
        version = session.get_one(Version, version_hash) if version_hash else None
        submission = session.get_one(Submission, submission_id)
        run = request_run(session, submission, queue="background", version=version)
        receipt = records.receipt_of(session, run)
    announcer.announce(receipt.run_id, "background")
    return receipt
