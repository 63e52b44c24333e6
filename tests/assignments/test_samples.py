"""Every sample of every bundle in this repository has the verdict that its place in the folder states.

These are graded behind the real isolation, as a student's would be, so they are also the main test of the grader
itself.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles
from grader.limits import VERIFY_DIAGNOSIS_SECONDS
from grader.results.run import RunResult
from worker.benches.bench import Bench

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("assignments/*/assignment.toml"))
FOLDERS += [ROOT / "cli/template", ROOT / "worker/benches/isolation_check"]
FOLDERS += sorted(path.parent for path in ROOT.glob("tests/bundles/*/assignment.toml"))
SEED = 7


def samples(folder: Path) -> Iterator[str]:
    """Yield `reference`, `starter`, and each `right/NAME` and `wrong/NAME`."""
    # From the disk: a bundle that cannot be read is to fail its own tests only.
    yield from ("reference", "starter")
    for kind in ("right", "wrong"):
        entries = sorted((folder / kind).iterdir())
        yield from (f"{kind}/{entry.stem}" for entry in entries if not entry.name.startswith(("__", ".")))


SAMPLES = [pytest.param(f, s, id=f"{f.name}-{s}") for f in FOLDERS for s in samples(f)]

read = cache(read_bundle)


def submission(bundle: Bundle, sample: str) -> SubmittedFiles:
    """The files of a sample, as a student would hand them in."""
    kind, _, name = sample.partition("/")
    return SubmittedFiles(getattr(bundle, kind)[name].files if name else getattr(bundle, kind))


@pytest.fixture
def bench_for(request: pytest.FixtureRequest) -> Callable[[Bundle], Bench]:
    """The bench of an environment, started where it is first asked for."""
    fixtures = {"numpy": "bench", "torch": "torch_bench"}
    return lambda bundle: request.getfixturevalue(fixtures[bundle.manifest.environment])


@pytest.mark.parametrize(("folder", "sample"), SAMPLES)
def test_sample_has_its_verdict(folder: Path, sample: str, bench_for: Callable[[Bundle], Bench]) -> None:
    """The reference and right answers have full marks, the starter hardly any; wrong ones are found out by name."""
    bundle = read(folder)
    run = bench_for(bundle).grade(bundle, submission(bundle, sample), SEED, diagnosis_seconds=VERIFY_DIAGNOSIS_SECONDS)
    assert run.outcome == "graded", run.message
    match sample.partition("/")[0]:
        case "reference" | "right":
            has_full_marks(run)
        case "starter":
            assert 100 * run.score / run.max_score <= bundle.manifest.lab.starter_max_percent
        case "wrong":
            is_found_out(run, sample.removeprefix("wrong/"))


def has_full_marks(run: RunResult) -> None:
    assert [f"{test.name}: {test.message}" for test in run.failed()] == []
    assert run.score == run.max_score


def is_found_out(run: RunResult, name: str) -> None:
    assert run.score is not None
    assert run.score < run.max_score
    assert {test.wrong for test in run.failed() if test.wrong} == {name}
