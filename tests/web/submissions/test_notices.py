"""Notices: students are told what changed and why, as far as they may see it, until they dismiss it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from records.marking.marking import MarkingValues, save_values
from records.marking.models import Marking
from records.submissions.models import Submission
from records.submissions.notices import Notice, notify
from tests.web.portal import Browser, Portal, passed
from tests.web.reruns.test_views import REASON, begin, failed, grade
from tests.web.test_queries import queries

SHAPE = {"name": "test_hidden.py::test_shape", "title": "The shape is kept."}
VALUE = {"name": "test_hidden.py::test_value", "title": "The values are right.", "points": 3.0, "max_points": 3.0}


@pytest.fixture
def ada(portal: Portal) -> Browser:
    """A student with one point of four."""
    ada = portal.logged_in("Ada")
    portal.graded(ada, passed(**SHAPE), failed(**{**VALUE, "points": 0.0}))
    return ada


@pytest.fixture
def ines(portal: Portal) -> Browser:
    """An instructor."""
    return portal.logged_in("Ines", "instructor")


def rerun(portal: Portal, ines: Browser, *tests: object) -> str:
    """Rerun all with these tests, apply it, and return its address."""
    page = begin(ines)
    grade(portal, *tests)  # type: ignore[arg-type]
    assert ines.post(f"{page}/apply", {"scope": "all"}).status_code == 303
    return page


def the_notice(portal: Portal) -> Notice:
    with portal.database.read() as session:
        return session.scalars(select(Notice)).one()


def test_a_student_reads_what_changed_and_why_until_it_is_dismissed(
    portal: Portal, ada: Browser, ines: Browser
) -> None:
    rerun(portal, ines, failed(**SHAPE), passed(**VALUE))
    notice = the_notice(portal)
    for path in ("/courses/ml", f"/submissions/{notice.submission_id}"):
        page = ada.get(path).text
        assert "Attempt 1 at Double a vector was graded again." in page
        assert "<strong>1 of 4</strong> points before, <strong>3 of 4</strong> now." in page
        assert REASON in page
        assert "The values are right. <span" in page
    dismissed = ada.post(f"/notices/{notice.id}/dismiss", {"back": "/courses/ml"})
    assert dismissed.headers["Location"] == "/courses/ml"
    assert "graded again" not in ada.get("/courses/ml").text


def test_undoing_is_told_too(portal: Portal, ada: Browser, ines: Browser) -> None:
    page = rerun(portal, ines, passed(**SHAPE), passed(**VALUE))
    ines.post(f"{page}/undo", {"reason": "It was applied too early."})
    told = ada.get("/courses/ml").text
    assert "An earlier grade of Attempt 1 at Double a vector is back." in told
    assert "It was applied too early." in told
    assert "<strong>4 of 4</strong> points before, <strong>1 of 4</strong> now." in told


def test_tests_that_are_not_shown_yet_are_not_told_of(portal: Portal, ines: Browser) -> None:
    portal.set(due_at=portal.now() + timedelta(days=1))
    ada = portal.logged_in("Ada")
    later = {**VALUE, "visibility": "after_due_date"}
    portal.graded(ada, failed(**SHAPE), failed(**{**later, "points": 0.0}))
    rerun(portal, ines, passed(**SHAPE), passed(**later))
    told = ada.get("/courses/ml").text
    assert "<strong>0 of 1</strong> points before, <strong>1 of 1</strong> now." in told
    assert "The values are right." not in told
    portal.set(due_at=portal.now() - timedelta(seconds=1))
    assert "<strong>0 of 4</strong> points before, <strong>4 of 4</strong> now." in ada.get("/courses/ml").text


def test_a_change_that_a_student_cannot_see_is_not_told(portal: Portal, ines: Browser) -> None:
    ada = portal.logged_in("Ada")
    portal.graded(ada, failed(**SHAPE, visibility="hidden"))
    page = begin(ines)
    grade(portal, passed(**SHAPE, visibility="hidden"))
    answer = ines.post(f"{page}/apply", {"scope": "all"}, follow_redirects=True)
    assert "No student sees a difference, so nobody was notified." in answer.text
    assert "graded again" not in ada.get("/courses/ml").text


def test_nothing_is_told_of_a_result_that_is_held(portal: Portal, ada: Browser, ines: Browser) -> None:
    rerun(portal, ines, passed(**SHAPE), passed(**VALUE))
    portal.set(results_unreleased=True)
    assert "graded again" not in ada.get("/courses/ml").text
    portal.set(results_unreleased=False)
    assert "graded again" in ada.get("/courses/ml").text


@pytest.mark.parametrize("whole", [True, False], ids=["the assignment", "the submission"])
def test_what_changed_while_a_result_was_held_is_told_when_it_is_let_go(
    portal: Portal, ada: Browser, ines: Browser, whole: bool
) -> None:
    grader_id = portal.person("Grete", "grader")

    def hold(held: bool, revision: int) -> None:
        if whole:
            portal.set(results_unreleased=held)
            return
        with portal.database.write() as session:
            submission = session.scalars(select(Submission)).one()
            save_values(session, submission, MarkingValues(unreleased=held), grader_id, revision)

    hold(True, 0)
    page = begin(ines)
    grade(portal, passed(**SHAPE), passed(**VALUE))
    answer = ines.post(f"{page}/apply", {"scope": "all"}, follow_redirects=True)
    assert "One student will be notified when the result is released." in answer.text
    assert "graded again" not in ada.get("/courses/ml").text
    hold(False, 1)
    told = ada.get("/courses/ml").text
    assert "<strong>1 of 4</strong> points before, <strong>4 of 4</strong> now." in told
    assert REASON in told


def test_what_is_held_takes_no_place_from_what_may_be_told(portal: Portal, ada: Browser) -> None:
    grader_id = portal.person("Grete", "grader")
    later = [str(portal.graded(ada, passed(**SHAPE))["submission"]) for _ in range(10)]
    with portal.database.write() as session:
        submissions = session.scalars(select(Submission).order_by(Submission.created_at)).all()
        for submission in submissions:
            notify(session, [submission.id], "Well argued.")
        for submission_id in later:
            session.add(Marking(submission_id=submission_id, person_id=grader_id, unreleased=True))
    told = ada.get("/courses/ml").text
    assert "Attempt 1 at Double a vector was marked by a grader." in told
    assert "Attempt 2 at" not in told.partition("was marked")[2]
    portal.set(visibility="hidden")
    assert "was marked" not in ada.get("/courses/ml").text


def test_other_words_for_the_same_points_are_told(portal: Portal, ada: Browser, ines: Browser) -> None:
    rerun(portal, ines, passed(**SHAPE), failed(**{**VALUE, "points": 0.0, "message": "In other words."}))
    told = ada.get("/courses/ml").text
    assert "The points stay 1 of 4; what is said of a test is new." in told


def test_a_grader_s_change_is_told(portal: Portal, ada: Browser) -> None:
    with portal.database.write() as session:
        submission = session.scalars(select(Submission)).one()
        notify(session, [submission.id], "<b>Well argued</b>.")
    told = ada.get("/courses/ml").text
    assert "Attempt 1 at Double a vector was marked by a grader." in told
    assert "&lt;b&gt;Well argued&lt;/b&gt;." in told


def test_nobody_dismisses_what_somebody_else_was_told(portal: Portal, ada: Browser, ines: Browser) -> None:
    rerun(portal, ines, passed(**SHAPE), passed(**VALUE))
    notice = the_notice(portal)
    for other in (ines, portal.logged_in("Ben")):
        assert other.post(f"/notices/{notice.id}/dismiss").status_code == 404
        assert "graded again" not in other.get("/courses/ml").text
    outward = ada.post(f"/notices/{notice.id}/dismiss", {"back": "https://elsewhere.example/"})
    assert outward.headers["Location"] == "/"


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_notices(portal: Portal, ada: Browser, ines: Browser) -> None:
    database = portal.app.extensions["gradeloop"].database
    rerun(portal, ines, passed(**SHAPE), passed(**VALUE))
    few = queries(ada, database, "/courses/ml")
    for _ in range(3):
        portal.graded(ada, failed(**SHAPE))
    rerun(portal, ines, passed(**SHAPE))
    many = queries(ada, database, "/courses/ml")
    assert len(many) <= len(few), "\n\n".join(many)
