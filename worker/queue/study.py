"""One try of a study: the lab examines a version on benches of its own, or submissions are searched for likeness."""

import time
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from grader import records, similarity
from grader.bundle import Bundle
from worker.laboratory import Laboratory
from worker.queue.bundles import Bundles
from worker.settings import Lane, Settings
from worker.walls.choice import choose_wall

__all__ = ["OnProgress", "TookTooLong", "study"]

EXAMINATION_SECONDS: Final = 900.0  # less than a task may take

OnProgress = Callable[[int, int, str], object]


class TookTooLong(Exception):
    """An examination was ended because of its time; the text says so to its author."""


def study(
    taken: records.TakenStudy,
    database: records.Database,
    bundles: Bundles,
    settings: Settings,
    lane: Lane,
    on_progress: OnProgress,
) -> tuple[dict[str, Any], bool | None]:
    """Return a study's report, and whether the gate is open where it is an examination.

    Raises:
        TookTooLong: the examination was ended.
        worker.walls.WallUnavailable, worker.bench.BenchError: no bench could be had.
        grader.similarity.Unavailable: what the search needs is not installed.
        grader.records.DatabaseGone: the database cannot be reached.
    """
    bundle = bundles.of(taken.version) if taken.version else None
    if taken.kind == "examination" and bundle is not None:
        return _examine(taken, bundle, settings, lane, on_progress)
    with database.read() as session:
        submissions = _last_submissions(session, taken.assignment_id)
    starter = bundle.starter if bundle else {}
    return similarity.search(submissions, starter, lambda done, total: on_progress(done, total, "pairs")), None


def _examine(
    taken: records.TakenStudy, bundle: Bundle, settings: Settings, lane: Lane, on_progress: OnProgress
) -> tuple[dict[str, Any], bool]:
    ends_at = time.monotonic() + EXAMINATION_SECONDS

    def go_on(done: int, total: int, doing: str) -> None:
        on_progress(done, total, doing)
        if time.monotonic() > ends_at and done < total:
            minutes = EXAMINATION_SECONDS / 60
            raise TookTooLong(
                f"The examination was ended after {minutes:.0f} minutes, with {done} of {total} gradings done. "
                "Make the tests quicker, or lower `limits.run_seconds`."
            )

    wall, _ = choose_wall(settings, lane)
    with Laboratory(wall, bundle.manifest.environment) as laboratory:
        report = laboratory.examine(bundle, taken.seed, go_on)
    return {**report.to_json(), "seed": taken.seed}, report.gate_open


def _last_submissions(session: Session, assignment_id: str) -> dict[str, Any]:
    """Return the files of each student's last submission, by its id."""
    query = (
        select(records.Submission)
        .where(records.Submission.assignment_id == assignment_id, records.Submission.kind == "submit")
        .order_by(records.Submission.created_at, records.Submission.id)
        .options(undefer(records.Submission.files))
    )
    last = {submission.person_id: submission for submission in session.scalars(query)}
    return {submission.id: submission.files for submission in last.values()}
