"""The portal as tests ask it: people, a course, an assignment, and browsers without a screen."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult, TestResult
from records.courses.models import Assignment, Course, Membership, Role
from records.database.base import Queue
from records.database.engine import Database, clock
from records.people.models import Person
from records.queue.runs import claim_run, complete_run
from records.submissions import models
from records.versions.models import keep_version
from tests.grading import bundle_named
from tests.services.redis import Redis
from web import create_app
from web.security.passwords import hash_of_password
from web.security.rate_limits import limiter
from web.security.session import User
from web.settings import PortalSettings
from worker.queue.broker import connect

__all__ = ["PASSWORD", "RIGHT", "Browser", "Portal", "passed", "portal", "tokens"]

PASSWORD = "a sentence to log in"
RIGHT = "def double(x):\n    return 2 * x\n"
_hash = cache(hash_of_password)  # it takes its time, as it should


class Browser:
    """Somebody's browser: keeps cookies, and sends the token that forms carry."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, **options)

    def token(self, path: str = "/login") -> str:
        """Return the token of a page's forms."""
        page = self.client.get(path, follow_redirects=True).text
        found = re.search(r'name="csrf-token" content="([^"]+)"', page)
        assert found, page
        return found[1]

    def post(self, path: str, data: Mapping[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form, token and all."""
        return self.client.post(path, data={"csrf_token": self.token(), **(data or {})}, **options)

    def send(self, method: str, path: str, data: object) -> TestResponse:
        """Send what a page's script sends."""
        headers = {"X-CSRFToken": self.token(), "Accept": "application/json"}
        return self.client.open(path, method=method, json=data, headers=headers)

    def log_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Log in by the page."""
        return self.post("/login", {"email": email, "password": password})


class Portal:
    """A portal with a course "ml", and an assignment of a tiny bundle in it.

    Attributes:
        app, database, broker_url: of the portal.
        course_id, assignment_id: of the course and the assignment.
        page: the assignment's address.
    """

    page = "/courses/ml/assignments/double"

    def __init__(self, database: Database, broker_url: str, **settings: Any) -> None:
        self.database, self.broker_url = database, broker_url
        self.app = create_app(PortalSettings(database_url=database.url, broker_url=broker_url, **settings))
        limiter.reset()  # the broker is shared by tests
        self.bundle: Bundle = bundle_named("double")
        with database.write() as session:
            version = keep_version(session, self.bundle)
            course = Course(slug="ml", title="Machine learning", join_code="ABCDEFGHJK")
            session.add(course)
            session.flush()
            assignment = Assignment(course_id=course.id, slug="double", version_hash=version.hash, visibility="visible")
            session.add(assignment)
            session.flush()
            self.course_id, self.assignment_id = course.id, assignment.id

    def close(self) -> None:
        """Let go of database and broker."""
        self.app.extensions["gradeloop"].close()

    def browser(self) -> Browser:
        """Return a browser in which nobody is logged in."""
        return Browser(self.app.test_client())

    def person(self, name: str, role: Role | None = "student") -> str:
        """Make somebody, with a role in the course, and return their id."""
        with self.database.write() as session:
            email = f"{name.lower()}@example.org"
            person = Person(email=email, name=name, password_hash=_hash(PASSWORD))
            session.add(person)
            session.flush()
            if role is not None:
                session.add(Membership(course_id=self.course_id, person_id=person.id, role=role))
            return person.id

    def logged_in(self, name: str, role: Role | None = "student") -> Browser:
        """Make somebody, and return their browser, in which they have logged in."""
        return self.browser_of(self.person(name, role))

    def browser_of(self, person_id: str) -> Browser:
        """Return a browser in which somebody has logged in."""
        browser = self.browser()
        with self.database.read() as records_session, browser.client.session_transaction() as session:
            session["_user_id"] = User(records_session.get_one(Person, person_id)).get_id()
        return browser

    def set(self, **values: Any) -> None:
        """Change the assignment."""
        with self.database.write() as session:
            assignment = session.get_one(Assignment, self.assignment_id)
            for name, value in values.items():
                setattr(assignment, name, value)

    def submit(self, browser: Browser, text: str = RIGHT, kind: str = "submit", key: str = "") -> TestResponse:
        """Submit as the editor does."""
        files = {self.bundle.manifest.files[0]: text}
        return browser.send("POST", f"{self.page}/submissions", {"kind": kind, "files": files, "key": key})

    def grade(self, run_id: str, tests: Sequence[TestResult], message: str = "") -> None:
        """Finish a run that waits, as a worker does."""
        with self.database.write() as session:
            taken = claim_run(session, "interactive", "a slot", 60)
            assert taken is not None
            assert taken.id == run_id
            points = sum(test.points for test in tests)
            run = RunResult(
                outcome="graded",
                score=points,
                max_score=sum(test.max_points for test in tests),
                version=taken.version,
                submission=SubmittedFiles(taken.files).id,
                seed=1,
                duration_ms=5.0,
                tests=tuple(tests),
                message=message,
                assignment="double",
            )
            assert complete_run(session, taken, run)

    def graded(self, browser: Browser, *tests: TestResult) -> Mapping[str, Any]:
        """Submit, finish the run with these tests, and return what submitting answered."""
        ticket = self.submit(browser).get_json()
        self.grade(ticket["run"], tests)
        return dict(ticket)

    def count(self, table: type[models.Submission]) -> int:
        """Return how many rows a table has."""
        with self.database.read() as session:
            return session.query(table).count()

    def just_before(self, beginning: str, act: Callable[[Session], None]) -> None:
        """Have something happen in a transaction of its own, just before the portal's next statement of a beginning."""
        left = [act]

        def happen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if left and statement.startswith(beginning):
                with self.database.write() as session:
                    left.pop()(session)

        event.listen(self.app.extensions["gradeloop"].database.engine, "before_cursor_execute", happen)

    def now(self) -> datetime:
        """Return the time by the database's clock."""
        with self.database.read() as session:
            return clock(session)


def passed(name: str = "test_hidden.py::test_it", **values: Any) -> TestResult:
    """Return a test that passed, or whatever `values` make of it."""
    test = {"name": name, "title": "It works.", "points": 1.0, "max_points": 1.0, "outcome": "passed", **values}
    return TestResult(**test)


def tokens(portal: Portal, queue: Queue) -> int:
    """Return how often the broker was told that a queue has work, and no worker heard it."""
    with closing(connect(portal.broker_url)) as client:
        return int(client.llen(queue))


@pytest.fixture
def portal(database: Database, redis_server: Redis) -> Iterator[Portal]:
    """A portal on both databases, with an empty course; no worker is there, so what is submitted waits."""
    made = Portal(database, redis_server.url)
    yield made
    made.close()
