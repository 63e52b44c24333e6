"""No page asks the database more often because there is more to show."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from grader import records
from tests.web.portal import Browser, Portal, passed

PAGES = [
    *("/", "/courses/ml", "/courses/ml/people", "/account"),
    *("{page}", "{page}/attempts", "/submissions/{submission}", "{panel}"),
]


@contextmanager
def counted(database: records.Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@pytest.mark.both_databases
@pytest.mark.parametrize("path", PAGES)
def test_the_number_of_queries_does_not_grow_with_the_rows(portal: Portal, path: str) -> None:
    database = portal.app.extensions["gradeloop"].database
    browser = portal.logged_in("Ines", "instructor")
    ticket = portal.graded(browser, passed())
    address = path.format(page=portal.page, submission=ticket["submission"], panel=ticket["panel"])
    few = queries(browser, database, address)
    grow(portal, browser)
    many = queries(browser, database, address)
    assert len(many) <= len(few), "\n\n".join(many)


def queries(browser: Browser, database: records.Database, path: str) -> list[str]:
    browser.get(path)
    with counted(database) as statements:
        assert browser.get(path).status_code == 200
    return statements


def grow(portal: Portal, browser: Browser) -> None:
    for number in range(4):
        portal.person(f"Student{number}")
        portal.graded(browser, *[passed(f"test_hidden.py::test_{place}") for place in range(9)])
        with portal.database.write() as session:
            course = records.Course(slug=f"c{number}", title=f"Course {number}")
            session.add(course)
            session.flush()
            me = session.query(records.Person).filter_by(email="ines@example.org").one()
            session.add(records.Enrolment(course_id=course.id, person_id=me.id, role="student"))
            session.add(records.PersonalToken(person_id=me.id, name="laptop", secret_hash=f"{number}"))
            first = session.get_one(records.Assignment, portal.assignment_id)
            session.add(
                records.Assignment(
                    course_id=portal.course_id, slug=f"a{number}", version_hash=first.version_hash, visibility="visible"
                )
            )
