"""No page asks the database more often because there is more to show."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from records.courses.models import Assignment, Course, Membership
from records.database.engine import Database
from records.people.models import Person, PersonalToken
from tests.web.portal import Browser, Portal, passed

BOTH = {
    "courses.index": "/",
    "courses.show": "/courses/ml",
    "courses.download": "/courses/ml/download",
    "accounts.account": "/account",
    "assignments.show": "{page}",
    "assignments.status": "{page}/status",
    "submissions.attempts": "{page}/attempts",
    "submissions.compare": "{page}/compare?old={submission}&new={submission}",
    "submissions.show": "/submissions/{submission}",
    "submissions.download": "/submissions/{submission}/download",
    "runs.result": "{result}",
    "runs.state": "{state}",
}
STAFF = {"people.show": "/courses/ml/people", "people.import_form": "/courses/ml/people/import"}
PAGES = [("Ada", path) for path in BOTH.values()] + [("Ines", path) for path in (*BOTH.values(), *STAFF.values())]

# What else may be got: the test that counts it, or why there is nothing to count.
ELSEWHERE = {
    **dict.fromkeys(("audit.show", "audit.export"), "audit/test_views"),
    **dict.fromkeys(("reruns.index", "reruns.new", "reruns.show", "reruns.side_by_side"), "reruns/test_views"),
    **dict.fromkeys(("editing.show", "versions.diff", "versions.report", "versions.show"), "authoring/test_views"),
    **dict.fromkeys(("gradebook.show", "gradebook.export", "marking.show"), "gradebook/test_views"),
    **dict.fromkeys(("insights.show", "groups.index", "groups.show", "groups.wrong_answer"), "insights/test_views"),
    **dict.fromkeys(("similarity.show", "similarity.pair"), "insights/test_similarity"),
    "policy.show": "policy/test_views",
    "not_graded.show": "reruns/test_not_graded",
}
NO_ROWS = {
    **dict.fromkeys(("accounts.accept", "accounts.join", "accounts.login", "accounts.refresh"), "about one person"),
    **dict.fromkeys(("reruns.state", "similarity.state", "versions.state"), "about one piece of work"),
    **dict.fromkeys(("versions.new", "trials.show", "versions.download"), "about one version"),
    **dict.fromkeys(("health.health", "health.live", "health.metrics"), "about the service"),
    **dict.fromkeys(("openapi.spec", "static"), "asks no database"),
    "course_settings.show": "about one course",
    "marking.student": "leads to the marking of a submission",
    "runs.events": "asks where one run stands, see submissions/test_queue_position",
}


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.both_databases
@pytest.mark.parametrize(("who", "path"), PAGES)
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, who: str, path: str) -> None:
    database = portal.app.extensions["gradeloop"].database
    browser = portal.logged_in(who, "instructor" if who == "Ines" else "student")
    ticket = portal.graded(browser, passed())
    few = queries(browser, database, address(portal, path, ticket))
    ticket = grow(portal, browser, who)
    many = queries(browser, database, address(portal, path, ticket))
    assert len(many) <= len(few), "\n\n".join(many)


def test_every_page_there_is_is_counted(portal: Portal) -> None:
    rules = portal.app.url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("api.")}
    assert pages == BOTH.keys() | STAFF.keys() | ELSEWHERE.keys() | NO_ROWS.keys()
    for module in set(ELSEWHERE.values()):
        assert "from tests.web.test_queries import" in (Path(__file__).parent / f"{module}.py").read_text()


def address(portal: Portal, path: str, ticket: Mapping[str, str]) -> str:
    submission = ticket["submission"].rpartition("/")[2]
    return path.format(page=portal.page, submission=submission, result=ticket["result"], state=ticket["state"])


def queries(browser: Browser, database: Database, path: str) -> list[str]:
    browser.get(path)
    with counted(database) as statements:
        assert browser.get(path).status_code == 200
    return statements


def grow(portal: Portal, browser: Browser, name: str = "Ines") -> Mapping[str, str]:
    """Let there be more of everything, and return what somebody submitted last."""
    for number in range(4):
        portal.person(f"Student{number}")
        ticket = portal.graded(browser, *[passed(f"test_hidden.py::test_{place}") for place in range(9)])
        with portal.database.write() as session:
            course = Course(slug=f"c{number}", title=f"Course {number}")
            session.add(course)
            session.flush()
            me = session.query(Person).filter_by(name=name).one()
            session.add(Membership(course_id=course.id, person_id=me.id, role="student"))
            session.add(PersonalToken(person_id=me.id, name="laptop", secret_hash=f"{number}"))
            first = session.get_one(Assignment, portal.assignment_id)
            session.add(
                Assignment(
                    course_id=portal.course_id, slug=f"a{number}", version_hash=first.version_hash, visibility="visible"
                )
            )
    return ticket
