"""The proof of a bench's walls: a submission that tries each of them from inside."""

from dataclasses import dataclass
from importlib.resources import as_file, files

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles
from worker.benches.bench import Bench
from worker.benches.grading import BenchError


@dataclass(frozen=True)
class Proof:
    """One wall, tried: what was tried, whether it holds, and what got through."""

    title: str
    holds: bool
    message: str = ""


def prove_walls(bench: Bench) -> list[Proof]:
    """Try every wall of a bench's cell from inside.

    Raises:
        BenchError: the probe itself could not be run.
    """
    bundle = _probe()
    run = bench.grade(bundle, SubmittedFiles(bundle.right["escape"].files), diagnosis_seconds=0.0)
    if run.outcome != "graded":
        raise BenchError(run.message)
    return [Proof(test.title, test.outcome == "passed", test.message) for test in run.tests]


def _probe() -> Bundle:
    with as_file(files("worker") / "probe") as folder:
        return read_bundle(folder)
