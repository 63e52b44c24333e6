"""A warm bench against a fresh sandbox for each submission, behind the same outer isolation, by turns in one run."""

import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from tests.benchmarks.containers import peak_of_containers_mib
from tests.benchmarks.figures import milliseconds, per_second, summary
from tests.benchmarks.memory import open_files, proportional_mib
from tests.benchmarks.naive import NaiveGrader, naive_grader
from tests.services.server import family
from worker.benches.bench import Bench
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.docker.containers import Docker

__all__ = ["measure_benches"]

_IDLE_SECONDS = 0.3  # between two gradings, so that each finds a bench at rest, as a student mostly does


def measure_benches(console: Console, isolation: Bubblewrap | Docker, bundle: Bundle, rounds: int, growth: int) -> Any:
    """Measure speed, throughput and memory of benches behind one isolation; print tables, and return the figures."""
    answer = SubmittedFiles(bundle.reference)
    title = f"{isolation.name}: {bundle.slug}, {len(bundle.tests)} tests, {rounds} rounds by turns"
    console.print(f"\n[bold]{bundle.manifest.environment} behind {title}[/]")
    with Bench(isolation, bundle.manifest.environment) as bench, naive_grader(bundle, isolation) as naive:
        bench.load(bundle)
        _check(bench, naive, bundle, answer)
        speed = _speed(bench, naive, bundle, answer, rounds)
        parts = _parts(bench, bundle, answer, rounds)
        peaks = {"bench_mib": peak_of_containers_mib({os.getpid()}) if isinstance(isolation, Docker) else None}
    if isinstance(isolation, Docker):
        peaks["naive_mib"] = round(naive.peak_mib, 1)
    throughput = _throughput(isolation, bundle, answer, rounds)
    _show_speed(console, speed, parts)
    _show_throughput(console, throughput)
    memory = {}
    if isinstance(isolation, Docker):
        console.print(
            f"Peak memory: {peaks['bench_mib']} MiB of a bench's containers, {peaks['naive_mib']} of a naive one."
        )
    else:
        memory = _memory(isolation, bundle, growth)
        _show_memory(console, memory, growth)
    return {"speed": speed, "parts_ms": parts, "throughput": throughput, "memory": memory, "peak_memory": peaks}


def _check(bench: Bench, naive: NaiveGrader, bundle: Bundle, answer: SubmittedFiles) -> None:
    """Compare only what gives the same verdict."""
    run = bench.grade(bundle, answer)
    if run.score != run.max_score or not naive.grade(answer):
        raise SystemExit(f"{bundle.slug}: the reference has no full marks, so there is nothing to measure: {run}")


def _speed(bench: Bench, naive: NaiveGrader, bundle: Bundle, answer: SubmittedFiles, rounds: int) -> dict[str, Any]:
    ours, theirs = [], []
    for _ in range(rounds):
        time.sleep(_IDLE_SECONDS)
        ours.append(milliseconds(lambda: bench.grade(bundle, answer)))
        theirs.append(milliseconds(lambda: naive.grade(answer)))
    figures = {"bench": summary(ours), "naive": summary(theirs)}
    return {**figures, "times_faster_at_p50": round(statistics.median(theirs) / statistics.median(ours), 1)}


def _parts(bench: Bench, bundle: Bundle, answer: SubmittedFiles, rounds: int) -> dict[str, float]:
    """Return where the time of a grading goes, as medians in milliseconds."""
    before, tests, after = [], [], []
    for _ in range(rounds):
        time.sleep(_IDLE_SECONDS)
        ends: list[float] = []
        begun = time.perf_counter()
        run = bench.grade(bundle, answer, on_test=lambda _, ends=ends: ends.append(time.perf_counter()))
        done = time.perf_counter()
        first = run.tests[0].duration_ms
        before.append((ends[0] - begun) * 1000 - first)
        tests.append((ends[-1] - ends[0]) * 1000 + first)
        after.append((done - ends[-1]) * 1000)
    parts = {
        "until the first test (forks, pipes)": before,
        "tests (pytest, calls, values)": tests,
        "end of sandbox and run": after,
    }
    return {name: round(statistics.median(times), 1) for name, times in parts.items()}


def _throughput(
    isolation: Bubblewrap | Docker, bundle: Bundle, answer: SubmittedFiles, rounds: int
) -> dict[str, float]:
    """Return gradings per second with two at a time."""
    environment = bundle.manifest.environment
    with Bench(isolation, environment) as one, Bench(isolation, environment) as other:
        for bench in (one, other):
            bench.grade(bundle, answer)
        ours = per_second([lambda: one.grade(bundle, answer), lambda: other.grade(bundle, answer)], rounds)
    with naive_grader(bundle, isolation) as first, naive_grader(bundle, isolation) as second:
        theirs = per_second([lambda: first.grade(answer), lambda: second.grade(answer)], max(4, rounds // 4))
    return {"bench": ours, "naive": theirs, "times_more": round(ours / theirs, 1)}


def _memory(isolation: Bubblewrap, bundle: Bundle, gradings: int) -> dict[str, Any]:
    """Return what one warm bench takes, and what it takes after many gradings, right and wrong by turns."""
    answers = [SubmittedFiles(bundle.reference), *(SubmittedFiles(sample.files) for sample in bundle.wrong.values())]
    with Bench(isolation, bundle.manifest.environment) as bench:
        for answer in answers[:5]:
            bench.grade(bundle, answer)
        before = _state(bench)
        for number in range(gradings):
            bench.grade(bundle, answers[number % len(answers)], diagnosis_seconds=1.0 if number % 10 == 0 else 0.0)
        after = _state(bench)
    return {"before": before, "after": after, "left_behind": _left_behind()}


def _state(bench: Bench) -> dict[str, float]:
    halves = {role: family(pid) for role, pid in bench.processes().items()}
    everything = set().union(*halves.values())
    return {
        "mib": proportional_mib(everything),
        "judge_mib": proportional_mib(halves["judge"]),
        "sandbox_mib": proportional_mib(halves["sandbox"]),
        "processes": len(everything),
        "descriptors": open_files(everything | {os.getpid()}),
    }


def _left_behind() -> list[str]:
    return sorted(path.name for path in Path(tempfile.gettempdir()).glob("gradeloop-*"))


def _show_speed(console: Console, speed: dict[str, Any], parts: dict[str, float]) -> None:
    table = Table("", "p50 ms", "p95 ms")
    for name in ("bench", "naive"):
        table.add_row(name, *(str(speed[name][figure]) for figure in ("p50_ms", "p95_ms")))
    console.print(table, f"A warm bench is {speed['times_faster_at_p50']} times faster at p50. Its time goes to:")
    for name, taken in parts.items():
        console.print(f"  {taken:6.1f} ms  {name}")


def _show_throughput(console: Console, throughput: dict[str, float]) -> None:
    ours, theirs, ratio = throughput["bench"], throughput["naive"], throughput["times_more"]
    console.print(f"Two at a time: {ours} a second on benches, {theirs} by fresh sandboxes, {ratio} times more.")


def _show_memory(console: Console, memory: dict[str, Any], gradings: int) -> None:
    before, after = memory["before"], memory["after"]
    table = Table("one warm bench", "MiB", "judge", "sandbox", "processes", "descriptors")
    for name, state in (("at first", before), (f"after {gradings} gradings", after)):
        table.add_row(
            name, *(str(state[key]) for key in ("mib", "judge_mib", "sandbox_mib", "processes", "descriptors"))
        )
    console.print(table, f"Left behind: {memory['left_behind'] or 'nothing'}.")
