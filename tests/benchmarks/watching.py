"""One submission as a student sees it: submitted, followed test by test, finished, with the time of each step."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grader.bundle.submission import SubmittedFiles
from tests.benchmarks.running import HandedIn
from tests.services.service import Service
from worker.queue.events import Event

__all__ = ["Seen", "medians_of_steps", "submit_and_watch", "wait_of_student"]

_PAUSE_SECONDS: Final = 0.5  # between two submissions of students who are alone


@dataclass(frozen=True)
class Seen:
    """What was seen of a submission.

    Attributes:
        first_test_ms, finished_ms: from submitting until the student's page could show it.
        steps_ms: how long each step took, by the clock of one machine.
    """

    first_test_ms: float
    finished_ms: float
    steps_ms: dict[str, float]


def submit_and_watch(service: Service, submitted: HandedIn) -> Seen:
    """Submit, and follow the events of the run until it is finished."""
    begun = time.time()
    run_id = service.submit(*submitted, admitted=True).run_id
    seen: list[tuple[float, Event]] = []
    while not seen or seen[-1][1].kind != "finished":
        events = service.announcer.events.read(run_id, seen[-1][1].id if seen else "0", block_ms=1000)
        seen += [(time.time(), event) for event in events]
    first_test = next(at for at, event in seen if event.kind == "test")
    steps = _steps(service, run_id, begun, [event for _, event in seen], seen[-1][0])
    return Seen((first_test - begun) * 1000, (seen[-1][0] - begun) * 1000, steps)


def _steps(service: Service, run_id: str, begun: float, events: Sequence[Event], ended: float) -> dict[str, float]:
    run = service.run(run_id)
    assert run.claimed_at is not None
    assert run.duration_ms is not None
    taken = run.claimed_at.timestamp()
    queued, running, *_, finished = [_published(event) for event in events]
    graded = running + run.duration_ms / 1000
    marks = {
        "submitting: submission and run are stored": queued - begun,
        "the wake-up goes to a slot by the broker": taken - queued,
        "the slot takes the run from the database": running - taken,
        "grading on the bench, each test told as it ends": graded - running,
        "the result is stored": finished - graded,
        "the last event comes back": ended - finished,
    }
    return {step: seconds * 1000 for step, seconds in marks.items()}


def _published(event: Event) -> float:
    """Return when the broker was given an event, in seconds: its id begins with that."""
    return int(event.id.partition("-")[0]) / 1000


def wait_of_student(service: Service, assignment_id: str, answer: SubmittedFiles) -> float:
    """Return the milliseconds from somebody's submitting to the result, after a pause."""
    student = service.student()
    time.sleep(_PAUSE_SECONDS)
    return submit_and_watch(service, (student, assignment_id, answer)).finished_ms


def medians_of_steps(seen: Sequence[Seen]) -> dict[str, float]:
    """Return how long each step took, as medians in milliseconds."""
    return {step: round(statistics.median(one.steps_ms[step] for one in seen), 1) for step in seen[0].steps_ms}
