"""Grading source text against a small bundle, for tests of everything between a submission and its run."""

import functools
from pathlib import Path

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.bundle.submission import SubmittedFiles, read_submission
from grader.results.run import RunResult, TestResult
from worker.benches.bench import Bench

__all__ = ["bundle_named", "grade", "message_of", "reference_of", "submission_of"]

_BUNDLES = Path(__file__).parent / "bundles"


@functools.cache
def bundle_named(name: str) -> Bundle:
    """Return a bundle of `tests/bundles`."""
    return read_bundle(_BUNDLES / name)


def submission_of(bundle: Bundle, source: str | bytes) -> SubmittedFiles:
    """Return a submission of one file."""
    data = source.encode() if isinstance(source, str) else source
    return read_submission(bundle.manifest, {bundle.manifest.files[0]: data})


def grade(bench: Bench, name: str, source: str | bytes) -> RunResult:
    """Grade one file, always with the same seed."""
    bundle = bundle_named(name)
    return bench.grade(bundle, submission_of(bundle, source), seed=7)


def reference_of(name: str) -> bytes:
    """Return the source of a bundle's reference."""
    bundle = bundle_named(name)
    return bundle.reference[bundle.manifest.files[0]]


def message_of(run: RunResult, test: str) -> str:
    """Return the message of the one test whose name ends so."""
    (found,) = [result for result in run.tests if result.name.endswith(test)]
    assert isinstance(found, TestResult)
    return found.message
