"""One try of a run: borrow a bench, and grade the submission on it."""

from collections.abc import Callable
from typing import Final

import structlog

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult, TestResult
from records.database.engine import DatabaseGone
from records.queue.runs import ClaimedRun
from worker.benches.grading import BenchError, UnloadableSuite
from worker.benches.pool import Pool
from worker.isolation.base import IsolationUnavailable
from worker.monitoring.logs import trace_of
from worker.slots.bundles import Bundles
from worker.slots.retries import retry_while_away

_LOG: Final = structlog.get_logger("gradeloop.attempt")
_BENCH_SECONDS: Final = 60.0
_DATABASE_SECONDS: Final = 60.0


class NoBench(RuntimeError):
    """No bench was available, so the run was not begun; the text says why."""


def attempt(claimed: ClaimedRun, bundles: Bundles, pool: Pool, on_test: Callable[[TestResult], None]) -> RunResult:
    """Grade a run; whatever breaks on our side ends as "not graded".

    Raises NoBench if none was available, DatabaseGone if the bundle could not be read.
    """
    submission, bundle = SubmittedFiles(claimed.files), None
    try:
        bundle = retry_while_away(lambda: bundles.of(claimed.version), _DATABASE_SECONDS)
        with pool.borrow(claimed.environment, _BENCH_SECONDS) as bench:
            public_only = claimed.kind == "check"
            return bench.grade(bundle, submission, claimed.seed, on_test=on_test, public_only=public_only)
    except DatabaseGone:
        raise
    except UnloadableSuite as error:
        return _not_graded(claimed, submission, bundle, f"The suite cannot be used: {error}")
    except (IsolationUnavailable, BenchError) as error:
        raise NoBench(str(error)) from error
    except Exception as error:  # our mistake costs the student nothing
        _LOG.error("the grading broke", error=type(error).__name__, trace=trace_of(error))
        return _not_graded(claimed, submission, bundle, f"The grading broke: {type(error).__name__}.")


def _not_graded(claimed: ClaimedRun, submission: SubmittedFiles, bundle: Bundle | None, message: str) -> RunResult:
    max_score = round(float(bundle.points_of(public_only=claimed.kind == "check")), 4) if bundle else 0.0
    return RunResult(
        outcome="not graded",
        score=None,
        max_score=max_score,
        version=claimed.version,
        submission=submission.id,
        seed=0,
        duration_ms=0.0,
        message=message,
        assignment=claimed.slug,
    )
