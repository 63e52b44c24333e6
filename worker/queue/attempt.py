"""One try of a run: a bench is borrowed, and the submission graded on it."""

from collections.abc import Callable
from typing import Final

import structlog

from grader import records
from grader.bundle import Bundle, Submission
from grader.results import Run, TestResult
from worker.bench import BenchError, UnloadableSuite
from worker.pool import Pool
from worker.queue.bundles import Bundles
from worker.queue.logs import trace_of
from worker.queue.patience import patiently
from worker.walls import WallUnavailable

__all__ = ["NoBench", "attempt"]

_LOG: Final = structlog.get_logger("gradeloop.attempt")
_BENCH_SECONDS: Final = 60.0
_DATABASE_SECONDS: Final = 60.0


class NoBench(RuntimeError):
    """No bench could be had, so the run was not begun; the text says why."""


def attempt(taken: records.Taken, bundles: Bundles, pool: Pool, on_test: Callable[[TestResult], None]) -> Run:
    """Grade a run; whatever breaks on our side ends as "not graded".

    Raises:
        NoBench: no bench could be had.
        grader.records.DatabaseGone: the bundle could not be read.
    """
    submission, bundle = Submission(taken.files), None
    try:
        bundle = patiently(lambda: bundles.of(taken.version), _DATABASE_SECONDS)
        with pool.borrow(taken.environment, _BENCH_SECONDS) as bench:
            public_only = taken.kind == "check"
            return bench.grade(bundle, submission, taken.seed, on_test=on_test, public_only=public_only)
    except records.DatabaseGone:
        raise
    except UnloadableSuite as error:
        return _not_graded(taken, submission, bundle, f"The suite cannot be used: {error}")
    except (WallUnavailable, BenchError) as error:
        raise NoBench(str(error)) from error
    except Exception as error:  # a mistake of ours costs the student nothing
        _LOG.error("the grading broke", error=type(error).__name__, trace=trace_of(error))
        return _not_graded(taken, submission, bundle, f"The grading broke: {type(error).__name__}.")


def _max_score(taken: records.Taken, bundle: Bundle) -> float:
    return round(float(bundle.points_of(public_only=taken.kind == "check")), 4)


def _not_graded(taken: records.Taken, submission: Submission, bundle: Bundle | None, message: str) -> Run:
    return Run(
        outcome="not graded",
        score=None,
        max_score=_max_score(taken, bundle) if bundle else 0.0,
        version=taken.version,
        submission=submission.id,
        seed=0,
        duration_ms=0.0,
        message=message,
        assignment=taken.slug,
    )
