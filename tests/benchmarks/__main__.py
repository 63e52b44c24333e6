"""`make bench`: measurements, never tests. Everything compared is compared in one run, by turns.

Prints tables and writes build/bench.json. The figures to quote are medians and ratios: machines are noisy.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from tests.benchmarks.benches import measure_benches
from tests.benchmarks.flood import measure_flood
from tests.benchmarks.portal import measure_portal
from tests.benchmarks.reruns import measure_rerun
from tests.benchmarks.service import measure_service
from tests.services.engine import engine_with_images
from worker.isolation.bubblewrap import Bubblewrap
from worker.isolation.docker.containers import Docker

__all__ = ["ROOT", "SLUGS"]

ROOT: Final = Path(__file__).parents[2]
SLUGS: Final = {"numpy": "sigmoid_derivative", "torch": "pytorch_training_loop"}
_COURSE: Final = ("sigmoid_derivative", "update_equation")
_OUT: Final = ROOT / "build" / "bench.json"
_PARTS: Final = ("service", "portal", "flood", "rerun", "docker", "bubblewrap")
_QUICK: Final = {
    "rounds": 5,
    "growth": 20,
    "heap": 20,
    "flood": 100,
    "batch": 40,
    "rerun": 40,
    "students": 50,
    "seconds": 20.0,
}


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="what to measure; everything if none is named")
    parser.add_argument("--environment", choices=SLUGS, action="append", help="numpy or torch; both if none is named")
    parser.add_argument("--rounds", type=int, default=30, help="gradings of each kind")
    parser.add_argument("--growth", type=int, default=500, help="gradings over which memory may not grow")
    parser.add_argument("--heap", type=int, default=100, help="submissions at once; a fifth with torch")
    parser.add_argument("--flood", type=int, default=1000, help="submissions at once of the flood")
    parser.add_argument("--batch", type=int, default=500, help="gradings in the batch that students do not notice")
    parser.add_argument("--rerun", type=int, default=500, help="submissions of the shadow rerun")
    parser.add_argument("--students", type=int, default=200, help="students at the portal")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long they work")
    parser.add_argument("--quick", action="store_true", help="few of everything, to see that it works")
    parser.add_argument("--out", type=Path, default=_OUT, help="where the figures go, as JSON")
    if parser.parse_args().quick:
        parser.set_defaults(**_QUICK)
    options = parser.parse_args()
    bundles = [read_bundle(ROOT / "assignments" / SLUGS[name]) for name in options.environment or SLUGS]
    results: dict[str, Any] = {"cores": os.cpu_count()}
    for part in options.parts or _PARTS:
        results[part] = _measure(part, bundles, options)
        options.out.parent.mkdir(exist_ok=True)
        options.out.write_text(json.dumps(results, indent=2) + "\n")
    print(f"Written to {os.path.relpath(options.out)}.")


def _measure(part: str, bundles: list[Bundle], options: argparse.Namespace) -> Any:
    console = Console()
    if part == "bubblewrap":
        return _measure_isolation(console, Bubblewrap(), bundles, options)
    course = [read_bundle(ROOT / "assignments" / slug) for slug in _COURSE]
    if part == "portal" and options.quick:
        return measure_portal(console, course, "bubblewrap", options.students, options.seconds, options.rounds)
    with engine_with_images() as images:
        if part == "docker":
            return _measure_isolation(console, Docker(images), bundles, options)
        if part == "flood":
            return measure_flood(console, course, options.flood, options.batch, options.rounds)
        if part == "rerun":
            return measure_rerun(console, course[0], options.rerun, options.rounds)
        if part == "portal":
            return measure_portal(console, course, "docker", options.students, options.seconds, max(20, options.rounds))
        return _measure_service(console, Docker(images), bundles, options)


def _measure_isolation(
    console: Console, isolation: Bubblewrap | Docker, bundles: list[Bundle], options: argparse.Namespace
) -> dict[str, Any]:
    return {
        bundle.manifest.environment: measure_benches(console, isolation, bundle, options.rounds, options.growth)
        for bundle in bundles
    }


def _measure_service(
    console: Console, isolation: Docker, bundles: list[Bundle], options: argparse.Namespace
) -> dict[str, Any]:
    figures = {}
    for bundle in bundles:
        heap = options.heap if bundle.manifest.environment == "numpy" else max(4, options.heap // 5)
        figures[bundle.manifest.environment] = measure_service(console, isolation, bundle, options.rounds, heap)
    return figures


if __name__ == "__main__":
    main()
