"""The proof of a bench's isolation: a submission that tries each of them from inside."""

from dataclasses import dataclass
from importlib.resources import as_file, files

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles
from worker.benches.bench import Bench
from worker.benches.grading import BenchError


@dataclass(frozen=True)
class SelfCheck:
    """One isolation, tried: what was tried, whether it holds, and what got through."""

    title: str
    holds: bool
    message: str = ""


def check_isolation(bench: Bench) -> list[SelfCheck]:
    """Try every isolation of a bench's sandbox from inside.

    Raises:
        BenchError: the probe itself could not be run.
    """
    bundle = _probe()
    run = bench.grade(bundle, SubmittedFiles(bundle.right["escape"].files), diagnosis_seconds=0.0)
    if run.outcome != "graded":
        raise BenchError(run.message)
    return [SelfCheck(test.title, test.outcome == "passed", test.message) for test in run.tests]


def _probe() -> Bundle:
    with as_file(files("worker.benches") / "probe") as folder:
        return read_bundle(folder)
