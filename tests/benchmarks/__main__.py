"""`make bench`: measurements, never tests. Everything compared is compared in one run, by turns.

Prints tables and writes build/bench.json. The figures to quote are medians and ratios: machines are noisy.
"""

import argparse
import json
import os
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from grader.bundle import Bundle, read_bundle
from tests.benchmarks.benches import measure_benches
from tests.services.engine import engine_with_images
from worker.walls import Bubblewrap, Docker

_ROOT: Final = Path(__file__).parents[2]
_SLUGS: Final = {"numpy": "sigmoid_derivative", "torch": "pytorch_training_loop"}
_OUT: Final = _ROOT / "build" / "bench.json"
_PARTS: Final = ("docker", "bubblewrap")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*_PARTS, []], help="what to measure; everything if none is named")
    parser.add_argument("--environment", choices=_SLUGS, action="append", help="numpy or torch; both if none is named")
    parser.add_argument("--rounds", type=int, default=30, help="gradings of each kind")
    parser.add_argument("--growth", type=int, default=500, help="gradings over which memory may not grow")
    options = parser.parse_args()
    bundles = [read_bundle(_ROOT / "assignments" / _SLUGS[name]) for name in options.environment or _SLUGS]
    results: dict[str, Any] = {"cores": os.cpu_count()}
    for part in options.parts or _PARTS:
        results[part] = _measure(part, bundles, options)
        _OUT.parent.mkdir(exist_ok=True)
        _OUT.write_text(json.dumps(results, indent=2) + "\n")
    print(f"Written to {_OUT.relative_to(_ROOT)}.")


def _measure(part: str, bundles: list[Bundle], options: argparse.Namespace) -> Any:
    console = Console()
    if part == "bubblewrap":
        return _measure_walls(console, Bubblewrap(), bundles, options)
    with engine_with_images() as images:
        return _measure_walls(console, Docker(images), bundles, options)


def _measure_walls(
    console: Console, wall: Bubblewrap | Docker, bundles: list[Bundle], options: argparse.Namespace
) -> dict[str, Any]:
    return {
        bundle.manifest.environment: measure_benches(console, wall, bundle, options.rounds, options.growth)
        for bundle in bundles
    }


if __name__ == "__main__":
    main()
