"""The gradings that a verification takes."""

import ast
from collections import Counter
from pathlib import Path

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.verify.plan import PlannedRun, plan
from tests.runs import RUN_SEEDS, VERIFY_SEED

DOUBLE = Path(__file__).parents[2] / "bundles" / "double"


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(DOUBLE)


@pytest.fixture(scope="module")
def jobs(bundle: Bundle) -> list[PlannedRun]:
    return plan(bundle, VERIFY_SEED)


def of(jobs: list[PlannedRun], kind: str) -> list[PlannedRun]:
    return [job for job in jobs if job.kind == kind]


def test_every_answer_of_the_bundle_is_graded(bundle: Bundle, jobs: list[PlannedRun]) -> None:
    assert {job.name for job in of(jobs, "right")} == set(bundle.right)
    assert {job.name for job in of(jobs, "wrong")} == set(bundle.wrong)
    assert all(job.submission.files == bundle.reference for job in of(jobs, "reference"))
    assert all(job.submission.files == bundle.starter for job in of(jobs, "starter"))


def test_each_answer_meets_ten_seeds_half_of_them_on_two_threads(jobs: list[PlannedRun]) -> None:
    for name in ("adds", "mean", "starter"):
        own = [job for job in jobs if job.name == name and job.kind != "unlisted"]
        assert tuple(job.seed for job in own) == RUN_SEEDS
        assert Counter(job.threads for job in own) == {1: 5, 2: 5}


def test_the_reference_meets_every_seed_on_one_thread_and_on_two(jobs: list[PlannedRun]) -> None:
    assert {(job.seed, job.threads) for job in of(jobs, "reference")} == {(s, t) for s in RUN_SEEDS for t in (1, 2)}


def test_each_wrong_answer_is_diagnosed_with_itself_and_without_and_nothing_else_is(jobs: list[PlannedRun]) -> None:
    diagnosed = [(job.kind, job.name) for job in jobs if job.diagnose]
    names = ("mean", "squares")
    assert sorted(diagnosed) == [(kind, name) for kind in ("unlisted", "wrong") for name in names]


def test_mutants_are_only_asked_whether_something_fails(bundle: Bundle, jobs: list[PlannedRun]) -> None:
    mutants = of(jobs, "mutant")
    assert mutants
    assert all(job.stop_at_first_failure and job.mutant is not None for job in mutants)
    assert not any(job.submission.files == bundle.reference for job in mutants)


def test_no_two_mutants_are_alike(jobs: list[PlannedRun]) -> None:
    mutants = of(jobs, "mutant")
    assert len({job.submission.id for job in mutants}) == len(mutants)


def test_an_odd_answer_offers_what_the_reference_offers(jobs: list[PlannedRun]) -> None:
    odd = of(jobs, "odd")
    assert {"None", "NaN", "a string", "an endless generator"} <= {job.name for job in odd}
    for job in odd:
        tree = ast.parse(job.submission.files["double.py"])
        assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["double", "total"]


def test_every_file_is_mutated_but_only_the_module_under_test_made_odd(bundle: Bundle) -> None:
    files = dict(bundle.files)
    files["assignment.toml"] = files["assignment.toml"].replace(b'["double.py"]', b'["double.py", "notes.py"]')
    for sample in ("starter", "reference", "right/adds", "wrong/mean", "wrong/squares"):
        files[f"{sample}/double.py"] = files.pop(f"{sample}.py")
        files[f"{sample}/notes.py"] = b"SIZE = 2 + 1\n"
    jobs = plan(Bundle.from_files("double", files), VERIFY_SEED)
    notes = Counter(job.submission.files["notes.py"] for job in of(jobs, "mutant"))
    assert len(notes) > 2
    assert any(job.name.startswith("notes.py: Line 1: ") for job in of(jobs, "mutant"))
    assert {job.submission.files["notes.py"] for job in of(jobs, "odd")} == {b"SIZE = 2 + 1\n"}
