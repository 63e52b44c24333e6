"""Every part of a bench's isolation, tried from inside."""

import pytest

from worker.benches.bench import Bench
from worker.benches.breakout import IsolationCheck, check_isolation
from worker.benches.grading import BenchError
from worker.isolation.bubblewrap import Bubblewrap

pytestmark = pytest.mark.service


@pytest.fixture(scope="module")
def checks(bench: Bench) -> list[IsolationCheck]:
    return check_isolation(bench)


def test_each_part_of_the_isolation_is_tried(checks: list[IsolationCheck]) -> None:
    tried = [check.title.split(":")[0] for check in checks]
    assert tried == ["No network", "Read-only", "Out of sight", "Alone", "Unprivileged", "Limited"]


def test_every_part_of_the_isolation_holds(bench: Bench, checks: list[IsolationCheck]) -> None:
    if not bench.namespaces:
        pytest.skip("this machine raises no namespaces; `gradeloop doctor` says what may help")
    assert [f"{check.title}: {check.message}" for check in checks if not check.holds] == []


def test_a_bench_that_cannot_grade_proves_nothing() -> None:
    torch_without_a_judge = Bench(Bubblewrap(), "no such environment")
    with pytest.raises(BenchError), torch_without_a_judge as bench:
        check_isolation(bench)
