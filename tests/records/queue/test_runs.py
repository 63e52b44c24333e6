"""The life of a run, on both databases."""

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
from records.queue.runs import ClaimedRun, SweptRuns, release_run, renew_run, request_run, runs_waiting
from records.submissions.models import Kind, Run
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.records.samples import assignment, person, queued, result_of, submission, take, waiting_run
from tests.runs import BROKEN, FAILED, PASSED

THREADS = 8
RUNS = 48


def test_a_run_is_finished_with_what_it_found_and_becomes_the_grade(database: Database) -> None:
    run_id = queued(database)
    taken = take(database)
    result = result_of(taken, PASSED, FAILED, seed=2**63 - 1, score=1 / 3, peak_memory_mib=87.3)
    with database.write() as session:
        assert runs.complete_run(session, run_id, taken.claim, result)
    with database.read() as session:
        run = session.get_one(Run, run_id)
        assert run.state == "graded"
        assert run.result() == result
        assert run.submission.run_id == run_id


def test_a_taken_run_brings_what_grading_it_needs(database: Database) -> None:
    bundle = bundle_named("double")
    with database.write() as session:
        run = waiting_run(session, person(session), assignment(session))
    taken = take(database)
    assert taken == ClaimedRun(
        run_id=run.id,
        claim=taken.claim,
        tries=1,
        queue="interactive",
        assignment_id=run.assignment_id,
        version=bundle.version,
        slug="double",
        environment="numpy",
        files={"double.py": b"def double(x):\n    return x + x\n"},
        submission_id=run.submission_id,
        waited_seconds=taken.waited_seconds,
        kind="submit",
        seed=None,
    )
    assert taken.claim not in repr(taken)
    assert taken.waited_seconds >= 0


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_taken_run_tells_the_kind_of_its_submission(database: Database, kind: Kind) -> None:
    with database.write() as session:
        kept = submission(session, person(session), assignment(session), kind=kind)
        request_run(session, kept, queue="interactive")
    assert take(database).kind == kind


def test_nothing_is_taken_from_an_empty_queue(database: Database) -> None:
    queued(database, "background")
    with database.write() as session:
        assert runs.claim_run(session, "interactive", "slot 1", 60) is None
        assert runs_waiting(session, "interactive") == 0
        assert runs_waiting(session, "background") == 1


def test_a_run_that_is_underway_is_not_taken_again(database: Database) -> None:
    queued(database)
    take(database)
    with database.write() as session:
        assert runs.claim_run(session, "interactive", "slot 2", 60) is None


def test_a_run_that_was_not_graded_is_no_grade(database: Database) -> None:
    run_id = queued(database)
    taken = take(database)
    result = result_of(taken, BROKEN, outcome="not graded", score=None, message="the judge is gone")
    with database.write() as session:
        assert runs.complete_run(session, run_id, taken.claim, result)
    with database.read() as session:
        run = session.get_one(Run, run_id)
        assert run.result() == result
        assert run.submission.run_id is None


def test_a_rerun_leaves_the_grade_as_it_is(database: Database) -> None:
    run_id = queued(database, "background")
    taken = take(database, "background")
    with database.write() as session:
        runs.complete_run(session, run_id, taken.claim, result_of(taken))
        assert session.get_one(Run, run_id).submission.run_id is None


def test_a_result_of_something_else_is_refused(database: Database) -> None:
    queued(database)
    taken = take(database)
    for mistaken in ({"version": "0" * 64}, {"submission": "0" * 64}):
        with pytest.raises(ValueError, match="not one of run"), database.write() as session:
            runs.complete_run(session, taken.run_id, taken.claim, result_of(taken, **mistaken))


def test_a_run_is_graded_by_the_version_it_is_asked_for(database: Database) -> None:
    with database.write() as session:
        other = keep_version(session, bundle_named("target"))
        kept = submission(session, person(session), assignment(session))
        request_run(session, kept, queue="background", version=other)
    assert take(database, "background").version == bundle_named("target").version


def test_a_result_counts_once(database: Database) -> None:
    queued(database)
    taken = take(database)
    with database.write() as session:
        assert runs.complete_run(session, taken.run_id, taken.claim, result_of(taken, PASSED))
    with database.write() as session:
        assert not runs.complete_run(session, taken.run_id, taken.claim, result_of(taken, FAILED))
    with database.read() as session:
        assert session.get_one(Run, taken.run_id).result() == result_of(taken, PASSED)


def test_a_claim_that_lapsed_counts_until_another_has_taken_the_run(database: Database) -> None:
    queued(database)
    taken = take(database, lease_seconds=-1)
    with database.write() as session:
        assert runs.complete_run(session, taken.run_id, taken.claim, result_of(taken))


def test_a_claim_that_lapsed_and_was_taken_by_another_is_heard_no_more(database: Database) -> None:
    queued(database)
    late = take(database, lease_seconds=-1)
    with database.write() as session:
        assert runs.sweep_runs(session, clock(session), 3) == SweptRuns([late.run_id], [])
    taken = take(database)
    with database.write() as session:
        assert not renew_run(session, late.run_id, late.claim, 60)
        assert not release_run(session, late.run_id, late.claim, charge=True, reason="late")
        assert not runs.complete_run(session, late.run_id, late.claim, result_of(late, FAILED))
        assert runs.complete_run(session, taken.run_id, taken.claim, result_of(taken, PASSED))
    assert taken.tries == 2


def test_a_run_that_is_kept_is_not_swept(database: Database) -> None:
    queued(database)
    taken = take(database, lease_seconds=-1)
    with database.write() as session:
        assert renew_run(session, taken.run_id, taken.claim, 60)
        assert runs.sweep_runs(session, clock(session), 3) == SweptRuns([], [])


@pytest.mark.parametrize(("charge", "tries"), [(True, 2), (False, 1)])
def test_a_run_that_is_given_back_waits_again(database: Database, charge: bool, tries: int) -> None:
    queued(database)
    taken = take(database)
    with database.write() as session:
        assert release_run(session, taken.run_id, taken.claim, charge=charge, reason="no bench")
        assert session.get_one(Run, taken.run_id).reason == "no bench"
        assert runs_waiting(session, "interactive") == 1
    again = take(database)
    assert (again.run_id, again.tries) == (taken.run_id, tries)
    assert again.claim != taken.claim


def test_a_run_that_was_begun_too_often_is_not_graded(database: Database) -> None:
    run_id = queued(database)
    for _ in range(2):
        take(database, lease_seconds=-1)
        with database.write() as session:
            assert runs.sweep_runs(session, clock(session), 3).requeued == [run_id]
    take(database, lease_seconds=-1)
    with database.write() as session:
        assert runs.sweep_runs(session, clock(session), 3) == SweptRuns([], [run_id])
    with database.read() as session:
        run = session.get_one(Run, run_id)
        result = run.result()
        assert run.submission.run_id is None
    assert (result.outcome, result.score) == ("not graded", None)
    assert result.max_score == float(bundle_named("double").max_score)
    assert result.message == "Grading was begun 3 times and broke off each time."


def test_a_run_that_was_given_back_too_often_is_not_graded(database: Database) -> None:
    run_id = queued(database)
    for _ in range(3):
        taken = take(database)
        with database.write() as session:
            release_run(session, run_id, taken.claim, charge=True, reason="the bench broke")
    with database.write() as session:
        assert runs.sweep_runs(session, clock(session), 3).ended == [run_id]
        assert runs.claim_run(session, "interactive", "slot 1", 60) is None


def test_leases_lapse_at_their_time(database: Database) -> None:
    queued(database)
    taken = take(database, lease_seconds=60)
    with database.write() as session:
        now = clock(session)
        assert runs.sweep_runs(session, now + timedelta(seconds=55), 3).requeued == []
        assert runs.sweep_runs(session, now + timedelta(seconds=65), 3).requeued == [taken.run_id]


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


def take_all(database: Database) -> list[str]:
    found = []
    while True:
        with database.write() as session:
            taken = runs.claim_run(session, "interactive", "slot", 60)
        if taken is None:
            return found
        found.append(taken.run_id)


def finish(taken: ClaimedRun, database: Database) -> list[str]:
    with database.write() as session:
        return ["finished"] * runs.complete_run(session, taken.run_id, taken.claim, result_of(taken, PASSED, FAILED))


def sweep(database: Database) -> list[str]:
    with database.write() as session:
        return ["swept"] * len(runs.sweep_runs(session, clock(session), 3).requeued)


def test_no_two_takers_get_the_same_run(database: Database) -> None:
    with database.write() as session:
        tasks = [assignment(session) for _ in range(2)]
        students = [person(session) for _ in range(6)]
        asked = [waiting_run(session, students[at % 6], tasks[at % 2]).id for at in range(RUNS)]
    assert Counter(at_once([take_all] * THREADS, database)) == Counter(asked)


def test_of_many_that_finish_a_run_at_once_one_is_heard(database: Database) -> None:
    for _ in range(5):
        queued(database)
        assert at_once([partial(finish, take(database))] * THREADS, database) == ["finished"]


def test_a_run_is_finished_or_swept_but_not_both(database: Database) -> None:
    for _ in range(5):
        queued(database)
        taken = take(database, lease_seconds=-1)
        found = at_once([partial(finish, taken), sweep] * (THREADS // 2), database)
        assert found in (["finished"], ["swept"])
        if found == ["swept"]:
            take(database)
