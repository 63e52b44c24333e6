"""A heap of runs, and what must have become of it in the end, whatever happened meanwhile."""

import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select

from grader import records
from grader.bundle import Submission
from tests.grading import bundle_named, reference_of, submission_of
from tests.services.server import wait_until
from tests.services.service import Service
from worker.queue.intake import Ticket

__all__ = ["Heap"]

_BUNDLE: Final = bundle_named("double")
_RIGHT: Final = reference_of("double")
_PARTLY_RIGHT: Final = b"def double(x):\n    return 3 * x\n\n\ndef total(x):\n    return float(x.sum())\n"
_CRASHES: Final = b"import os\n\n\ndef double(x):\n    os._exit(3)\n\n\ndef total(x):\n    return float(x.sum())\n"
_STUDENTS: Final = 25
_PATIENCE_SECONDS: Final = 180.0


class Heap:
    """Runs of many students, mostly right, some partly right, a few that end their own process.

    Attributes:
        struck: when the fault came, by the database's kind of time; None as long as there was none.
        mended: when its cause was gone; what recovers is measured from then.
    """

    def __init__(self, service: Service, runs: int) -> None:
        self._service = service
        assignment = service.assignment(_BUNDLE)
        students = [service.student() for _ in range(_STUDENTS)]
        self._expected: dict[str, tuple[Ticket, float]] = {}
        for number in range(runs):
            source, share = _answer(number)
            ticket = service.intake.hand_in(
                students[number % _STUDENTS], assignment, _submission(source), admitted=True
            )
            self._expected[ticket.run_id] = (ticket, share)
        self.struck: datetime | None = None
        self.mended: datetime | None = None

    def strike(self) -> None:
        """Note that the fault comes now."""
        self.struck = self.mended = datetime.now(UTC)

    def mend(self) -> None:
        """Note that its cause is gone now."""
        self.mended = datetime.now(UTC)

    def finished(self) -> int:
        """Return how many runs have ended; as many as before where the database is away."""
        with self._service.database.read() as session:
            ended = select(func.count()).where(records.Run.id.in_(self._expected), records.Run.finished_at.is_not(None))
            return session.scalars(ended).one()

    def await_finished(self, count: int) -> None:
        """Wait until so many runs have ended."""
        wait_until(lambda: self._has_finished(count), f"{count} runs are finished", _PATIENCE_SECONDS)

    def hold(self) -> None:
        """Wait for the last run, and hold each to its grade: nothing lost, nothing counted twice, no zero of ours."""
        self.await_finished(len(self._expected))
        with self._service.database.read() as session:
            for run_id, (ticket, share) in self._expected.items():
                run = session.get_one(records.Run, run_id)
                result = run.result()
                assert result.outcome == "graded", (run.tries, result.message)
                assert result.score == result.max_score * share
                assert len(result.tests) == len({test.name for test in result.tests}) == 4
                assert session.get_one(records.Submission, ticket.submission_id).run_id == run_id
                assert run.tries <= 3

    def numbers(self) -> dict[str, Any]:
        """Return how often runs were begun, and how soon after the fault the next one was taken and finished."""
        assert self.mended is not None
        with self._service.database.read() as session:
            runs = [session.get_one(records.Run, run_id) for run_id in self._expected]
            ends = [
                (run.finished_at - self.mended).total_seconds()
                for run in runs
                if run.taken_at and run.finished_at and run.taken_at > self.mended
            ]
            tries = Counter(run.tries for run in runs)
        return {"recovered_seconds": round(min(ends), 1), "begun_again": sum(tries[n] for n in tries if n > 1)}

    def _has_finished(self, count: int) -> bool:
        with suppress(records.DatabaseGone):
            return self.finished() >= count
        time.sleep(0.2)
        return False


def _answer(number: int) -> tuple[bytes, float]:
    if number % 20 == 7:
        return _CRASHES, 0.25
    return (_PARTLY_RIGHT, 0.25) if number % 4 == 1 else (_RIGHT, 1.0)


def _submission(source: bytes) -> Submission:
    return submission_of(_BUNDLE, source)
