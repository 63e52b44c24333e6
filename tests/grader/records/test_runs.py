"""The life of a run, on both databases."""

from grader import records
from tests.grader.records.samples import assignment, person, result_of, waiting_run
from tests.runs import FAILED, PASSED


def test_a_run_is_finished_with_what_it_found(database: records.Database) -> None:
    with database.write() as session:
        run = waiting_run(session, person(session), assignment(session))
    with database.write() as session:
        taken = records.take(session, "interactive", "slot 1", 15)
    assert taken is not None
    assert taken.files == {"double.py": b"def double(x):\n    return x + x\n"}
    result = result_of(taken, PASSED, FAILED)
    with database.write() as session:
        assert records.finish(session, taken.run_id, taken.claim, result)
    with database.read() as session:
        kept = session.get_one(records.Run, run.id)
        assert kept.state == "graded"
        assert kept.result() == result
        assert kept.submission.run_id == run.id
