"""`make bench`: measurements, never tests. Everything compared is compared in one run, by turns.

Prints tables and writes build/bench.json. The figures to quote are medians and ratios: machines are noisy.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from grader.bundle import Bundle, Submission, read_bundle
from tests.benchmarks.memory import descendants, open_files, proportional_mib
from tests.benchmarks.naive import NaiveGrader
from worker.bench import Bench
from worker.walls import Bubblewrap

_ROOT: Final = Path(__file__).parents[2]
_BUNDLES: Final = {"numpy": "sigmoid_derivative", "torch": "pytorch_training_loop"}
_OUT: Final = _ROOT / "build" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=40, help="gradings of each kind")
    parser.add_argument("--growth", type=int, default=1000, help="gradings over which memory may not grow")
    options = parser.parse_args()
    console = Console()
    results = {
        environment: _measure(console, environment, _ROOT / "assignments" / slug, options.rounds, options.growth)
        for environment, slug in _BUNDLES.items()
    }
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(json.dumps({"cores": os.cpu_count(), "results": results}, indent=2) + "\n")
    console.print(f"Written to {_OUT.relative_to(_ROOT)}.")


def _measure(console: Console, environment: str, folder: Path, rounds: int, growth: int) -> dict[str, Any]:
    bundle = read_bundle(folder)
    answer = Submission(bundle.reference)
    with Bench(Bubblewrap(), environment) as bench, NaiveGrader(bundle) as naive:
        bench.load(bundle)
        _check(bench, naive, bundle, answer)
        console.print(f"\n[bold]{environment}[/]: {bundle.slug}, {len(bundle.tests)} tests, {rounds} rounds by turns")
        speed = _speed(bench, naive, bundle, answer, rounds)
        parts = _parts(bench, bundle, answer, rounds)
        _show_speed(console, speed, parts)
    throughput = _throughput(bundle, answer, rounds)
    _show_throughput(console, throughput)
    memory = _memory(environment, bundle, growth)
    _show_memory(console, memory, growth)
    return {"bundle": bundle.slug, "speed": speed, "parts_ms": parts, "throughput": throughput, "memory": memory}


def _check(bench: Bench, naive: NaiveGrader, bundle: Bundle, answer: Submission) -> None:
    """Compare only what gives the same verdict."""
    run = bench.grade(bundle, answer)
    if run.score != run.max_score or not naive.grade(answer):
        raise SystemExit(f"{bundle.slug}: the reference has no full marks, so there is nothing to measure: {run}")


def _speed(bench: Bench, naive: NaiveGrader, bundle: Bundle, answer: Submission, rounds: int) -> dict[str, Any]:
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_milliseconds(lambda: bench.grade(bundle, answer)))
        theirs.append(_milliseconds(lambda: naive.grade(answer)))
    figures = {"bench": _figures(ours), "fresh process": _figures(theirs)}
    ratio = figures["fresh process"]["p50_ms"] / figures["bench"]["p50_ms"]
    return {**figures, "times_faster_at_p50": round(ratio, 1)}


def _figures(times: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(sorted(times)[int(0.95 * (len(times) - 1))], 1),
        "per_second": round(1000 / statistics.fmean(times), 2),
    }


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return (time.perf_counter() - begun) * 1000


def _parts(bench: Bench, bundle: Bundle, answer: Submission, rounds: int) -> dict[str, float]:
    """Return where the time of a grading goes, as medians in milliseconds."""
    before, tests, after = [], [], []
    for _ in range(rounds):
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
        "end of cell and run": after,
    }
    return {name: round(statistics.median(times), 1) for name, times in parts.items()}


def _throughput(bundle: Bundle, answer: Submission, rounds: int) -> dict[str, float]:
    """Return gradings per second with two at a time."""
    environment = bundle.manifest.environment
    with Bench(Bubblewrap(), environment) as one, Bench(Bubblewrap(), environment) as other:
        for bench in (one, other):
            bench.grade(bundle, answer)
        ours = _per_second([lambda: one.grade(bundle, answer), lambda: other.grade(bundle, answer)], rounds)
    with NaiveGrader(bundle) as one_naive, NaiveGrader(bundle) as other_naive:
        acts = [lambda: one_naive.grade(answer), lambda: other_naive.grade(answer)]
        theirs = _per_second(acts, max(4, rounds // 4))
    return {"bench": ours, "fresh process": theirs, "times_more": round(ours / theirs, 1)}


def _per_second(acts: list[Callable[[], object]], rounds: int) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(lambda act: [act() for _ in range(rounds)], acts))
    return round(len(acts) * rounds / (time.perf_counter() - begun), 2)


def _memory(environment: str, bundle: Bundle, gradings: int) -> dict[str, Any]:
    """Return what one warm bench takes, and what it takes after many gradings, right and wrong by turns."""
    answers = [Submission(bundle.reference), *(Submission(sample.files) for sample in bundle.wrong.values())]
    with Bench(Bubblewrap(), environment) as bench:
        for answer in answers[:5]:
            bench.grade(bundle, answer)
        before = _state(bench)
        for number in range(gradings):
            bench.grade(bundle, answers[number % len(answers)], diagnosis_seconds=1.0 if number % 10 == 0 else 0.0)
        after = _state(bench)
    return {"before": before, "after": after, "left_behind": _left_behind()}


def _state(bench: Bench) -> dict[str, float]:
    halves = {role: descendants(pid) for role, pid in bench.processes().items()}
    everything = set().union(*halves.values())
    return {
        "mib": proportional_mib(everything),
        "judge_mib": proportional_mib(halves["judge"]),
        "cell_mib": proportional_mib(halves["cell"]),
        "processes": len(everything),
        "descriptors": open_files(everything | {os.getpid()}),
    }


def _left_behind() -> list[str]:
    return sorted(path.name for path in Path(tempfile.gettempdir()).glob("gradeloop-*"))


def _show_speed(console: Console, speed: dict[str, Any], parts: dict[str, float]) -> None:
    table = Table("", "p50 ms", "p95 ms", "per second")
    for name in ("bench", "fresh process"):
        table.add_row(name, *(str(speed[name][figure]) for figure in ("p50_ms", "p95_ms", "per_second")))
    console.print(table, f"A warm bench is {speed['times_faster_at_p50']} times faster at p50. Its time goes to:")
    for name, milliseconds in parts.items():
        console.print(f"  {milliseconds:6.1f} ms  {name}")


def _show_throughput(console: Console, throughput: dict[str, float]) -> None:
    ours, theirs, ratio = throughput["bench"], throughput["fresh process"], throughput["times_more"]
    console.print(f"Two at a time: {ours} a second on benches, {theirs} by fresh processes, {ratio} times more.")


def _show_memory(console: Console, memory: dict[str, Any], gradings: int) -> None:
    before, after = memory["before"], memory["after"]
    table = Table("one warm bench", "MiB", "judge", "cell", "processes", "descriptors")
    for name, state in (("at first", before), (f"after {gradings} gradings", after)):
        table.add_row(name, *(str(state[key]) for key in ("mib", "judge_mib", "cell_mib", "processes", "descriptors")))
    console.print(table, f"Left behind: {memory['left_behind'] or 'nothing'}.")


if __name__ == "__main__":
    main()
