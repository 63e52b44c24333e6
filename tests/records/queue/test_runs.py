"""The life cycle of a run, on both databases."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import get_args

import pytest

from records.database.engine import Database, clock, open_database
from records.queue import runs
from records.queue.leases import Swept, renew
from records.queue.runs import ClaimedRun, release_run, request_run, runs_waiting
from records.submissions.models import Kind, Run
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.records.samples import assignment, person, queued, result_of, submission, take, waiting_run
from tests.runs import BROKEN, FAILED, PASSED

THREADS = 8
RUNS = 48


def ids(swept: Swept[Run]) -> tuple[list[str], list[str]]:
    """Return the ids of the runs that went back to the queue, and of those that ended."""
    return [run.id for run in swept.requeued], [run.id for run in swept.ended]


def test_a_run_is_completed_with_what_it_found_and_becomes_the_grade(database: Database) -> None:
    run_id = queued(database)
    claimed = take(database)
    result = result_of(claimed, PASSED, FAILED, seed=2**63 - 1, score=1 / 3, peak_memory_mib=87.3)
    with database.write() as session:
        assert runs.complete_run(session, claimed, result)
    with database.read() as session:
        run = session.get_one(Run, run_id)
        assert run.state == "graded"
        assert run.result() == result
        assert run.submission.run_id == run_id


def test_a_claimed_run_brings_what_grading_it_needs(database: Database) -> None:
    bundle = bundle_named("double")
    with database.write() as session:
        run = waiting_run(session, person(session), assignment(session))
    claimed = take(database)
    assert claimed == ClaimedRun(
        id=run.id,
        claim=claimed.claim,
        tries=1,
        queue="interactive",
        assignment_id=run.assignment_id,
        version=bundle.version,
        slug="double",
        environment="numpy",
        files={"double.py": b"def double(x):\n    return x + x\n"},
        submission_id=run.submission_id,
        waited_seconds=claimed.waited_seconds,
        kind="submit",
        seed=None,
    )
    assert claimed.claim not in repr(claimed)
    assert claimed.waited_seconds >= 0


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_claimed_run_tells_the_kind_of_its_submission(database: Database, kind: Kind) -> None:
    with database.write() as session:
        kept = submission(session, person(session), assignment(session), kind=kind)
        request_run(session, kept, queue="interactive")
    assert take(database).kind == kind


def test_nothing_is_claimed_from_an_empty_queue(database: Database) -> None:
    queued(database, "background")
    with database.write() as session:
        assert runs.claim_run(session, "interactive", "slot 1", 60) is None
        assert runs_waiting(session, "interactive") == 0
        assert runs_waiting(session, "background") == 1


def test_a_run_that_is_underway_is_not_claimed_again(database: Database) -> None:
    queued(database)
    take(database)
    with database.write() as session:
        assert runs.claim_run(session, "interactive", "slot 2", 60) is None


def test_a_run_that_was_not_graded_is_no_grade(database: Database) -> None:
    run_id = queued(database)
    claimed = take(database)
    result = result_of(claimed, BROKEN, outcome="not graded", score=None, message="the judge is gone")
    with database.write() as session:
        assert runs.complete_run(session, claimed, result)
    with database.read() as session:
        run = session.get_one(Run, run_id)
        assert run.result() == result
        assert run.submission.run_id is None


def test_a_rerun_leaves_the_grade_as_it_is(database: Database) -> None:
    run_id = queued(database, "background")
    claimed = take(database, "background")
    with database.write() as session:
        runs.complete_run(session, claimed, result_of(claimed))
        assert session.get_one(Run, run_id).submission.run_id is None


def test_a_result_of_something_else_is_refused(database: Database) -> None:
    queued(database)
    claimed = take(database)
    for mistaken in ({"version": "0" * 64}, {"submission": "0" * 64}):
        with pytest.raises(ValueError, match="not one of run"), database.write() as session:
            runs.complete_run(session, claimed, result_of(claimed, **mistaken))


def test_a_run_is_graded_by_the_version_it_is_asked_for(database: Database) -> None:
    with database.write() as session:
        other = keep_version(session, bundle_named("target"))
        kept = submission(session, person(session), assignment(session))
        request_run(session, kept, queue="background", version=other)
    assert take(database, "background").version == bundle_named("target").version


def test_a_result_counts_once(database: Database) -> None:
    queued(database)
    claimed = take(database)
    with database.write() as session:
        assert runs.complete_run(session, claimed, result_of(claimed, PASSED))
    with database.write() as session:
        assert not runs.complete_run(session, claimed, result_of(claimed, FAILED))
    with database.read() as session:
        assert session.get_one(Run, claimed.id).result() == result_of(claimed, PASSED)


def test_a_claim_whose_lease_expired_counts_until_another_claims_the_run(database: Database) -> None:
    queued(database)
    claimed = take(database, lease_seconds=-1)
    with database.write() as session:
        assert runs.complete_run(session, claimed, result_of(claimed))


def test_a_claim_whose_lease_expired_counts_no_more_once_another_claims_the_run(database: Database) -> None:
    queued(database)
    late = take(database, lease_seconds=-1)
    with database.write() as session:
        assert ids(runs.sweep_runs(session, clock(session), 3)) == ([late.id], [])
    claimed = take(database)
    with database.write() as session:
        assert renew(session, Run, late, 60) is None
        assert not release_run(session, late, charge=True, reason="late")
        assert not runs.complete_run(session, late, result_of(late, FAILED))
        assert runs.complete_run(session, claimed, result_of(claimed, PASSED))
    assert claimed.tries == 2


def test_a_run_that_is_renewed_is_not_swept(database: Database) -> None:
    queued(database)
    claimed = take(database, lease_seconds=-1)
    with database.write() as session:
        assert renew(session, Run, claimed, 60) is not None
        assert ids(runs.sweep_runs(session, clock(session), 3)) == ([], [])


@pytest.mark.parametrize(("charge", "tries"), [(True, 2), (False, 1)])
def test_a_run_that_is_released_waits_again(database: Database, charge: bool, tries: int) -> None:
    queued(database)
    claimed = take(database)
    with database.write() as session:
        assert release_run(session, claimed, charge=charge, reason="no bench")
        assert session.get_one(Run, claimed.id).reason == "no bench"
        assert runs_waiting(session, "interactive") == 1
    again = take(database)
    assert (again.id, again.tries) == (claimed.id, tries)
    assert again.claim != claimed.claim


def test_a_run_that_was_begun_too_often_is_not_graded(database: Database) -> None:
    run_id = queued(database)
    for _ in range(2):
        take(database, lease_seconds=-1)
        with database.write() as session:
            assert ids(runs.sweep_runs(session, clock(session), 3)) == ([run_id], [])
    take(database, lease_seconds=-1)
    with database.write() as session:
        assert ids(runs.sweep_runs(session, clock(session), 3)) == ([], [run_id])
    with database.read() as session:
        run = session.get_one(Run, run_id)
        result = run.result()
        assert run.submission.run_id is None
    assert (result.outcome, result.score) == ("not graded", None)
    assert result.max_score == float(bundle_named("double").max_score)
    assert result.message == "Grading was begun 3 times and broke off each time."


def test_a_run_that_was_released_too_often_is_not_graded(database: Database) -> None:
    run_id = queued(database)
    for _ in range(3):
        claimed = take(database)
        with database.write() as session:
            release_run(session, claimed, charge=True, reason="the bench broke")
    with database.write() as session:
        assert ids(runs.sweep_runs(session, clock(session), 3)) == ([], [run_id])
        assert runs.claim_run(session, "interactive", "slot 1", 60) is None


def test_leases_expire_at_their_time(database: Database) -> None:
    queued(database)
    claimed = take(database, lease_seconds=60)
    with database.write() as session:
        now = clock(session)
        assert ids(runs.sweep_runs(session, now + timedelta(seconds=55), 3)) == ([], [])
        assert ids(runs.sweep_runs(session, now + timedelta(seconds=65), 3)) == ([claimed.id], [])


def at_once(works: Sequence[Callable[[Database], list[str]]], database: Database) -> list[str]:
    """Do several things at once, each on a connection of its own, and return all that they found."""
    barrier = Barrier(len(works))

    def begin(work: Callable[[Database], list[str]]) -> list[str]:
        own = open_database(database.url)
        try:
            with own.read() as session:  # connected before the start
                runs_waiting(session, "background")
            barrier.wait()
            return work(own)
        finally:
            own.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [found for each in pool.map(begin, works) for found in each]


def claim_all(database: Database) -> list[str]:
    found = []
    while True:
        with database.write() as session:
            claimed = runs.claim_run(session, "interactive", "slot", 60)
        if claimed is None:
            return found
        found.append(claimed.id)


def complete(claimed: ClaimedRun, database: Database) -> list[str]:
    with database.write() as session:
        return ["completed"] * runs.complete_run(session, claimed, result_of(claimed, PASSED, FAILED))


def sweep(database: Database) -> list[str]:
    with database.write() as session:
        return ["swept"] * len(runs.sweep_runs(session, clock(session), 3).requeued)


def test_no_two_slots_get_the_same_run(database: Database) -> None:
    with database.write() as session:
        tasks = [assignment(session) for _ in range(2)]
        students = [person(session) for _ in range(6)]
        asked = [waiting_run(session, students[at % 6], tasks[at % 2]).id for at in range(RUNS)]
    assert Counter(at_once([claim_all] * THREADS, database)) == Counter(asked)


def test_of_many_that_complete_a_run_at_once_one_counts(database: Database) -> None:
    for _ in range(5):
        queued(database)
        assert at_once([partial(complete, take(database))] * THREADS, database) == ["completed"]


def test_a_run_is_completed_or_swept_but_not_both(database: Database) -> None:
    for _ in range(5):
        queued(database)
        claimed = take(database, lease_seconds=-1)
        found = at_once([partial(complete, claimed), sweep] * (THREADS // 2), database)
        assert found in (["completed"], ["swept"])
        if found == ["swept"]:
            take(database)
