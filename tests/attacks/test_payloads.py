"""Every payload of `payloads/`, run through the real isolation, as `attacks.toml` says it must end."""

import json
import os
import tomllib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import docker as sdk
import pytest

from grader.results.run import RunResult
from tests.benchmarks.memory import open_files
from tests.grading import bundle_named, grade, reference_of
from tests.services.server import family
from worker.benches.bench import Bench
from worker.benches.identity import identity
from worker.isolation.docker.engine import OWNER_LABEL

pytestmark = pytest.mark.service

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ATTACKS: Mapping[str, Mapping[str, Any]] = tomllib.loads((HERE / "attacks.toml").read_text())
ELSEWHERE: Mapping[str, Mapping[str, Any]] = tomllib.loads((HERE / "elsewhere.toml").read_text())
# Inputs and right answers of the hidden tests of the bundle `target`: in no run, under no name.
SECRETS = ["31337", "271828", "271_828", "8675309", "62674", "543657", "17350619", "8978475"]


@pytest.fixture(params=ATTACKS)
def name(request: pytest.FixtureRequest) -> str:
    """The name of a payload."""
    return request.param


@pytest.fixture(params=["bubblewrap", "docker"])
def isolation(request: pytest.FixtureRequest) -> str:
    """The isolation backend."""
    return request.param


def bench_for(bundle: str, isolation: str, request: pytest.FixtureRequest) -> Bench:
    torch = "torch_" if bundle_named(bundle).manifest.environment == "torch" else ""
    docker = "docker_" if isolation == "docker" else ""
    bench: Bench = request.getfixturevalue(f"{docker}{torch}bench")
    return bench


def test_a_payload_ends_as_it_must_and_the_next_submission_as_if_it_had_not_been(
    name: str, isolation: str, request: pytest.FixtureRequest
) -> None:
    attack = ATTACKS[name]
    bench = bench_for(attack["bundle"], isolation, request)
    source = (HERE / "payloads" / f"{name}.py").read_bytes()

    for _ in range(attack.get("runs", 1)):
        hold_to(attack, grade(bench, attack["bundle"], source))

    after = grade(bench, attack["bundle"], reference_of(attack["bundle"]))
    assert (after.outcome, after.score, after.message) == ("graded", after.max_score, ""), after.failed()


def hold_to(attack: Mapping[str, Any], run: RunResult) -> None:
    """Hold a run to what its attack may come to."""
    told = [f"{test.name}: {test.outcome}: {test.message}" for test in run.tests]
    assert run.outcome == "graded", run.message
    assert {test.outcome for test in run.tests} <= {"passed", "failed"}, told
    least, most = attack.get("between", [attack.get("score", 0), attack.get("score", run.max_score)])
    assert run.score is not None
    assert least <= run.score <= most, told
    for sentence in attack.get("says", []):
        assert any(sentence == test.message.split("\n")[0] for test in run.tests), told
    hold_cases(attack, run)
    written = json.dumps(run.to_json(), ensure_ascii=False)
    for text in (*SECRETS, *attack.get("never", [])):
        assert text not in written


def hold_cases(attack: Mapping[str, Any], run: RunResult) -> None:
    cases = [test for test in run.tests if "test_case[" in test.name]
    fail = attack.get("cases", [])
    if attack["bundle"] == "cases":
        assert len(cases) == 24
    assert len(fail) <= len(cases)
    for test, begin in zip(cases, fail, strict=False):
        assert test.outcome == "failed", test
        assert test.message.startswith(begin), test
    passes_from = attack.get("passes_from", len(cases))
    assert [test.name for test in cases[passes_from:] if test.outcome != "passed"] == []


def test_nothing_is_left_of_all_of_them(isolation: str, request: pytest.FixtureRequest) -> None:
    """A bench holds no more processes and descriptors after its worst submissions than after a good one."""
    bench = bench_for("target", isolation, request)
    grade(bench, "target", reference_of("target"))
    before = held(bench)
    for name in ("d43_bombs", "d45_fills_the_disk", "d50_ends_itself", "g92_outlives_the_run"):
        grade(bench, ATTACKS[name]["bundle"], (HERE / "payloads" / f"{name}.py").read_bytes())
    grade(bench, "target", reference_of("target"))

    processes, descriptors = held(bench)
    assert processes <= before[0] + 3  # the next sandbox with its supervisor, and the next run, may be on their way
    assert descriptors <= before[1] + 16


def held(bench: Bench) -> tuple[int, int]:
    """Return how many processes and descriptors there are in a bench; in its containers, where it has any."""
    pids = set().union(*map(family, bench.processes().values()))
    if os.environ.get("DOCKER_HOST"):
        with closing(sdk.from_env()) as client:
            for process in client.containers.list(filters={"label": f"{OWNER_LABEL}={identity()}"}):
                pids |= family(process.attrs["State"]["Pid"])
    return len(pids), open_files(pids)


def test_every_payload_is_in_the_table_and_every_row_has_a_letter() -> None:
    assert {path.stem for path in (HERE / "payloads").glob("*.py")} == set(ATTACKS)
    assert all(row[0] in "ABCDEFG" and row[1:].isdigit() for row in tried())


def test_every_row_is_tried_or_said_to_be_met_elsewhere() -> None:
    in_sections = {"A": range(1, 15, 2), "B": range(15, 31), "C": range(31, 43), "D": range(42, 57), "E": range(57, 67)}
    rows = {f"{section}{number}" for section, numbers in in_sections.items() for number in numbers}
    assert rows - tried() - ELSEWHERE.keys() == set()


@pytest.mark.parametrize("row", ELSEWHERE)
def test_what_meets_a_row_elsewhere_is_there(row: str) -> None:
    assert ELSEWHERE[row]["how"]
    for name in ELSEWHERE[row]["tests"]:
        path, _, function = name.partition("::")
        assert f"def {function}(" in (ROOT / path).read_text() if function else (ROOT / path).exists(), name


def tried() -> set[str]:
    """Return the rows that payloads stand for."""
    return {row for attack in ATTACKS.values() for row in attack["rows"]}
