"""What a class tells its teachers, who fails alike, and what can be said to all of them at once."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from grader.bundle.submission import SubmittedFiles
from grader.results.run import TestResult
from records.courses.models import Role
from records.database.audit import AuditEntry
from records.database.base import Queue
from records.marking.models import Comment
from records.people.models import Person
from records.queue import runs
from records.queue.runs import claim_run
from records.submissions import models
from records.submissions.models import Run
from records.versions.models import Version
from tests.runs import run_of
from tests.web.portal import Browser, Portal, passed, tokens
from tests.web.test_queries import counted
from worker.queue import announcing

PAGE = "/courses/ml/assignments/double"
SQUARED = {
    "outcome": "failed",
    "points": 0.0,
    "message": "It is the square.",
    "diagnosis": "You squared.",
    "wrong": "square",
}
FAILED = {"outcome": "failed", "points": 0.0, "message": "It is not the right number."}


def wrong(name: str = "test_hidden.py::test_it", **values: Any) -> TestResult:
    return passed(name, **{**SQUARED, **values})


def failed(name: str = "test_hidden.py::test_it", **values: Any) -> TestResult:
    return passed(name, **{**FAILED, **values})


def submitted(portal: Portal, *tests: TestResult, name: str) -> Mapping[str, Any]:
    """Have a new student hand something in that ends with these tests."""
    return portal.graded(portal.logged_in(name), *tests)


@pytest.fixture
def staff(portal: Portal) -> Browser:
    return portal.logged_in("Ines", "instructor")


@pytest.fixture
def group(portal: Portal, staff: Browser) -> str:
    """A page of a group of three, who have squared."""
    for name in ("Ada", "Ben", "Cleo"):
        submitted(portal, wrong(), passed("test_hidden.py::test_more"), name=name)
    return addresses(staff)[0]


def addresses(browser: Browser) -> list[str]:
    """Return the addresses of the groups, in their order."""
    page = browser.get(f"{PAGE}/groups").text
    return list(dict.fromkeys(re.findall(rf'href="({PAGE}/groups/[0-9a-f]+)[?"]', page)))


def chosen_in(page: str) -> list[str]:
    return re.findall(r'name="submission" value="([0-9a-f]+)" ?(?:checked)?', page)


def comments(portal: Portal) -> list[Comment]:
    with portal.database.read() as session:
        return list(session.scalars(select(Comment)))


@pytest.mark.parametrize("published", [True, False])
def test_where_nothing_is_graded_the_pages_say_so(portal: Portal, staff: Browser, published: bool) -> None:
    if not published:
        portal.set(version_hash=None)
    for path in ("/insights", "/groups"):
        page = staff.get(PAGE + path).text
        assert "Nothing graded yet" in page
        assert "earlier version" not in page
    assert "Not searched yet" in staff.get(f"{PAGE}/similarity").text


def test_the_most_frequent_mistake_is_what_to_explain_first(portal: Portal, staff: Browser, group: str) -> None:
    submitted(portal, failed(), name="Dan")
    page = staff.get(f"{PAGE}/insights").text

    first, second = page.index("You squared."), page.index("It is not the right number.")
    assert first < second
    assert f'href="{group}"' in page
    assert "<strong>3</strong>" in page


@pytest.mark.usefixtures("group")
def test_it_says_how_many_have_got_past_a_mistake(portal: Portal, staff: Browser) -> None:
    eva = portal.logged_in("Eva")
    portal.graded(eva, wrong())
    portal.graded(eva, passed())

    assert "1 more had it and got past it." in staff.get(f"{PAGE}/insights").text


def test_each_test_has_its_pass_rate_and_first_try_rate(portal: Portal, staff: Browser) -> None:
    eva = portal.logged_in("Eva")
    portal.graded(eva, failed())
    portal.graded(eva, passed())
    submitted(portal, passed(), name="Ada")
    page = staff.get(f"{PAGE}/insights").text

    assert "2 of 2 pass now; 1 of 2 passed at their first attempt" in page
    assert "Everyone passes it" in page


def test_last_attempts_may_be_looked_at_in_place_of_those_that_count(portal: Portal, staff: Browser) -> None:
    eva = portal.logged_in("Eva")
    portal.graded(eva, passed())
    portal.graded(eva, failed())

    assert "1 of 1 pass now" in staff.get(f"{PAGE}/insights").text
    assert "0 of 1 pass now" in staff.get(f"{PAGE}/insights?of=latest").text


@pytest.mark.usefixtures("group")
def test_attempts_graded_by_an_earlier_version_are_counted_apart(portal: Portal, staff: Browser) -> None:
    with portal.database.write() as session:
        other = Version(hash="b" * 64, slug="double", title="Double", environment="numpy", max_score=1, files={})
        session.add(other)
    old = portal.bundle.version
    portal.set(version_hash="b" * 64)
    page = staff.get(f"{PAGE}/insights").text

    assert "3 students" in page
    assert "You squared." not in page
    assert "You squared." in staff.get(f"{PAGE}/insights?version={old}").text
    assert staff.get(f"{PAGE}/insights?version={'c' * 64}").status_code == 404


def test_what_students_wrote_is_shown_as_text(portal: Portal, staff: Browser) -> None:
    evil = "<script>alert(1)</script>"
    browser = portal.logged_in("Eva")
    ticket = portal.submit(browser, f"# {evil}\n").get_json()
    portal.grade(ticket["run"], [failed(message=f"{evil} `{evil}`", title=evil)])
    with portal.database.write() as session:
        session.query(Person).filter_by(email="eva@example.org").one().name = evil
    for path in ("/insights", "/groups", addresses(staff)[0].removeprefix(PAGE)):
        page = staff.get(PAGE + path).text
        assert evil not in page
        assert "&lt;script&gt;" in page


def test_a_group_shows_an_example_and_its_members(staff: Browser, group: str) -> None:
    page = staff.get(group).text

    assert "3 students fail in this way" in page
    assert "def double(x):" in page
    assert all(name in page for name in ("Ada", "Ben", "Cleo"))
    others = re.findall(r'href="([^"]*example=[0-9a-f]+[^"]*)#code"', page)
    assert staff.get(others[-1].replace("&amp;", "&")).status_code == 200


@pytest.mark.usefixtures("group")
def test_a_group_that_is_no_more_leads_back_to_the_groups(staff: Browser) -> None:
    answer = staff.get(f"{PAGE}/groups/0123456789abcdef", follow_redirects=True)

    assert "Nobody fails in that way any more" in answer.text


def test_a_comment_is_shown_with_the_names_before_it_is_written(portal: Portal, staff: Browser, group: str) -> None:
    chosen = chosen_in(staff.get(group).text)
    preview = staff.post(f"{group}/comment", {"text": "Look at `x * x`.", "submission": chosen[:2]})

    assert "2 students will read this" in preview.text
    assert comments(portal) == []

    staff.post(f"{group}/comment", {"text": "Look at `x * x`.", "submission": chosen[:2], "confirmed": "1"})

    assert {comment.submission_id for comment in comments(portal)} == set(chosen[:2])
    assert "Ines to 2 of them" in staff.get(group).text
    with portal.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "comment")).all()
    assert {entry.submission_id for entry in entries} == set(chosen[:2])


@pytest.mark.parametrize(
    ("form", "sentence"),
    [({"text": "  "}, "nothing in the comment"), ({"text": "Look.", "submission": []}, "Nobody is chosen")],
)
def test_an_empty_comment_or_one_to_nobody_is_refused_and_its_text_kept(
    portal: Portal, staff: Browser, group: str, form: dict[str, Any], sentence: str
) -> None:
    chosen = chosen_in(staff.get(group).text)
    answer = staff.post(f"{group}/comment", {"submission": chosen, "confirmed": "", **form})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert form["text"] in answer.text
    assert comments(portal) == []


def test_a_comment_on_somebody_elses_submission_is_refused_whole(portal: Portal, staff: Browser, group: str) -> None:
    chosen = chosen_in(staff.get(group).text)
    trial = portal.submit(staff).get_json()["submission"]
    for other in (trial, "f" * 32):
        form = {"text": "Look.", "submission": [*chosen, other], "confirmed": "1"}
        assert staff.post(f"{group}/comment", form).status_code == 404
    assert comments(portal) == []


def test_a_group_becomes_a_draft_of_a_wrong_answer(portal: Portal, staff: Browser) -> None:
    browser = portal.logged_in("Eva")
    ticket = portal.submit(browser, "# by Eva\ndef double(x):\n    return x + 2\n").get_json()
    portal.grade(ticket["run"], [failed()])
    (group,) = addresses(staff)
    page = staff.get(f"{group}/wrong-answer").text
    link = re.search(r'href="([^"]+file=[^"]+)"', page)
    assert link
    sent = staff.get(link[1].replace("&amp;", "&"))

    assert 'value="wrong/fails_it.py"' in page
    assert sent.headers["Content-Disposition"] == "attachment; filename=fails_it.py"
    assert "return x + 2" in sent.text
    assert "Eva" not in sent.text
    assert sent.text.startswith('"""Say here what the mistake is')


def test_what_is_no_python_cannot_become_one(portal: Portal, staff: Browser) -> None:
    ticket = portal.submit(portal.logged_in("Eva"), "def double(:\n").get_json()
    portal.grade(ticket["run"], [failed()], "Python cannot read your file.")
    (group,) = addresses(staff)

    assert "wrong answer" not in staff.get(group).text
    assert "is no Python" in staff.get(f"{group}/wrong-answer", follow_redirects=True).text


def test_one_seed_tells_answers_apart_that_fail_the_same_tests(portal: Portal, staff: Browser) -> None:
    prints = {}
    for name, own in {"Ada": "aa", "Ben": "bb", "Cleo": "aa", "Dan": "cc"}.items():
        ticket = portal.submit(portal.logged_in(name)).get_json()
        prints[ticket["submission"]] = own
        finish(portal, "interactive", failed(fingerprint=own), seed=ord(own[0]) + len(prints))
    before = grades(portal)
    assert len(addresses(staff)) == 1

    answer = staff.post(f"{PAGE}/groups/same-seed")
    assert answer.status_code == 303
    assert "/reruns/" in answer.headers["Location"]
    for _ in prints:
        finish(portal, "background", lambda taken: failed(fingerprint=prints[taken.submission_id]))

    assert len(addresses(staff)) == 2
    assert "The same values in the same test" in staff.get(f"{PAGE}/groups").text
    assert grades(portal) == before


def test_one_wake_up_does_for_many_answers(portal: Portal, staff: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Ada", "Ben", "Cleo"):
        submitted(portal, failed(), name=name)
    monkeypatch.setattr(announcing, "MAX_WAKEUPS", 2)
    before = tokens(portal, "background")
    assert staff.post(f"{PAGE}/groups/same-seed").status_code == 303
    assert tokens(portal, "background") - before == 2


def test_where_another_rerun_holds_them_one_seed_is_refused_with_a_sentence(portal: Portal, staff: Browser) -> None:
    submitted(portal, failed(), name="Ada")
    staff.post(f"{PAGE}/groups/same-seed")

    assert "Another rerun holds" in staff.post(f"{PAGE}/groups/same-seed", follow_redirects=True).text


def grades(portal: Portal) -> dict[str, str | None]:
    with portal.database.read() as session:
        return {one.id: one.run_id for one in session.scalars(select(models.Submission))}


def finish(portal: Portal, queue: Queue, test: Any, seed: int | None = None) -> None:
    """Finish the next run of a queue as a worker does, with the seed that it is to have."""
    with portal.database.write() as session:
        taken = claim_run(session, queue, "a slot", 60)
        assert taken is not None
        found = test(taken) if callable(test) else test
        asked = session.get_one(Run, taken.id).seed
        run = run_of(
            found,
            version=taken.version,
            submission=SubmittedFiles(taken.files).id,
            seed=seed if asked is None else asked,
        )
        assert runs.complete_run(session, taken, run)


def test_students_are_never_shown_a_fingerprint(portal: Portal) -> None:
    eva = portal.logged_in("Eva")
    ticket = portal.graded(eva, failed(fingerprint="a1b2c3d4e5f6"))
    addresses = [place for place in ticket.values() if isinstance(place, str) and place.startswith("/")]
    addresses += [f"/submissions/{ticket['submission']}", f"{PAGE}/attempts"]

    assert len(addresses) > 3
    for address in addresses:
        answer = eva.get(address)
        assert "a1b2c3d4e5f6" not in answer.text
        assert "fingerprint" not in answer.text


@pytest.mark.parametrize("role", ["student", None])
@pytest.mark.parametrize("path", ["/insights", "/groups", "/groups/0123456789abcdef", "/similarity"])
def test_whoever_does_not_teach_finds_nothing(portal: Portal, role: Role | None, path: str) -> None:
    assert portal.logged_in("Sam", role).get(PAGE + path).status_code == 404


@pytest.mark.parametrize("path", ["/groups/same-seed", "/groups/0123456789abcdef/comment", "/similarity"])
def test_students_can_ask_for_nothing_here(portal: Portal, path: str) -> None:
    assert portal.logged_in("Sam").post(PAGE + path, {"confirmed": "1", "text": "x"}).status_code == 404


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/insights", "/groups", "{group}"])
def test_the_number_of_queries_does_not_grow_with_the_class(
    portal: Portal, staff: Browser, group: str, path: str
) -> None:
    database = portal.app.extensions["gradeloop"].database
    address = path.format(group=group) if "{" in path else PAGE + path

    def queries() -> int:
        staff.get(address)
        with counted(database) as statements:
            assert staff.get(address).status_code == 200
        return len(statements)

    few = queries()
    for number in range(5):
        submitted(portal, wrong(), *[failed(f"t.py::test_{place}") for place in range(6)], name=f"Student{number}")

    assert queries() <= few
