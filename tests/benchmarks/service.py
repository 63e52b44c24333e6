"""A running service against `docker run … pytest` for each submission, by turns in one run."""

import resource
import statistics
import time
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from tests.benchmarks.containers import peak_of_containers_mib
from tests.benchmarks.figures import milliseconds, per_second, summary
from tests.benchmarks.naive import NaiveGrader, naive_grader
from tests.benchmarks.processors import processor_ms, used_seconds
from tests.benchmarks.running import SLOTS, grade_heap, running_service, warm_up
from tests.benchmarks.watching import Seen, medians_of_steps, submit_and_watch
from tests.services.service import Service
from worker.isolation.docker.containers import Docker

__all__ = ["measure_service"]

_IDLE_SECONDS: Final = 0.5  # between two submissions, so that each finds a service at rest
_STUDENTS: Final = 40
_TURNS: Final = 3  # of a heap, and of naive gradings


def measure_service(console: Console, isolation: Docker, bundle: Bundle, rounds: int, heap: int) -> dict[str, Any]:
    """Measure the whole way of a submission; print tables, and return the figures.

    Args:
        console: where the tables go.
        isolation: of the naive sandboxes, and like that of the service.
        bundle: what is submitted for, with its reference as the answer.
        rounds: submissions at rest, one at a time, and as many naive gradings.
        heap: submissions submitted at once.
    """
    environment = bundle.manifest.environment
    answer = SubmittedFiles(bundle.reference)
    title = f"{bundle.slug}, {len(bundle.tests)} tests, {rounds} rounds by turns"
    console.print(f"\n[bold]{environment} through the service behind Docker: {title}[/]")
    with running_service(environment) as service, naive_grader(bundle, isolation) as naive:
        assignment_id = service.assignment(bundle)
        warm_up(service, assignment_id, answer)
        _check(service, naive, assignment_id, answer)
        idle, seen = _idle(service, naive, assignment_id, answer, rounds)
        sustained = _sustained(service, naive, isolation, assignment_id, answer, heap)
        slot = service.children("interactive")[0]
        memory = {"slot_mib": peak_of_containers_mib({slot}), "naive_mib": round(naive.peak_mib, 1)}
    steps = medians_of_steps(seen)
    _show(console, idle, steps, sustained, memory, heap)
    return {"idle": idle, "steps_ms": steps, "sustained": sustained, "peak_memory": memory}


def _check(service: Service, naive: NaiveGrader, assignment_id: str, answer: SubmittedFiles) -> None:
    """Compare only what gives the same verdict."""
    run = grade_heap(service, [(service.student(), assignment_id, answer)])[0]
    if run.state != "graded" or run.score != run.max_score or not naive.grade(answer):
        raise SystemExit(f"the reference has no full marks, so there is nothing to measure: {run.message}")


def _idle(
    service: Service, naive: NaiveGrader, assignment_id: str, answer: SubmittedFiles, rounds: int
) -> tuple[dict[str, Any], list[Seen]]:
    seen, theirs = [], []
    for _ in range(rounds):
        student = service.student()
        time.sleep(_IDLE_SECONDS)
        seen.append(submit_and_watch(service, (student, assignment_id, answer)))
        theirs.append(milliseconds(lambda: naive.grade(answer)))
    ours = [one.finished_ms for one in seen]
    figures = {
        "first test": summary([one.first_test_ms for one in seen]),
        "finished": summary(ours),
        "naive": summary(theirs),
    }
    return {**figures, "times_faster_at_p50": round(statistics.median(theirs) / statistics.median(ours), 1)}, seen


def _sustained(
    service: Service, naive: NaiveGrader, isolation: Docker, assignment_id: str, answer: SubmittedFiles, heap: int
) -> dict[str, Any]:
    """Return how many a second are graded while a heap is worked off, two at a time, and what each takes."""
    students = [service.student() for _ in range(_STUDENTS)]
    submitted = [(students[number % _STUDENTS], assignment_id, answer) for number in range(heap)]
    ours, theirs, taken, naive_ms = [], [], [], []
    with naive_grader(naive.bundle, isolation) as other:
        for _ in range(_TURNS):
            before = used_seconds(service)
            ours.append(_per_second_of_heap(service, submitted))
            taken.append(processor_ms(before, used_seconds(service), heap))
            begun = _seconds_of_commands()
            theirs.append(per_second([lambda: naive.grade(answer), lambda: other.grade(answer)], max(2, heap // 20)))
            commands_ms = (_seconds_of_commands() - begun) * 1000 / (2 * max(2, heap // 20))
            naive_ms.append(statistics.median(naive.processor_ms) + commands_ms)
    return {
        "service_per_second": ours,
        "naive_per_second": theirs,
        "times_more": round(statistics.median(ours) / statistics.median(theirs), 1),
        "processor_ms": _medians(taken),
        "naive_processor_ms": round(statistics.median(naive_ms), 1),
    }


def _per_second_of_heap(service: Service, heap: Sequence[tuple[str, str, SubmittedFiles]]) -> float:
    """Return how many a second were graded, from the first that was submitted to the last that was finished."""
    runs = grade_heap(service, heap)
    first, last = min(run.queued_at for run in runs), runs[-1].finished_at
    assert last is not None
    return round(len(runs) / (last - first).total_seconds(), 2)


def _seconds_of_commands() -> float:
    """Return the processor time that the commands we ran and saw end have taken."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _medians(figures: Sequence[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(figure[name] for figure in figures) for name in figures[0]}


def _show(
    console: Console,
    idle: dict[str, Any],
    steps: dict[str, float],
    sustained: dict[str, Any],
    memory: dict[str, float],
    heap: int,
) -> None:
    table = Table("one at a time", "p50 ms", "p95 ms")
    for name in ("first test", "finished", "naive"):
        table.add_row(name, *(str(idle[name][figure]) for figure in ("p50_ms", "p95_ms")))
    console.print(table, f"The service is {idle['times_faster_at_p50']} times faster at p50. Its time goes to:")
    for step, taken in steps.items():
        console.print(f"  {taken:6.1f} ms  {step}")
    ours, theirs = sustained["service_per_second"], sustained["naive_per_second"]
    console.print(
        f"{heap} at once, {SLOTS} at a time: {ours} a second, {theirs} naive, {sustained['times_more']} times more."
    )
    parts = sustained["processor_ms"]
    console.print(
        f"Processor time of one: {sum(parts.values()):.1f} ms, naive {sustained['naive_processor_ms']} ms. It goes to:"
    )
    for part, taken in parts.items():
        console.print(f"  {taken:6.1f} ms  {part}")
    console.print(
        f"Peak memory: {memory['slot_mib']} MiB of a slot's containers, {memory['naive_mib']} of a naive one."
    )
