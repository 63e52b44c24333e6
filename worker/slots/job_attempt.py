"""One try of a job: verify a version on benches of its own, or search submissions for similar ones."""

import time
from collections.abc import Callable
from typing import Any, Final

from grader import limits
from grader.bundle.bundle import Bundle
from records.database.engine import Database
from records.insights import similarity
from records.queue.jobs import ClaimedJob
from records.submissions.submit import last_files
from worker.benches.verifier import Verifier
from worker.isolation.choice import choose_isolation
from worker.queue.app import TASK_SECONDS
from worker.settings import Queue, Settings
from worker.slots.bundles import Bundles

_JOB_SECONDS: Final = 900.0
_MARGIN_SECONDS: Final = 60.0  # for benches to start and to end

OnProgress = Callable[[int, int, str], object]


class TookTooLong(Exception):
    """A job ran out of time; the text says so to whoever requested it."""


def attempt_job(
    claimed: ClaimedJob, database: Database, bundles: Bundles, settings: Settings, queue: Queue, on_progress: OnProgress
) -> tuple[dict[str, Any], bool | None]:
    """Return a job's report, and whether the gate is open where it is a verification.

    Raises:
        TookTooLong: it ran out of time.
        IsolationUnavailable, BenchError: no bench was available.
        Unavailable: what the search needs is not installed.
        records.DatabaseGone: the database cannot be reached.
    """
    bundle = bundles.of(claimed.version) if claimed.version else None
    if claimed.kind == "verification" and bundle is not None:
        return _verify(claimed, bundle, settings, queue, on_progress)
    with database.read() as session:
        most = similarity.MAX_SUBMISSIONS
        submissions = last_files(session, claimed.assignment_id, most, withdrawn=claimed.withdrawn)
    starter = bundle.starter if bundle else {}
    go_on = _until(time.monotonic() + _JOB_SECONDS, on_progress, "There is too much code to be compared.")
    return dict(similarity.search(submissions, starter, lambda done, total: go_on(done, total, "pairs"))), None


def _verify(
    claimed: ClaimedJob, bundle: Bundle, settings: Settings, queue: Queue, on_progress: OnProgress
) -> tuple[dict[str, Any], bool]:
    # A grading that has begun is waited for, and a task that takes too long would be killed without a message.
    longest = bundle.manifest.limits.run_seconds + limits.VERIFY_DIAGNOSIS_SECONDS + limits.JUDGE_GRACE_SECONDS
    ends_at = time.monotonic() + min(_JOB_SECONDS, TASK_SECONDS - longest - _MARGIN_SECONDS)
    go_on = _until(ends_at, on_progress, "Make the tests quicker, or lower `limits.run_seconds`.")
    isolation, _ = choose_isolation(settings, queue)
    with Verifier(isolation, bundle.manifest.environment) as verifier:
        report = verifier.verify(bundle, claimed.seed, go_on)
    return {**report.to_json(), "seed": claimed.seed}, report.gate_open


def _until(ends_at: float, on_progress: OnProgress, remedy: str) -> OnProgress:
    def go_on(done: int, total: int, doing: str) -> None:
        on_progress(done, total, doing)
        if time.monotonic() > ends_at and done < total:
            raise TookTooLong(f"Its time was up with {done} of {total} done. {remedy}")

    return go_on
