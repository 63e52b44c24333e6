"""Every wall of a bench, tried from inside."""

import pytest

from worker.benches.bench import Bench
from worker.benches.grading import BenchError
from worker.benches.selfcheck import Proof, prove_walls
from worker.isolation.bubblewrap import Bubblewrap


@pytest.fixture(scope="module")
def proofs(bench: Bench) -> list[Proof]:
    return prove_walls(bench)


def test_each_wall_is_tried(proofs: list[Proof]) -> None:
    tried = [proof.title.split(":")[0] for proof in proofs]
    assert tried == ["No network", "Read-only", "Out of sight", "Alone", "Unprivileged", "Limited"]


def test_every_wall_holds(bench: Bench, proofs: list[Proof]) -> None:
    if not bench.inner_wall:
        pytest.skip("this machine raises no inner wall; `gradeloop doctor` says what may help")
    assert [f"{proof.title}: {proof.message}" for proof in proofs if not proof.holds] == []


def test_a_bench_that_cannot_grade_proves_nothing() -> None:
    torch_without_a_judge = Bench(Bubblewrap(), "no such environment")
    with pytest.raises(BenchError), torch_without_a_judge as bench:
        prove_walls(bench)
