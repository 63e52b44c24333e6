"""A flood of submissions and what is told to those who wait; then students who keep submitting during a batch."""

import itertools
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from records.database.engine import clock
from records.queue import eta
from tests.benchmarks.answers import draw_answer, with_short_limits
from tests.benchmarks.figures import summary
from tests.benchmarks.running import (
    HandedIn,
    await_finished,
    finished,
    running_service,
    runs_of,
    warm_up,
)
from tests.benchmarks.watching import wait_of_student
from tests.services.service import Service

__all__ = ["measure_flood"]

_STUDENTS: Final = 100
_LOOKS: Final = {"at the start": 0.0, "at a quarter": 0.25, "half way": 0.5}  # of the flood that is finished
_ASKED: Final = 60  # who ask, at each look, when they will be served
_NEAR_SECONDS: Final = 5.0  # who has less to wait is not counted: a quarter of it is no time
_TURNS: Final = 4  # of idleness and batch


@dataclass(frozen=True)
class _Look:
    """What was told to some who waited: seconds until the end of each, by run."""

    at: float
    told: dict[str, float]


def measure_flood(console: Console, bundles: Sequence[Bundle], flood: int, batch: int, rounds: int) -> dict[str, Any]:
    """Measure a flood and a batch; print tables, and return the figures.

    Args:
        console: where the tables go.
        bundles: the assignments of the flood.
        flood: submissions at once.
        batch: gradings of the batch, in turns with idleness.
        rounds: submissions at rest in each turn of idleness, half of them.
    """
    console.print(f"\n[bold]A flood of {flood} submissions, and a batch of {batch} while students submit[/]")
    bundles = [with_short_limits(bundle) for bundle in bundles]
    with running_service("numpy") as service:
        assignments = {service.assignment(bundle): bundle for bundle in bundles}
        for assignment_id, bundle in assignments.items():
            warm_up(service, assignment_id, SubmittedFiles(bundle.reference))
        heap = _heap(service, assignments, flood)
        flooded, tickets = _flood(service, heap)
        _show_flood(console, flooded)
        answer = next((one for one in heap if one[2].files == assignments[one[1]].reference), heap[0])
        interleaved = _batch(service, answer, [ticket.submission_id for ticket in tickets], batch, rounds // 2)
        _show_batch(console, interleaved)
    return {"flood": flooded, "batch": interleaved}


def _heap(service: Service, assignments: dict[str, Bundle], count: int) -> list[HandedIn]:
    """Return a heap: students in turn, assignments in turn, answers drawn, the same in each run of this."""
    draw = random.Random(1)
    students = [service.student() for _ in range(_STUDENTS)]
    who = itertools.cycle(itertools.product(students, assignments))
    return [(student, of, draw_answer(assignments[of], draw)) for student, of in itertools.islice(who, count)]


def _flood(service: Service, heap: Sequence[HandedIn]) -> tuple[dict[str, Any], list[Any]]:
    begun = time.time()
    tickets = [service.submit(*submitted, admitted=True) for submitted in heap]
    handing_in = time.time() - begun
    run_ids = [ticket.run_id for ticket in tickets]
    looks = {}
    for name, share in _LOOKS.items():
        await_finished(service, run_ids, round(share * len(run_ids)))
        looks[name] = _ask(service, run_ids)
    await_finished(service, run_ids)
    runs = runs_of(service, run_ids)
    ends = {run.id: _stamp(run.finished_at) for run in runs}
    seconds = max(ends.values()) - begun
    return {
        "submissions": len(runs),
        "handing_in_seconds": round(handing_in, 1),
        "seconds": round(seconds, 1),
        "per_second": round(len(runs) / seconds, 2),
        "per_second_by_quarter": _by_quarter([begun, *(_stamp(run.finished_at) for run in runs)]),
        "not_graded": sum(run.state != "graded" for run in runs),
        "eta": {name: _compared(look, ends) for name, look in looks.items()},
    }, tickets


def _by_quarter(ends: Sequence[float]) -> list[float]:
    """Return how many were finished a second, in each quarter: what is told goes by the speed until then."""
    marks = [ends[round(share * (len(ends) - 1))] for share in (0, 0.25, 0.5, 0.75, 1)]
    return [round(len(ends) / 4 / (until - since), 2) for since, until in itertools.pairwise(marks)]


def _ask(service: Service, run_ids: Sequence[str]) -> _Look:
    """Ask for a sample of those that wait, from the first to the last in line."""
    with service.database.read() as session:
        now = clock(session)
        positions = eta.positions_in(session, "interactive", now)
    known = [(run_id, positions[run_id]) for run_id in run_ids if run_id in positions]
    waiting = sorted((one.position, run_id) for run_id, one in known if one.state == "queued")
    asked = [run_id for _, run_id in waiting[:: max(1, len(waiting) // _ASKED)]]
    return _Look(now.timestamp(), {run_id: positions[run_id].eta_seconds or 0.0 for run_id in asked})


def _compared(look: _Look, ends: dict[str, float]) -> dict[str, Any]:
    """Return how what was told compares with what happened: told over true, and by how much it was off."""
    true = {run_id: ends[run_id] - look.at for run_id in look.told}
    ratios = [look.told[run_id] / seconds for run_id, seconds in true.items() if seconds >= _NEAR_SECONDS]
    if not ratios:
        return {"asked": 0}
    off = sorted(abs(ratio - 1) for ratio in ratios)
    return {
        "asked": len(ratios),
        "told_over_true_p50": round(statistics.median(ratios), 2),
        "off_p50": round(statistics.median(off), 2),
        "off_p90": round(off[round(0.9 * (len(off) - 1))], 2),
        "off_worst": round(off[-1], 2),
        "within_a_quarter": round(sum(one <= 0.25 for one in off) / len(off), 2),
    }


def _batch(
    service: Service, submitted: HandedIn, submission_ids: Sequence[str], count: int, rounds: int
) -> dict[str, Any]:
    """Return how long a student waits while nothing else goes on, and while a batch does, by turns."""
    alone, beside, rates = [], [], []
    share = max(1, count // _TURNS)
    for turn in range(_TURNS):
        alone += [wait_of_student(service, *submitted[1:]) for _ in range(rounds)]
        chosen = itertools.islice(itertools.cycle(submission_ids), turn * share, (turn + 1) * share)
        run_ids = [service.grade_again(submission_id) for submission_id in chosen]
        while finished(service, run_ids) < share:
            beside.append(wait_of_student(service, *submitted[1:]))
        runs = runs_of(service, run_ids)
        rates.append(share / (_stamp(runs[-1].finished_at) - _stamp(min(run.queued_at for run in runs))))
    figures = {"alone": summary(alone), "beside a batch": summary(beside)}
    return {
        **figures,
        "gradings": _TURNS * share,
        "p95_times_idle": round(figures["beside a batch"]["p95_ms"] / figures["alone"]["p95_ms"], 2),
        "p50_times_idle": round(figures["beside a batch"]["p50_ms"] / figures["alone"]["p50_ms"], 2),
        "batch_per_second": round(statistics.median(rates), 2),
    }


def _stamp(moment: Any) -> float:
    seconds: float = moment.timestamp()
    return seconds


def _show_flood(console: Console, flooded: dict[str, Any]) -> None:
    table = Table("asked", "students", "told / true", "off by p50", "p90", "worst", "within 1/4")
    for name, look in flooded["eta"].items():
        keys = ("asked", "told_over_true_p50", "off_p50", "off_p90", "off_worst", "within_a_quarter")
        table.add_row(name, *(str(look.get(key, "")) for key in keys))
    console.print(
        f"{flooded['submissions']} were graded in {flooded['seconds']} s, {flooded['per_second']} a second; handing "
        f"them in took {flooded['handing_in_seconds']} s of that; {flooded['not_graded']} were not graded. "
        f"A second, by quarter: {flooded['per_second_by_quarter']}."
    )
    console.print(table)


def _show_batch(console: Console, figures: dict[str, Any]) -> None:
    table = Table("a student waits", "p50 ms", "p95 ms", "submissions")
    for name in ("alone", "beside a batch"):
        table.add_row(name, *(str(figures[name][figure]) for figure in ("p50_ms", "p95_ms", "count")))
    console.print(
        table,
        f"Beside a batch of {figures['gradings']}, p95 is {figures['p95_times_idle']} times what it is alone (p50 "
        f"{figures['p50_times_idle']} times). The batch: {figures['batch_per_second']} a second.",
    )
