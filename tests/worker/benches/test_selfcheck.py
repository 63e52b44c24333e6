"""Every isolation of a bench, tried from inside."""

import pytest

from worker.benches.bench import Bench
from worker.benches.grading import BenchError
from worker.benches.selfcheck import SelfCheck, check_isolation
from worker.isolation.bubblewrap import Bubblewrap

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def proofs(bench: Bench) -> list[SelfCheck]:
    return check_isolation(bench)


def test_each_isolation_is_tried(proofs: list[SelfCheck]) -> None:
    tried = [proof.title.split(":")[0] for proof in proofs]
    assert tried == ["No network", "Read-only", "Out of sight", "Alone", "Unprivileged", "Limited"]


def test_every_isolation_holds(bench: Bench, proofs: list[SelfCheck]) -> None:
    if not bench.namespaces:
        pytest.skip("this machine raises no namespaces; `gradeloop doctor` says what may help")
    assert [f"{proof.title}: {proof.message}" for proof in proofs if not proof.holds] == []


def test_a_bench_that_cannot_grade_proves_nothing() -> None:
    torch_without_a_judge = Bench(Bubblewrap(), "no such environment")
    with pytest.raises(BenchError), torch_without_a_judge as bench:
        check_isolation(bench)
