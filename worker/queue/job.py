"""One try of a job: the lab verifies a version on benches of its own, or submissions are searched for likeness."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from grader import limits
from grader.bundle.bundle import Bundle
from records.database.engine import Database
from records.insights import similarity
from records.queue.jobs import ClaimedJob
from records.submissions.models import Submission
from worker.benches.verifier import Verifier
from worker.isolation.choice import choose_isolation
from worker.queue.app import TASK_SECONDS
from worker.settings import Queue, Settings
from worker.slots.bundles import Bundles

_JOB_SECONDS: Final = 900.0
_MARGIN_SECONDS: Final = 60.0  # for benches to start and to end

OnProgress = Callable[[int, int, str], object]


class TookTooLong(Exception):
    """A job was ended because of its time; the text says so to whoever asked."""


def job(
    taken: ClaimedJob,
    database: Database,
    bundles: Bundles,
    settings: Settings,
    queue: Queue,
    on_progress: OnProgress,
) -> tuple[dict[str, Any], bool | None]:
    """Return a job's report, and whether the gate is open where it is an verification.

    Raises:
        TookTooLong: its time is up.
        worker.isolation.WallUnavailable, worker.benches.bench.BenchError: no bench could be had.
        records.insights.fingerprints.Unavailable: what the search needs is not installed.
        records.DatabaseGone: the database cannot be reached.
    """
    bundle = bundles.of(taken.version) if taken.version else None
    if taken.kind == "verification" and bundle is not None:
        return _verify(taken, bundle, settings, queue, on_progress)
    with database.read() as session:
        submissions = _last_submissions(session, taken.assignment_id)
    starter = bundle.starter if bundle else {}
    go_on = _until(time.monotonic() + _JOB_SECONDS, on_progress, "There is too much code to be compared.")
    return dict(similarity.search(submissions, starter, lambda done, total: go_on(done, total, "pairs"))), None


def _verify(
    taken: ClaimedJob, bundle: Bundle, settings: Settings, queue: Queue, on_progress: OnProgress
) -> tuple[dict[str, Any], bool]:
    # A grading that has begun is waited for, and a task that takes too long would be killed with nothing said.
    longest = bundle.manifest.limits.run_seconds + limits.LAB_DIAGNOSIS_SECONDS + limits.JUDGE_GRACE_SECONDS
    ends_at = time.monotonic() + min(_JOB_SECONDS, TASK_SECONDS - longest - _MARGIN_SECONDS)
    go_on = _until(ends_at, on_progress, "Make the tests quicker, or lower `limits.run_seconds`.")
    isolation, _ = choose_isolation(settings, queue)
    with Verifier(isolation, bundle.manifest.environment) as verifier:
        report = verifier.verify(bundle, taken.seed, go_on)
    return {**report.to_json(), "seed": taken.seed}, report.gate_open


def _until(ends_at: float, on_progress: OnProgress, remedy: str) -> OnProgress:
    """Return what tells of progress, and ends the job when its time is up."""

    def go_on(done: int, total: int, doing: str) -> None:
        on_progress(done, total, doing)
        if time.monotonic() > ends_at and done < total:
            raise TookTooLong(f"Its time was up with {done} of {total} done. {remedy}")

    return go_on


def _last_submissions(session: Session, assignment_id: str) -> dict[str, Mapping[str, bytes]]:
    """Return the files of each student's last submission, by its id; of no more than are compared."""
    of_assignment = (Submission.assignment_id == assignment_id, Submission.kind == "submit")
    query = select(Submission.person_id, Submission.id).where(*of_assignment)
    in_order = query.order_by(Submission.created_at, Submission.id)
    last = {row.person_id: row.id for row in session.execute(in_order)}
    files = {}
    for submission_id in list(last.values())[: similarity.MAX_SUBMISSIONS]:
        found = select(Submission.files).where(Submission.id == submission_id)
        files[submission_id] = session.scalars(found).one()
    return files
