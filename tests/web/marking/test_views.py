"""Marking: comments, rubric items, overrides, unreleased results, what students see, and two graders at once."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from records.courses.models import Assignment
from records.database.audit import AuditEntry
from records.database.engine import clock
from records.marking.models import Comment, Marking, RubricItem
from records.submissions.attempts import Attempt, attempts_in
from records.submissions.models import Run
from records.submissions.notices import Notice
from tests.web.portal import Browser, Portal, passed
from tests.web.test_queries import counted


@pytest.fixture
def ada(portal: Portal) -> Browser:
    return portal.logged_in("Ada")


@pytest.fixture
def grete(portal: Portal) -> Browser:
    return portal.logged_in("Grete", "grader")


@pytest.fixture
def submission(portal: Portal, ada: Browser) -> str:
    """The id of a submission of Ada's, with 4 of 10 points."""
    return str(portal.graded(ada, passed(points=4.0, max_points=10.0))["submission"])


def at(submission: str, *more: str) -> str:
    return "/".join([f"/submissions/{submission}", *(more or ("marking",))])


def save(browser: Browser, submission: str, revision: int = 0, **typed: Any) -> Any:
    seen = {"seen_items": "", "seen_override": "", "seen_reason": "", "seen_unreleased": ""}
    return browser.post(at(submission), {"revision": revision, **seen, **typed})


def final_score(portal: Portal, submission: str) -> float | None:
    return attempt(portal, submission).final_score


def attempt(portal: Portal, submission: str) -> Attempt:
    with portal.database.read() as session:
        assignment = session.get_one(Assignment, portal.assignment_id)
        found = attempts_in(session, [assignment], clock(session))
        return next(one for attempts in found.values() for one in attempts if one.submission_id == submission)


def log(portal: Portal, submission: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    with portal.database.read() as session:
        entries = session.query(AuditEntry).filter_by(submission_id=submission)
        return [(one.action, one.reason, one.after or {}) for one in entries.order_by(AuditEntry.id)]


def rubric(portal: Portal, *items: tuple[str, float]) -> list[str]:
    with portal.database.write() as session:
        made = [
            RubricItem(assignment_id=portal.assignment_id, title=title, points=points, position=place)
            for place, (title, points) in enumerate(items)
        ]
        session.add_all(made)
        session.flush()
        return [item.id for item in made]


def test_a_grader_sees_the_code_its_runs_and_what_was_found(grete: Browser, submission: str) -> None:
    page = grete.get(at(submission)).text
    assert "def double(x)" in page
    assert "It works." in page
    assert "Every run of it" in page
    assert "<h1>Ada " in page


@pytest.mark.parametrize(("name", "role"), [("Ben", "student"), ("Eve", None)])
def test_marking_is_for_staff(portal: Portal, ada: Browser, submission: str, name: str, role: Any) -> None:
    for browser in (ada, portal.logged_in(name, role)):
        assert browser.get(at(submission)).status_code == 404
        assert save(browser, submission, override="10", reason="I like it").status_code == 404
        assert browser.get("/courses/ml/assignments/double/marking").status_code == 404
    assert final_score(portal, submission) == 4.0


def test_an_override_needs_a_reason_and_is_saved_shown_and_logged(
    portal: Portal, ada: Browser, grete: Browser, submission: str
) -> None:
    refused = save(grete, submission, override="7,5")
    assert refused.status_code == 422
    assert "An override needs a reason" in refused.text
    assert 'value="7,5"' in refused.text
    assert save(grete, submission, override="7,5", reason="The statement misled you.").status_code == 303
    assert final_score(portal, submission) == 7.5
    [(action, reason, after)] = log(portal, submission)
    assert (action, reason, after["override"]) == ("override", "The statement misled you.", 7.5)
    page = ada.get(f"/submissions/{submission}").text
    assert "This counts 7.5 points" in page
    assert "The statement misled you." in page
    with portal.database.read() as session:
        [notice] = session.query(Notice).all()
    assert (notice.kind, notice.reason) == ("marked", "The statement misled you.")


@pytest.mark.parametrize("points", ["nan", "inf", "-1", "1e9", "x", "99999999", "１"])
def test_an_override_that_is_no_number_is_refused_and_stays_in_the_form(
    portal: Portal, grete: Browser, submission: str, points: str
) -> None:
    answer = save(grete, submission, override=points, reason="because", text="Nearly.")
    assert answer.status_code == 422
    assert f'value="{points}"' in answer.text
    assert "Nearly." in answer.text
    assert final_score(portal, submission) == 4.0


def test_rubric_items_add_and_take_points(portal: Portal, ada: Browser, grete: Browser, submission: str) -> None:
    style, late = rubric(portal, ("Style", 1.5), ("No docstring", -0.5))
    save(grete, submission, item=[style, late])
    assert final_score(portal, submission) == 5.0
    page = ada.get(f"/submissions/{submission}").text
    assert "+1.5" in page
    assert "No docstring" in page
    save(grete, submission, revision=1, item=[late])
    assert final_score(portal, submission) == 3.5
    assert [after["rubric"] for _, _, after in log(portal, submission)] == [
        ["No docstring (-0.5)", "Style (+1.5)"],
        ["No docstring (-0.5)"],
    ]


def test_an_item_is_made_and_changed_for_all_it_holds_for(portal: Portal, grete: Browser, submission: str) -> None:
    grete.post(at(submission, "rubric"), {"revision": 0, "item_title": "Style", "item_points": "1"})
    assert final_score(portal, submission) == 5.0
    with portal.database.read() as session:
        [item] = session.query(RubricItem).all()
    change = {"was_title": "Style", "was_points": "1", "item_title": "Good style", "item_points": "2", "revision": 1}
    assert grete.post(at(submission, "rubric", item.id), change).status_code == 303
    assert final_score(portal, submission) == 6.0
    again = grete.post(at(submission, "rubric", item.id), change | {"revision": 2})
    assert again.status_code == 422
    assert "Somebody changed this item meanwhile" in again.text
    gone = {"was_title": "Good style", "was_points": "2", "item_title": "Good style", "item_points": "2"}
    grete.post(at(submission, "rubric", item.id), gone | {"revision": 2, "retire": "1"})
    assert final_score(portal, submission) == 6.0
    assert "(retired)" in grete.get(at(submission)).text


@pytest.mark.both_databases
def test_students_are_notified_of_a_changed_rubric_in_a_few_statements(
    portal: Portal, grete: Browser, submission: str
) -> None:
    database = portal.app.extensions["gradeloop"].database
    [item] = rubric(portal, ("Style", 1.0))

    def change(revision: int, was: str, points: str) -> int:
        named = {"was_title": "Style", "item_title": "Style", "was_points": was, "item_points": points}
        with counted(database) as statements:
            answer = grete.post(at(submission, "rubric", item), {"revision": revision, **named})
        assert answer.status_code == 303, answer.text
        return len(statements)

    save(grete, submission, item=[item])
    few = change(1, "1", "2")
    others = [str(portal.graded(portal.logged_in(name), passed())["submission"]) for name in ("Ben", "Chen", "Dora")]
    for other in others:
        save(grete, other, item=[item], **({"unreleased": "1"} if other == others[2] else {}))
    with portal.database.write() as session:  # Ben has read that he was marked, Chen has not
        session.query(Notice).filter_by(submission_id=others[0]).one().seen_at = clock(session)
    assert change(attempt_revision(portal, submission), "2", "3") <= few + 1  # one more: a notice is new
    with portal.database.read() as session:
        notices = session.query(Notice).filter_by(reason="The rubric item Style now counts +3.").all()
        ids = sorted(notice.submission_id for notice in notices)
        assert all(notice.run_before == notice.run_after == notice.submission.run_id for notice in notices)
    assert ids == sorted([submission, *others])  # Dora reads hers once her result is released


def test_an_item_keeps_all_digits_when_renamed_and_is_as_it_was_when_retired(
    portal: Portal, grete: Browser, submission: str
) -> None:
    [item] = rubric(portal, ("Style", 1.2345678))

    def change(revision: int, **typed: str) -> None:
        [form] = [one for one in grete.get(at(submission)).text.split("<form") if f"/rubric/{item}" in one]
        fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form.partition("<button")[0]))
        sent = {"was_title", "was_points", "item_title", "item_points"}
        assert sent <= fields.keys(), fields
        shown = {name: fields[name] for name in sent}
        answer = grete.post(at(submission, "rubric", item), {**shown, **typed, "revision": revision})
        assert answer.status_code == 303, answer.text

    save(grete, submission, item=[item])
    change(1, item_title="Good style")
    change(attempt_revision(portal, submission), item_title="Another", item_points="", retire="1")
    with portal.database.read() as session:
        kept = session.get_one(RubricItem, item)
    assert (kept.title, kept.points, kept.retired) == ("Good style", 1.2345678, True)


@pytest.mark.parametrize(
    ("title", "points"), [("", "1"), ("Style", ""), ("Style", "0"), ("Style", "nan"), ("x" * 201, "1")]
)
def test_an_item_without_title_or_points_is_refused(
    portal: Portal, grete: Browser, submission: str, title: str, points: str
) -> None:
    answer = grete.post(at(submission, "rubric"), {"revision": 0, "item_title": title, "item_points": points})
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    with portal.database.read() as session:
        assert session.query(RubricItem).count() == 0


def test_an_unreleased_result_is_not_shown_until_it_is_released(
    portal: Portal, ada: Browser, grete: Browser, submission: str
) -> None:
    save(grete, submission, unreleased="1", text="See me about this.")
    page = ada.get(f"/submissions/{submission}").text
    assert "See me about this." not in page
    assert "hold the results back" in page
    assert "marked by a grader" not in ada.get("/courses/ml").text
    save(grete, submission, revision=attempt_revision(portal, submission))
    assert "See me about this." in ada.get(f"/submissions/{submission}").text
    assert "There is a comment from a grader." in ada.get("/courses/ml").text
    assert [action for action, _, _ in log(portal, submission)] == ["withhold", "comment", "release"]


def attempt_revision(portal: Portal, submission: str) -> int:
    with portal.database.read() as session:
        return session.get_one(Marking, submission).revision


def test_the_second_of_two_graders_is_warned_and_overwrites_nothing(
    portal: Portal, grete: Browser, submission: str
) -> None:
    hugo = portal.logged_in("Hugo", "grader")
    save(grete, submission, override="9", reason="Nearly all of it.")
    late = save(hugo, submission, override="2", reason="Hardly anything.", text="Look again.")
    assert late.status_code == 409
    assert "Grete changed this meanwhile" in late.text
    assert "Nearly all of it." in late.text
    assert 'value="2"' in late.text
    assert "Hardly anything." in late.text
    assert "Look again." in late.text
    assert final_score(portal, submission) == 9.0
    assert len(log(portal, submission)) == 1
    assert save(hugo, submission, revision=1, override="2", reason="Hardly anything.").status_code == 303
    assert final_score(portal, submission) == 2.0


def test_the_second_grader_sees_what_the_first_saved(portal: Portal, grete: Browser, submission: str) -> None:
    style, names = rubric(portal, ("Style", 1.0), ("Names", 0.5))
    save(grete, submission, unreleased="1", item=[style])
    late = portal.logged_in("Hugo", "grader")
    page = save(late, submission, override="8", reason="Nearly.", item=[names]).text
    form = page.split('id="marking"')[1].split("</form>")[0]
    checked = {part.split('"')[0] for part in form.split('value="')[1:] if " checked" in part.split(">")[0]}
    assert checked == {style, names, "1"}
    assert 'value="8"' in form


def test_comments_are_on_lines_changed_and_removed(
    portal: Portal, ada: Browser, grete: Browser, submission: str
) -> None:
    refused = save(grete, submission, text="Why?", file="double.py", line="99")
    assert refused.status_code == 422
    assert "double.py has lines 1 to" in refused.text
    save(grete, submission, text="Why <b>two</b>?", file="double.py", line="2")
    with portal.database.read() as session:
        [comment] = session.query(Comment).all()
    assert (comment.file, comment.line) == ("double.py", 2)
    page = ada.get(f"/submissions/{submission}").text
    assert "Why &lt;b&gt;two&lt;/b&gt;?" in page
    assert "double.py, line 2" in page
    address = at(submission, "comments", comment.id)
    stale = grete.post(address, {"revision": 0, "comment_id": comment.id, "comment": "A stale text"})
    assert (stale.status_code, "A stale text" in stale.text) == (409, True)
    grete.post(address, {"revision": 1, "comment": "Why?"})
    grete.post(address, {"revision": 2, "comment": "Why?", "remove": "1"})
    assert "Why?" not in ada.get(f"/submissions/{submission}").text
    assert [action for action, _, _ in log(portal, submission)] == ["comment", "change comment", "remove comment"]


def test_rubric_items_and_comments_of_other_assignments_are_refused(grete: Browser, submission: str) -> None:
    assert save(grete, submission, item=["f" * 32]).status_code == 422
    assert grete.post(at(submission, "comments", "f" * 32), {"revision": 0, "comment": "x"}).status_code == 404
    change = {"revision": 0, "item_title": "x", "item_points": "1"}
    assert grete.post(at(submission, "rubric", "f" * 32), change).status_code == 404


def test_one_goes_from_student_to_student(portal: Portal, grete: Browser) -> None:
    ids = {}
    for name in ("Zoe", "Ada", "ben"):
        browser = portal.logged_in(name)
        portal.graded(browser, passed(points=1.0, max_points=10.0))
        ids[name] = str(portal.graded(browser, passed(points=4.0, max_points=10.0))["submission"])
    first = grete.get("/courses/ml/assignments/double/marking")
    assert first.location == at(ids["Ada"])
    page = grete.get(at(ids["Ada"])).text
    assert "1 of 3" in page
    answer = save(grete, ids["Ada"], text="Good.", then="next")
    assert grete.get(answer.location).location == at(ids["ben"])
    last = save(grete, ids["Zoe"], then="next")
    assert last.location == at(ids["Zoe"])


def test_what_staff_try_is_not_marked(portal: Portal, grete: Browser) -> None:
    trial = str(portal.graded(grete, passed())["submission"])
    assert "there is nothing to mark" in grete.get(at(trial)).text
    answer = save(grete, trial, override="3", reason="mine")
    assert answer.status_code == 422
    assert "Only attempts of students are marked" in answer.text


def test_each_run_of_it_can_be_looked_at(portal: Portal, grete: Browser, submission: str) -> None:
    with portal.database.read() as session:
        [run] = session.query(Run).all()
    assert "It works." in grete.get(f"{at(submission)}?run={run.id}").text
    assert grete.get(f"{at(submission)}?run={'f' * 32}").status_code == 404
