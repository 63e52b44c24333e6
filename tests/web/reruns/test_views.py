"""Reruns on the portal: requested, followed, compared and decided; and the notices students get."""

import re
from collections.abc import Iterable

import pytest
from sqlalchemy import select

from grader.results.run import TestResult
from records.courses.models import Assignment, Course, Membership
from records.people.models import Person
from records.queue.runs import claim_run, complete_run, request_run
from records.submissions.models import Run, Submission
from records.versions.publishing import upload_version
from tests.records.samples import result_of
from tests.web.portal import Browser, Portal, passed
from tests.web.test_queries import queries
from web.reruns import presenters

RERUNS = "/courses/ml/reruns"
REASON = "The test of shapes asked for too much."


def failed(name: str = "test_hidden.py::test_it", **values: object) -> TestResult:
    """Return a test that failed."""
    test = {"points": 0.0, "outcome": "failed", "message": "The shape is wrong.", **values}
    return passed(name, **test)


def begin(browser: Browser, **form: object) -> str:
    """Begin a rerun of the assignment, and return the address of its page."""
    asked = {"assignment": "double", "which": "all", "reason": REASON, **form}
    answer = browser.post(RERUNS, asked)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def grade(portal: Portal, *tests: TestResult, each: Iterable[TestResult | None] = ()) -> int:
    """Finish what waits in the background queue: one test for each in turn, then all the same; None for not graded."""
    count, singles = 0, iter(each)
    while True:
        with portal.database.write() as session:
            taken = claim_run(session, "background", "a slot", 60)
            if taken is None:
                return count
            test = next(singles, tests[0] if tests else None)
            result = result_of(taken, *((test, *tests[1:]) if test else ()), seed=taken.seed)
            if test is None:
                result = result_of(
                    taken, outcome="not graded", score=None, message="the judge is gone", seed=taken.seed
                )
            assert complete_run(session, taken, result)
        count += 1


def points(portal: Portal) -> list[float | None]:
    """Return the points that count, by when they were submitted."""
    with portal.database.read() as session:
        query = select(Run.score).join(Submission, Submission.run_id == Run.id)
        return list(session.scalars(query.order_by(Submission.created_at)))


def test_from_a_corrected_suite_to_a_notice(portal: Portal) -> None:
    ada, ines = portal.logged_in("Ada"), portal.logged_in("Ines", "instructor")
    ticket = portal.graded(ada, failed(title="The shape is kept."))
    assert "No reruns yet" in ines.get(RERUNS).text
    assert "1 submission" in ines.get(f"{RERUNS}/new?assignment=double").text
    page = begin(ines)
    underway = ines.get(page).text
    assert 'data-progress="' in underway
    assert ines.get(f"{page}/state").get_json() == {
        "finished": False,
        "done": 0,
        "total": 1,
        "doing": "waiting for a free slot",
    }
    grade(portal, passed(title="The shape is kept."))
    compared = ines.get(page).text
    assert "Nothing has changed yet." in compared
    assert "<strong>1</strong> <span>rises</span>" in compared
    assert "Newly passes: </span></span>The shape is kept." in compared
    assert points(portal) == [0.0]
    assert "graded again" not in ada.get(f"/submissions/{ticket['submission']}").text
    answer = ines.post(f"{page}/apply", {"scope": "all", "reason": REASON}, follow_redirects=True)
    assert "Applied to one submission. One student was notified." in answer.text
    assert points(portal) == [1.0]
    undone = ines.post(f"{page}/undo", {"reason": "A mistake."}, follow_redirects=True)
    assert "the grades before count again for one submission" in undone.text
    assert points(portal) == [0.0]


def test_both_results_stand_side_by_side(portal: Portal) -> None:
    ada, ines = portal.logged_in("Ada"), portal.logged_in("Ines", "instructor")
    ticket = portal.graded(ada, failed("test_hidden.py::test_shape", title="Shapes."), passed(title="Values."))
    page = begin(ines)
    grade(portal, passed("test_hidden.py::test_shape", title="Shapes."), passed(title="Values."))
    shown = ines.get(f"{page}/submissions/{ticket['submission']}").text
    assert "gains points" in shown
    assert "The shape is wrong." in shown
    assert "1 test is the same" in shown
    ids = re.findall(r'\bid="([^"]+)"', shown)
    assert len(ids) == len(set(ids))
    assert ines.get(f"{page}/submissions/nothing").status_code == 404


def test_the_comparison_is_filtered_and_paged(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presenters, "PER_PAGE", 2)
    ines = portal.logged_in("Ines", "instructor")
    for name in ("Ada", "Ben", "Chen", "Dora"):
        portal.graded(portal.logged_in(name), passed() if name == "Dora" else failed())
    page = begin(ines)
    grade(portal, each=[passed(), None, passed(), failed()])
    rows = ines.get(f"{page}?change=falls").text
    assert '<th scope="row">Dora' in rows
    assert '<th scope="row">Ada' not in rows
    assert "page 1 of 2" in ines.get(page).text
    assert "the judge is gone" in ines.get(f"{page}?change=not+graded").text
    flipped = ines.get(f"{page}?test=test_hidden.py::test_it&name=ADA").text
    assert '<th scope="row">Ada' in flipped
    assert "No submission of this rerun is like that." in ines.get(f"{page}?name=nobody").text


def test_the_results_of_an_unverified_version_are_applied_by_an_instructor_only(portal: Portal) -> None:
    grader, ines = portal.logged_in("Grete", "grader"), portal.logged_in("Ines", "instructor")
    portal.graded(portal.logged_in("Ada"), failed())
    draft = type(portal.bundle).from_files("double", {**portal.bundle.files, "prompt.md": b"# Double\n\nAnew.\n"})
    author = portal.person("Amir", "admin")
    with portal.database.write() as session:
        upload_version(session, session.get_one(Assignment, portal.assignment_id), draft, author)
    page = begin(grader, version=draft.version)
    grade(portal, passed())
    refused = grader.post(f"{page}/apply", {"scope": "all", "reason": REASON})
    assert refused.status_code == 409
    assert "only an instructor may apply" in refused.text
    assert points(portal) == [0.0]
    ines.post(f"{page}/apply", {"scope": "all", "reason": REASON})
    assert points(portal) == [1.0]


def test_a_chosen_few_are_applied(portal: Portal) -> None:
    ines = portal.logged_in("Ines", "instructor")
    tickets = [portal.graded(portal.logged_in(name), failed()) for name in ("Ada", "Ben")]
    page = begin(ines)
    grade(portal, passed())
    refused = ines.post(f"{page}/apply", {"scope": "", "reason": "Because."})
    assert refused.status_code == 422
    assert "Choose what to apply" in refused.text
    assert "Because." in refused.text
    ines.post(f"{page}/apply", {"scope": "chosen", "submission": [tickets[1]["submission"]]})
    assert points(portal) == [0.0, 1.0]


def test_who_was_graded_meanwhile_is_named_and_nothing_changes(portal: Portal) -> None:
    ada, ines = portal.logged_in("Ada"), portal.logged_in("Ines", "instructor")
    tickets = [portal.graded(ada, failed()), portal.graded(portal.logged_in("Ben"), failed())]
    page = begin(ines)
    grade(portal, passed())
    with portal.database.write() as session:
        run = request_run(session, session.get_one(Submission, tickets[0]["submission"]), queue="interactive")
    portal.grade(run.id, [failed(), passed("test_hidden.py::test_other")])
    assert "One submission was graded again since" in ines.get(page).text
    refused = ines.post(f"{page}/apply", {"scope": "all", "reason": "Typed with care."})
    assert refused.status_code == 409
    assert "counts by now for Ada" in refused.text
    assert "Typed with care." in refused.text
    assert points(portal) == [1.0, 0.0]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"reason": " "}, "Say why"),
        ({"which": "none"}, "Choose which submissions"),
        ({"which": "failing"}, "Choose the test"),
        ({"which": "picked"}, "No submission is picked"),
        ({"assignment": ""}, "Choose an assignment"),
        ({"version": "f" * 64}, "no such version"),
        ({"reason": "x" * 501}, "too long"),
        ({"which": "failing", "test": "test_hidden.py::no_such"}, "nothing to grade again"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(
    portal: Portal, form: dict[str, str], sentence: str
) -> None:
    portal.graded(portal.logged_in("Ada"), failed())
    ines = portal.logged_in("Ines", "instructor")
    answer = ines.post(RERUNS, {"assignment": "double", "which": "all", "reason": "With care.", **form})
    assert answer.status_code in (409, 422)
    assert sentence in answer.text
    assert "reason" in form or "With care." in answer.text
    assert "No reruns yet" in ines.get(RERUNS).text


def test_a_second_rerun_of_the_same_submissions_is_refused(portal: Portal) -> None:
    portal.graded(portal.logged_in("Ada"), failed())
    ines = portal.logged_in("Ines", "instructor")
    page = begin(ines)
    refused = ines.post(RERUNS, {"assignment": "double", "which": "all", "reason": "Again."})
    assert refused.status_code == 409
    assert "asked for by Ines" in refused.text
    ines.post(f"{page}/pause")
    assert "Paused." in ines.get(page).text
    ines.post(f"{page}/resume")
    assert grade(portal, passed()) == 1
    ines.post(f"{page}/discard")
    assert "Discarded. No grade has changed." in ines.get(page).text
    begin(ines)


def test_submissions_are_picked_on_the_pages_that_show_them(portal: Portal) -> None:
    ines = portal.logged_in("Ines", "instructor")
    browsers = {name: portal.logged_in(name) for name in ("Ada", "Ben", "Chen")}
    ids = {name: str(portal.graded(browser, failed())["submission"]) for name, browser in browsers.items()}
    with portal.database.read() as session:
        people = {one.name: one.id for one in session.scalars(select(Person))}
    of_one = re.search(r'href="([^"]*/reruns/new[^"]*)"', ines.get(f"/submissions/{ids['Ada']}/marking").text)
    assert of_one is not None
    assert "on another page. Ada." in ines.get(of_one[1].replace("&amp;", "&")).text
    ticked = ines.post(f"{RERUNS}/new", {"assignment": "double", "person": [people["Ada"], people["Chen"]]}).text
    assert "on another page. Ada, Chen." in ticked
    assert f'name="submission" value="{ids["Chen"]}"' in ticked
    assert f'name="submission" value="{ids["Ben"]}"' not in ticked
    assert "Nobody is picked" in ines.post(f"{RERUNS}/new", {"assignment": "double"}).text
    begin(ines, which="picked", submission=[ids["Ada"], ids["Chen"]])
    assert grade(portal, passed()) == 2


def test_what_waits_for_its_first_grading_is_not_picked(portal: Portal) -> None:
    ada, ines = portal.logged_in("Ada"), portal.logged_in("Ines", "instructor")
    portal.graded(ada, failed())
    waiting = portal.submit(ada).get_json()
    assert "Grade again" not in ines.get(f"/submissions/{waiting['submission']}/marking").text
    page = begin(ines)
    portal.grade(waiting["run"], [passed()])
    grade(portal, passed())
    assert ines.post(f"{page}/apply", {"scope": "all"}).status_code == 303


def test_nobody_of_another_course_is_named_among_those_picked(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    own = portal.graded(portal.logged_in("Ada"), failed())["submission"]
    zoe = portal.person("Zoe", None)
    with portal.database.write() as session:
        course = Course(slug="elsewhere", title="Elsewhere")
        session.add(course)
        session.flush()
        version = session.get_one(Assignment, portal.assignment_id).version_hash
        session.add(Assignment(course_id=course.id, slug="double", version_hash=version, visibility="visible"))
        session.add(Membership(course_id=course.id, person_id=zoe, role="student"))
    with monkeypatch.context() as there:
        there.setattr(portal, "page", "/courses/elsewhere/assignments/double")
        other = portal.graded(portal.browser_of(zoe), failed())["submission"]
    ines = portal.logged_in("Ines", "instructor")
    asked = {"assignment": "double", "which": "picked", "submission": [own, other]}
    page = ines.get(f"{RERUNS}/new", query_string=asked).text
    assert "Ada" in page
    assert "Zoe" not in page
    begin(ines)
    refused = ines.post(RERUNS, {**asked, "reason": REASON})
    assert refused.status_code == 409
    assert "Zoe" not in refused.text


def test_a_whole_course_is_rerun_by_what_counts(portal: Portal) -> None:
    ada, ines = portal.logged_in("Ada"), portal.logged_in("Ines", "instructor")
    portal.graded(ada, failed())
    portal.graded(ada, passed())
    page = begin(ines, assignment="", which="course")
    assert grade(portal, passed()) == 1
    assert "Rerun of the whole course" in ines.get(page).text


def test_students_and_strangers_find_no_rerun(portal: Portal) -> None:
    ada = portal.logged_in("Ada")
    ticket = portal.graded(ada, failed())
    grete = portal.logged_in("Grete", "grader")
    page = begin(grete)
    grade(portal, passed())
    for browser in (ada, portal.logged_in("Eve", None)):
        for path in (RERUNS, f"{RERUNS}/new", page, f"{page}/state", f"{page}/submissions/{ticket['submission']}"):
            assert browser.get(path).status_code == 404
        for verb in ("pause", "resume", "cancel", "apply", "discard", "undo"):
            assert browser.post(f"{page}/{verb}", {"scope": "all"}).status_code == 404
        assert browser.post(RERUNS, {"assignment": "double", "which": "all", "reason": "Me."}).status_code == 404
    assert points(portal) == [0.0]


def test_a_rerun_is_not_found_in_another_course(portal: Portal) -> None:
    portal.graded(portal.logged_in("Ada"), failed())
    ines = portal.logged_in("Ines", "instructor")
    page = begin(ines)
    with portal.database.write() as session:
        other = Course(slug="other", title="Another course")
        session.add(other)
        session.flush()
        me = session.scalars(select(Person).where(Person.name == "Ines")).one()
        session.add(Membership(course_id=other.id, person_id=me.id, role="admin"))
    assert ines.get(page.replace("/ml/", "/other/")).status_code == 404
    assert ines.post(f"{page.replace('/ml/', '/other/')}/cancel").status_code == 404


def test_what_students_are_called_and_print_is_text(portal: Portal) -> None:
    ines = portal.logged_in("Ines", "instructor")
    evil = "<script>alert(1)</script>"
    ticket = portal.graded(portal.logged_in("Ada"), failed(message=evil, title=evil, output=evil))
    with portal.database.write() as session:
        session.scalars(select(Person).where(Person.name == "Ada")).one().name = evil
    page = begin(ines, reason=evil)
    grade(portal, passed(title=evil))
    for path in (RERUNS, page, f"{page}/submissions/{ticket['submission']}", f"{RERUNS}/new?assignment=double"):
        assert evil not in ines.get(path).text


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_submissions(portal: Portal) -> None:
    database = portal.app.extensions["gradeloop"].database
    ines = portal.logged_in("Ines", "instructor")
    first = portal.graded(portal.logged_in("Ada"), failed())
    page = begin(ines)
    grade(portal, passed())
    paths = (RERUNS, f"{RERUNS}/new?assignment=double", page)
    few = [len(queries(ines, database, path)) for path in (*paths, f"{page}/submissions/{first['submission']}")]
    ines.post(f"{page}/discard")
    for number in range(4):
        portal.graded(portal.logged_in(f"Student{number}"), failed(), passed("test_hidden.py::test_other"))
    page = begin(ines)
    grade(portal, passed(), passed("test_hidden.py::test_other"))
    paths = (RERUNS, f"{RERUNS}/new?assignment=double", page)
    many = [len(queries(ines, database, path)) for path in (*paths, f"{page}/submissions/{first['submission']}")]
    assert many <= few
