"""Submissions that are alike: asked for, followed, and looked at side by side, by staff alone."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from records.database.audit import AuditEntry
from records.queue.jobs import Job, claim_job, complete_job
from tests.web.portal import Browser, Portal, passed
from tests.web.test_queries import counted

PAGE = "/courses/ml/assignments/double/similarity"
SOURCE = "\n\ndef double(value):\n    again = value\n    return again + value\n"


@pytest.fixture
def staff(portal: Portal) -> Browser:
    return portal.logged_in("Grete", "grader")


def submitted(portal: Portal, name: str, source: str = SOURCE) -> str:
    browser = portal.logged_in(name)
    ticket = portal.submit(browser, source).get_json()
    portal.grade(ticket["run"], [passed()])
    return str(ticket["submission"])


def finished(portal: Portal, staff: Browser, *pairs: tuple[str, str], **report: Any) -> str:
    """Ask for a search, end it as a worker does, and return its id."""
    assert staff.post(PAGE).status_code == 303
    with portal.database.write() as session:
        taken = claim_job(session, 60, ["numpy"])
        assert taken is not None
        found = {
            "submissions": 3,
            "compared": 2,
            "too_short": [],
            "left_out": 0,
            "threshold": 0.5,
            "pairs": [alike(left, right) for left, right in pairs],
            "more": 0,
            **report,
        }
        assert complete_job(session, taken, found)
        return taken.id


def alike(left: str, right: str) -> dict[str, Any]:
    return {
        "left": left,
        "right": right,
        "similarity": 0.93,
        "left_share": 0.93,
        "right_share": 0.41,
        "tokens": 90,
        "identical": False,
        "only_these": ["again", "<b>"],
        "passages": [{"file": "double.py", "left": [4, 5], "right": [3, 3]}],
    }


def test_before_a_search_the_page_says_what_one_does(staff: Browser) -> None:
    page = staff.get(PAGE).text

    assert "Not searched yet" in page
    assert "the starter" in page


def test_a_search_is_asked_for_once_and_followed(portal: Portal, staff: Browser) -> None:
    staff.post(PAGE)
    staff.post(PAGE)
    with portal.database.read() as session:
        (job,) = session.scalars(select(Job)).all()
        entries = session.scalars(select(AuditEntry.action)).all()
    page = staff.get(PAGE).text
    address = re.search(r'data-progress="([^"]+)"', page)

    assert address
    assert staff.get(address[1]).get_json() == {"finished": False, "done": 0, "total": 0, "doing": ""}
    assert (job.kind, job.assignment_id) == ("similarity", portal.assignment_id)
    assert set(entries) == {"search similarity"}


def test_its_pairs_are_listed_with_what_only_they_write(portal: Portal, staff: Browser) -> None:
    ada, ben = submitted(portal, "Ada"), submitted(portal, "Ben")
    finished(portal, staff, (ada, ben), more=7)
    page = staff.get(PAGE).text

    assert "Ada and Ben" in page
    assert "93 %" in page
    assert "<code>&lt;b&gt;</code>" in page
    assert "7 more pairs" in page
    assert "no proof" in page


def test_a_pair_is_shown_side_by_side_with_its_passages_marked(portal: Portal, staff: Browser) -> None:
    ada, ben = submitted(portal, "Ada"), submitted(portal, "Ben", SOURCE + "# <script>alert(1)</script>\n")
    job = finished(portal, staff, (ada, ben))
    page = staff.get(f"{PAGE}/{job}/1").text

    marked = re.findall(r'<span class="same" id="([^"]+)">([^<]*)', page)
    assert [place for place, _ in marked] == ["left-double.py-4", "left-double.py-5", "right-double.py-3"]
    assert marked[0][1] == "    again = value\n"
    assert "<script>alert(1)" not in page


@pytest.mark.parametrize("place", ["0", "2", "x"])
def test_there_are_no_other_pairs(portal: Portal, staff: Browser, place: str) -> None:
    job = finished(portal, staff, (submitted(portal, "Ada"), submitted(portal, "Ben")))

    assert staff.get(f"{PAGE}/{job}/{place}").status_code == 404
    assert staff.get(f"{PAGE}/{'f' * 32}/1").status_code == 404


def test_the_reason_a_search_failed_is_shown(portal: Portal, staff: Browser) -> None:
    staff.post(PAGE)
    with portal.database.write() as session:
        taken = claim_job(session, 60, ["numpy"])
        assert taken is not None
        complete_job(session, taken, message="The package copydetect is missing.")
    page = staff.get(PAGE).text

    assert "The package copydetect is missing." in page
    assert "Search again" in page


def test_no_similar_submissions_is_a_sentence(portal: Portal, staff: Browser) -> None:
    finished(portal, staff, too_short=["a", "b"])
    page = staff.get(PAGE).text

    assert "No similar submissions" in page
    assert "2 have too little of their own" in page


def test_a_student_finds_nothing_even_of_their_own(portal: Portal, staff: Browser) -> None:
    student = portal.logged_in("Ada")
    submission = portal.graded(student, passed())["submission"]
    job = finished(portal, staff, (submission, submitted(portal, "Ben")))

    for path in ("", f"/{job}/1", f"/{job}/state", f"?job={job}"):
        assert student.get(PAGE + path).status_code == 404
    assert student.post(PAGE).status_code == 404


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow_with_the_pairs(portal: Portal, staff: Browser) -> None:
    database = portal.app.extensions["gradeloop"].database
    ids = [submitted(portal, "Ada"), submitted(portal, "Ben")]

    def queries(job: str) -> int:
        staff.get(PAGE)
        with counted(database) as statements:
            assert staff.get(PAGE).status_code == 200
            assert staff.get(f"{PAGE}/{job}/1").status_code == 200
        return len(statements)

    few = queries(finished(portal, staff, (ids[0], ids[1])))
    ids += [submitted(portal, f"Student{number}") for number in range(4)]
    job = finished(portal, staff, *[(one, other) for one in ids for other in ids if one < other])

    assert queries(job) <= few
