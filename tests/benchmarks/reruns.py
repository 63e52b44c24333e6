"""A shadow rerun from asking to undoing, and what students notice of it who submit meanwhile."""

import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment
from records.database.engine import clock
from records.reruns.applying import apply_rerun, undo_rerun
from records.reruns.comparison import compare
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun, RerunItem
from records.reruns.selection import select_submissions
from records.versions.publishing import upload_version
from tests.benchmarks.answers import draw_answer, with_short_limits
from tests.benchmarks.figures import summary
from tests.benchmarks.running import await_finished, finished, grade_heap, running_service, warm_up
from tests.benchmarks.watching import wait_of_student
from tests.services.service import Service

__all__ = ["measure_rerun"]

_STUDENTS: Final = 100


def measure_rerun(console: Console, bundle: Bundle, count: int, rounds: int) -> dict[str, Any]:
    """Measure a rerun of many submissions by a mended suite; print a table, and return the figures.

    Args:
        console: where the table goes.
        bundle: the assignment.
        count: submissions of the rerun.
        rounds: submissions of students while nothing else goes on, half before and half after the rerun.
    """
    console.print(f"\n[bold]A shadow rerun of {count} submissions while students submit[/]")
    bundle = with_short_limits(bundle)
    with running_service("numpy") as service:
        assignment_id = service.assignment(bundle)
        answer = SubmittedFiles(bundle.reference)
        warm_up(service, assignment_id, answer)
        draw = random.Random(1)
        students = itertools.cycle([service.student() for _ in range(_STUDENTS)])
        grade_heap(service, [(next(students), assignment_id, draw_answer(bundle, draw)) for _ in range(count)])
        figures = _rerun(service, assignment_id, _mended(bundle), (assignment_id, answer), count, rounds)
    _show(console, figures)
    return figures


def _mended(bundle: Bundle) -> Bundle:
    """Return another version of a bundle, that costs the same to grade by."""
    hidden = bundle.files["test_hidden.py"] + b"\n# mended\n"
    return Bundle.from_files(bundle.slug, {**bundle.files, "test_hidden.py": hidden})


def _rerun(
    service: Service, assignment_id: str, mended: Bundle, submitted: tuple[str, SubmittedFiles], count: int, rounds: int
) -> dict[str, Any]:
    alone = [wait_of_student(service, *submitted) for _ in range(rounds // 2)]
    beside: list[float] = []
    begun = time.monotonic()
    seconds, rerun_id, run_ids = _ask(service, assignment_id, mended, count)
    while finished(service, run_ids) < len(run_ids):
        beside.append(wait_of_student(service, *submitted))
    await_finished(service, run_ids)
    lasted = time.monotonic() - begun
    alone += [wait_of_student(service, *submitted) for _ in range(rounds // 2)]
    figures = {"alone": summary(alone), "beside a rerun": summary(beside)}
    return {
        **figures,
        "submissions": len(run_ids),
        "seconds": round(lasted, 1),
        "per_second": round(len(run_ids) / lasted, 2),
        "p95_times_alone": round(figures["beside a rerun"]["p95_ms"] / figures["alone"]["p95_ms"], 2),
        "steps_seconds": {"ask": seconds, **_decide(service, rerun_id)},
    }


def _ask(service: Service, assignment_id: str, mended: Bundle, count: int) -> tuple[float, str, list[str]]:
    person_id = service.student()
    with _timed() as seconds, service.database.write() as session:
        assignment = session.get_one(Assignment, assignment_id)
        upload_version(session, assignment, mended, person_id)
        now = clock(session)
        asked = Rerun(
            course_id=assignment.course.id,
            person_id=person_id,
            reason="The suite was mended.",
            assignment_id=assignment.id,
            version_hash=mended.version,
        )
        rerun = begin_rerun(
            session, asked, select_submissions(session, assignment.course.id, assignment, "all", now)[:count]
        )
        items = session.query(RerunItem.run_after).filter_by(rerun_id=rerun.id)
        run_ids = [run_id for (run_id,) in items]
    service.announcer.wake("background", len(run_ids))
    return seconds(), rerun.id, run_ids


def _decide(service: Service, rerun_id: str) -> dict[str, float]:
    """Return how long it takes to compare, to apply, and to undo."""
    person_id = service.student()
    steps: dict[str, Callable[[Session, Rerun], object]] = {
        "compare": compare,
        "apply": lambda session, rerun: apply_rerun(session, rerun, person_id, "all"),
        "undo": lambda session, rerun: undo_rerun(session, rerun, person_id, "A measurement."),
    }
    taken = {}
    for name, step in steps.items():
        with _timed() as seconds, service.database.write() as session:
            step(session, session.get_one(Rerun, rerun_id))
        taken[name] = seconds()
    return taken


@contextmanager
def _timed() -> Iterator[Callable[[], float]]:
    begun = time.monotonic()
    ended: list[float] = []
    yield lambda: round((ended[0] if ended else time.monotonic()) - begun, 2)
    ended.append(time.monotonic())


def _show(console: Console, figures: dict[str, Any]) -> None:
    table = Table("a student waits", "p50 ms", "p95 ms", "submissions")
    for name in ("alone", "beside a rerun"):
        table.add_row(name, *(str(figures[name][figure]) for figure in ("p50_ms", "p95_ms", "count")))
    steps = ", ".join(f"to {name} {seconds} s" for name, seconds in figures["steps_seconds"].items())
    console.print(
        table,
        f"{figures['submissions']} were graded again in {figures['seconds']} s, {figures['per_second']} a second, "
        f"meanwhile p95 is {figures['p95_times_alone']} times what it is alone. One transaction each: {steps}.",
    )
