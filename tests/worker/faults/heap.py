"""A heap of runs, and what must have become of it in the end, whatever happened meanwhile."""

import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import func, select

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment
from records.database.engine import DatabaseGone
from records.submissions import models
from records.submissions.admission import attempts_used
from records.submissions.models import Run
from records.submissions.submit import Receipt
from tests.grading import bundle_named, reference_of, submission_of
from tests.services.server import wait_until
from tests.services.service import Service

__all__ = ["Heap"]

_DOUBLE: Final = bundle_named("double")
_MANIFEST: Final = _DOUBLE.files["assignment.toml"]
# Patient, so that a slow run may be slow enough to be met by a fault.
_BUNDLE: Final = Bundle.from_files(
    "double", {**_DOUBLE.files, "assignment.toml": _MANIFEST.replace(b"call_seconds = 1.0", b"call_seconds = 5.0")}
)
_RIGHT: Final = reference_of("double")
_PARTLY_RIGHT: Final = b"def double(x):\n    return 3 * x\n\n\ndef total(x):\n    return float(x.sum())\n"
_SLOW: Final = b"import time\n\n\n" + _RIGHT.replace(b"def double(x):\n", b"def double(x):\n    time.sleep(1.5)\n")
_CRASHES: Final = b"import os\n\n\ndef double(x):\n    os._exit(3)\n\n\ndef total(x):\n    return float(x.sum())\n"
_STUDENTS: Final = 25
_PATIENCE_SECONDS: Final = 180.0


class Heap:
    """Runs of many students, mostly right, some partly right, a few that end their own process.

    Args:
        service: that grades them.
        runs: how many.
        slots: how many slots the service has, and has again when it has recovered.

    Attributes:
        struck: when the fault came, by the database's kind of time; None as long as there was none.
        mended: when its cause was gone; what recovers is measured from then.
    """

    def __init__(self, service: Service, runs: int, slots: int) -> None:
        self._service = service
        self._slots = slots
        self._assignment = service.assignment(_BUNDLE)
        self._expected: dict[str, tuple[Receipt, float]] = {}
        self._attempts: Counter[str] = Counter()
        self._underway: list[str] = []
        students = [service.student() for _ in range(_STUDENTS)]
        for number in range(runs):
            self._submit(students[number % _STUDENTS], *_answer(number))
        self.struck: datetime | None = None
        self.mended: datetime | None = None

    def _submit(self, student: str, source: bytes, share: float) -> Receipt:
        ticket = self._service.submit(student, self._assignment, _submission(source), admitted=True)
        self._expected[ticket.run_id] = (ticket, share)
        self._attempts[student] += 1
        return ticket

    def victim(self) -> tuple[str, str]:
        """Have one slow run more underway; return its id, and the identity of the process that keeps its slot.

        A run that is claimed may not have met its bench yet, which would be renewed without counting a try; one with
        a result of a test has.
        """
        ticket = self._submit(self._service.student(), _SLOW, 1.0)
        wait_until(lambda: self._has_ended_a_test(ticket.run_id), "the slow run has ended its first test")
        slot = self._service.run(ticket.run_id).slot
        assert slot is not None
        return ticket.run_id, slot.rpartition("/")[2]

    def strike(self) -> None:
        """Note that the fault comes now."""
        with self._service.database.read() as session:
            underway = select(Run.id).where(Run.id.in_(self._expected), Run.state == "running")
            self._underway = list(session.scalars(underway))
        self.struck = self.mended = datetime.now(UTC)

    def mend(self) -> None:
        """Note that its cause is gone now."""
        self.mended = datetime.now(UTC)

    def finished(self) -> int:
        """Return how many runs have ended; as many as before where the database is away."""
        with self._service.database.read() as session:
            ended = select(func.count()).where(Run.id.in_(self._expected), Run.finished_at.is_not(None))
            return session.scalars(ended).one()

    def await_finished(self, count: int) -> None:
        """Wait until so many runs have ended."""
        wait_until(lambda: self._has_finished(count), f"{count} runs are finished", _PATIENCE_SECONDS)

    def hold(self) -> None:
        """Wait for the last run, and hold each to its grade: nothing lost, nothing counted twice, no zero of ours."""
        self.await_finished(len(self._expected))
        with self._service.database.read() as session:
            runs = session.scalars(select(Run).where(Run.assignment_id == self._assignment)).all()
            assert [run.state for run in runs] == ["graded"] * len(self._expected)
            assert len({run.submission_id for run in runs}) == len(self._expected)
            assignment = session.get_one(Assignment, self._assignment)
            for student, attempts in self._attempts.items():
                assert attempts_used(session, student, assignment) == attempts
            for run_id, (ticket, share) in self._expected.items():
                run = session.get_one(Run, run_id)
                result = run.result()
                assert result.outcome == "graded", (run.tries, result.message)
                assert result.score == result.max_score * share
                assert len(result.tests) == len({test.name for test in result.tests}) == 4
                assert session.get_one(models.Submission, ticket.submission_id).run_id == run_id
                assert run.tries <= 3

    def numbers(self) -> dict[str, Any]:
        """Return how many runs were begun again, and how soon all was as before the fault.

        That is when the runs that were underway are graded, and every slot has graded one that it took afterwards.
        """
        assert self.mended is not None
        with self._service.database.read() as session:
            runs = [session.get_one(Run, run_id) for run_id in self._expected]
        firsts: dict[str, datetime] = {}
        for run in sorted(runs, key=lambda run: run.finished_at or self.mended):
            if run.slot and run.claimed_at and run.finished_at and run.claimed_at > self.mended:
                firsts.setdefault(run.slot, run.finished_at)
        slots = sorted(firsts.values())
        assert len(slots) >= self._slots, "not every slot has graded a run again"
        ends = [run.finished_at for run in runs if run.id in self._underway and run.finished_at]
        recovered = max(slots[self._slots - 1], *ends) if ends else slots[self._slots - 1]
        seconds = max(0.0, (recovered - self.mended).total_seconds())
        return {"recovered_seconds": round(seconds, 1), "begun_again": sum(run.tries > 1 for run in runs)}

    def _has_ended_a_test(self, run_id: str) -> bool:
        return any(event.kind == "test" for event in self._service.announcer.events.read(run_id))

    def _has_finished(self, count: int) -> bool:
        with suppress(DatabaseGone):
            return self.finished() >= count
        time.sleep(0.2)
        return False


def _answer(number: int) -> tuple[bytes, float]:
    if number % 20 == 7:
        return _CRASHES, 0.25
    return (_PARTLY_RIGHT, 0.25) if number % 4 == 1 else (_RIGHT, 1.0)


def _submission(source: bytes) -> SubmittedFiles:
    return submission_of(_BUNDLE, source)
