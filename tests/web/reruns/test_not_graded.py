"""What was not graded by our fault: listed with the reason, and graded again once."""

from datetime import timedelta

import pytest

from records.database.audit import AuditEntry
from records.people.models import Person
from records.queue.runs import claim_run, request_run, sweep_runs
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, Submission
from tests.web.portal import Browser, Portal, passed, tokens
from tests.web.test_queries import queries
from worker.queue import announcing

PAGE = "/courses/ml/not-graded"
WHY = "Grading was begun 1 times and broke off each time."


@pytest.fixture
def grete(portal: Portal) -> Browser:
    return portal.logged_in("Grete", "grader")


def broken(portal: Portal, name: str, kind: str = "submit") -> str:
    """Have somebody hand something in that cannot be graded, and return the submission."""
    ticket = portal.submit(portal.logged_in(name), kind=kind).get_json()
    with portal.database.write() as session:
        claim_run(session, "interactive", "a slot", 0.0)
    with portal.database.write() as session:
        ended = sweep_runs(session, portal.now() + timedelta(hours=1), 1).ended
        assert [run.id for run in ended] == [ticket["run"]]
    return str(ticket["submission"])


def runs_of(portal: Portal, submission: str) -> list[Run]:
    with portal.database.read() as session:
        query = session.query(Run).filter_by(submission_id=submission)
        return query.order_by(Run.queued_at).all()


def test_what_was_not_graded_is_listed_with_why(portal: Portal, grete: Browser) -> None:
    assert "Everything is graded" in grete.get(PAGE).text
    submission = broken(portal, "Ada")
    portal.graded(portal.logged_in("Ben"), passed())
    page = grete.get(PAGE).text
    assert WHY in page
    assert f"/submissions/{submission}/marking" in page
    assert ">Ben<" not in page


def test_one_of_them_is_graded_again_by_the_version_in_force(portal: Portal, grete: Browser) -> None:
    ada, ben = broken(portal, "Ada"), broken(portal, "Ben")
    [run] = runs_of(portal, ada)
    answer = grete.post(PAGE, {"run": run.id}, follow_redirects=True)
    assert "1 is being graded again" in answer.text
    assert ">Ben<" in answer.text
    assert ">Ada<" not in answer.text
    assert [(one.state, one.queue) for one in runs_of(portal, ada)] == [
        ("not graded", "interactive"),
        ("queued", "interactive"),
    ]
    assert len(runs_of(portal, ben)) == 1
    with portal.database.read() as session:
        [entry] = session.query(AuditEntry).filter_by(action="grade again")
    assert (entry.submission_id, entry.reason) == (ada, WHY)


def test_all_are_graded_again_and_each_once(portal: Portal, grete: Browser) -> None:
    submissions = [broken(portal, name) for name in ("Ada", "Ben")]
    assert "2 are being graded again" in grete.post(PAGE, {"all": "1"}, follow_redirects=True).text
    assert "There was nothing to grade again" in grete.post(PAGE, {"all": "1"}, follow_redirects=True).text
    assert [len(runs_of(portal, one)) for one in submissions] == [2, 2]


def test_the_queue_is_not_woken_for_each_one(portal: Portal, grete: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Ada", "Ben", "Chen"):
        broken(portal, name)
    monkeypatch.setattr(announcing, "MAX_WAKEUPS", 2)
    before = tokens(portal, "interactive")
    assert "3 are being graded again" in grete.post(PAGE, {"all": "1"}, follow_redirects=True).text
    assert tokens(portal, "interactive") - before == 2


def test_what_a_rerun_could_not_grade_is_graded_again_for_the_rerun(portal: Portal, grete: Browser) -> None:
    submission = str(portal.graded(portal.logged_in("Ada"), passed())["submission"])
    with portal.database.write() as session:
        person_id = session.query(Person).filter_by(name="Grete").one().id
        kept = session.get_one(Submission, submission)
        rerun = Rerun(course_id=portal.course_id, person_id=person_id)
        session.add(rerun)
        run = request_run(session, kept, queue="background")
        session.flush()
        item = {"rerun_id": rerun.id, "submission_id": submission, "position": 0, "version_hash": kept.version_hash}
        session.add(RerunItem(run_before=kept.run_id, run_after=run.id, **item))
    with portal.database.write() as session:
        claim_run(session, "background", "a slot", 0.0)
    with portal.database.write() as session:
        sweep_runs(session, portal.now() + timedelta(hours=1), 1)
    assert "in a rerun" in grete.get(PAGE).text
    grete.post(PAGE, {"all": "1"})
    _, _, anew = runs_of(portal, submission)
    assert (anew.queue, anew.state, anew.seed) == ("background", "queued", 1)
    with portal.database.read() as session:
        assert session.query(RerunItem).one().run_after == anew.id
        assert session.get_one(Submission, submission).run_id != anew.id


def test_students_neither_see_nor_retry(portal: Portal) -> None:
    submission = broken(portal, "Ada")
    ben = portal.logged_in("Ben")
    assert ben.get(PAGE).status_code == 404
    assert ben.post(PAGE, {"all": "1"}).status_code == 404
    assert len(runs_of(portal, submission)) == 1


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, grete: Browser) -> None:
    database = portal.app.extensions["gradeloop"].database
    broken(portal, "Ada")
    few = queries(grete, database, PAGE)
    for number in range(3):
        broken(portal, f"Student{number}")
    assert len(queries(grete, database, PAGE)) <= len(few)
