"""What was submitted: history, which attempt counts, two side by side, and one's own work to keep."""

import io
import zipfile

import pytest

from tests.web.portal import Browser, Portal, passed


def graded(portal: Portal, browser: Browser, points: float, text: str = "def double(x):\n    return x\n") -> str:
    ticket = portal.submit(browser, text).get_json()
    portal.grade(ticket["run"], [passed(points=points, max_points=10.0)])
    return str(ticket["submission"])


@pytest.mark.parametrize(("policy", "counts"), [("best", 2), ("first", 1), ("last", 3)])
def test_the_attempt_that_counts_is_marked(portal: Portal, policy: str, counts: int) -> None:
    portal.set(active_rule=policy)
    browser = portal.logged_in("Ada")
    submissions = [graded(portal, browser, points) for points in (4.0, 9.0, 7.0)]
    page = browser.get(f"{portal.page}/attempts").text
    rows = page.split("<tr>")
    (marked,) = [row for row in rows if ">counts<" in row]
    assert submissions[counts - 1] in marked
    assert f"The {policy} attempt counts." in page
    points = {1: "4", 2: "9", 3: "7"}[counts]
    assert f"<strong>{points}</strong>" in browser.get("/courses/ml").text


def test_a_submission_shows_its_code_and_results(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    page = browser.get(f"/submissions/{graded(portal, browser, 4.0)}").text
    assert "return x" in page
    assert "It works." in page
    assert "Attempt 1" in page


def test_two_of_ones_own_are_shown_side_by_side(portal: Portal) -> None:
    ada, ben = portal.logged_in("Ada"), portal.logged_in("Ben")
    old, new = graded(portal, ada, 4.0, "# the old one\n"), graded(portal, ada, 9.0, "# the new one\n")
    other = graded(portal, ben, 1.0)
    page = ada.get(f"{portal.page}/compare?old={old}&new={new}").text
    assert "# the old one" in page
    assert "# the new one" in page
    assert ada.get(f"{portal.page}/compare?old={old}&new={other}").status_code == 404
    assert ada.get(f"{portal.page}/compare?old={old}").status_code == 404


def test_a_submission_of_somebody_else_is_not_there(portal: Portal) -> None:
    theirs = graded(portal, portal.logged_in("Ada"), 4.0)
    for name, role, status in (("Ben", "student", 404), ("Eve", None, 404), ("Grete", "grader", 200)):
        browser = portal.logged_in(name, role)  # type: ignore[arg-type]
        assert browser.get(f"/submissions/{theirs}").status_code == status
        assert browser.get(f"/submissions/{theirs}/download").status_code == status


def test_ones_own_work_can_be_kept(portal: Portal) -> None:
    ada = portal.logged_in("Ada")
    graded(portal, ada, 4.0, "# mine\n")
    graded(portal, portal.logged_in("Ben"), 4.0, "# of Ben\n")
    answer = ada.get("/courses/ml/download")
    assert answer.headers["Content-Disposition"] == "attachment; filename=ml.zip"
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert [archive.read(name) for name in archive.namelist()] == [b"# mine\n"]
    assert all(name.startswith("ml/double/") and ".." not in name for name in archive.namelist())


def test_who_submitted_nothing_is_told_what_to_do(portal: Portal) -> None:
    assert "Nothing submitted yet" in portal.logged_in("Ada").get(f"{portal.page}/attempts").text
