"""Who may see what: every route of pages and API, for each kind of person, by the permission its view declares.

A view without a permission fails a test, and so does one whose permission is not the one in the table here. "Let in"
says that the answer is about what was asked for, if only that it was asked for wrongly; whoever is not let in is asked
to log in, or told that there is nothing.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from records.courses.models import Assignment, Course, Membership
from records.database.engine import Database, clock, open_database
from records.database.migrate import migrate
from records.insights import similarity
from records.marking.comments import comment_on
from records.marking.models import RubricItem
from records.people.accounts import invite
from records.people.models import Person, PersonalToken
from records.queue.jobs import request_job
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun
from records.submissions.models import Submission
from records.submissions.notices import Notice
from records.versions.publishing import upload_version
from tests.services.redis import Redis
from tests.web.api.program import token_of
from tests.web.portal import RIGHT, Browser, Portal, passed
from web import create_app
from web.security.permissions import Permission, enforce, permission_of
from web.security.rate_limits import limiter
from web.settings import PortalSettings

NOBODY, OUTSIDER, STUDENT, OWNER = "nobody", "outsider", "student", "owner"
GRADER, INSTRUCTOR, ADMIN, ELSEWHERE = "grader", "instructor", "admin", "admin elsewhere"
WHO = (NOBODY, OUTSIDER, ELSEWHERE, STUDENT, OWNER, GRADER, INSTRUCTOR, ADMIN)

EVERYBODY = frozenset(WHO)
PEOPLE = EVERYBODY - {NOBODY}
COURSE = PEOPLE - {OUTSIDER, ELSEWHERE}
STAFF = frozenset({GRADER, INSTRUCTOR, ADMIN})

LET_IN: Mapping[Permission, frozenset[str]] = {
    Permission.PUBLIC: EVERYBODY,
    Permission.LOGGED_IN: PEOPLE,
    Permission.OWN: frozenset({OWNER}),
    Permission.VIEW_COURSE: COURSE,
    Permission.SUBMIT: COURSE,
    Permission.VIEW_SUBMISSION: STAFF | {OWNER},
    Permission.GRADE: STAFF,
    Permission.MANAGE: frozenset({INSTRUCTOR, ADMIN}),
}
# What the query string asks for is narrower than the address.
NARROWER: Mapping[str, frozenset[str]] = {"submissions.compare": frozenset({OWNER})}

# What each view has to declare: a change here is a change of who sees what.
DECLARED: Mapping[Permission, frozenset[str]] = {
    Permission.PUBLIC: frozenset(
        {
            *("accounts.accept", "accounts.join", "accounts.login", "health.health"),
            *("health.live", "health.metrics", "openapi.spec", "static"),
        }
    ),
    Permission.LOGGED_IN: frozenset(
        {
            *("accounts.account", "accounts.change_password", "accounts.logout", "accounts.create_token"),
            *("accounts.refresh", "api.list_courses", "courses.index"),
        }
    ),
    Permission.OWN: frozenset(
        {
            *("accounts.revoke_token", "notices.dismiss"),
        }
    ),
    Permission.VIEW_COURSE: frozenset(
        {
            *("api.history", "api.list_assignments", "api.show_assignment", "assignments.status"),
            *("assignments.save", "assignments.show", "courses.download", "courses.show"),
            *("submissions.attempts", "submissions.compare"),
        }
    ),
    Permission.SUBMIT: frozenset(
        {
            *("api.submit", "assignments.submit"),
        }
    ),
    Permission.VIEW_SUBMISSION: frozenset(
        {
            *("api.events", "api.show", "runs.events", "runs.result"),
            *("runs.state", "submissions.download", "submissions.show"),
        }
    ),
    Permission.GRADE: frozenset(
        {
            *("api.decide_rerun", "api.start_rerun", "api.compare_rerun"),
            *("api.export_gradebook", "api.list_people"),
            *(
                "api.show_gradebook",
                "api.show_job",
                "api.show_rerun",
            ),
            *("gradebook.export", "gradebook.show", "groups.comment", "groups.show"),
            *("groups.index", "groups.same_seed", "insights.show", "groups.wrong_answer"),
            *("marking.add_item", "marking.change_comment", "marking.change_item", "marking.save"),
            *("marking.show", "marking.student", "people.show", "reruns.decide"),
            *("reruns.create", "reruns.index", "reruns.new", "reruns.show"),
            *("reruns.side_by_side", "reruns.state", "similarity.search", "similarity.pair"),
            *("similarity.show", "similarity.state", "not_graded.retry", "not_graded.show"),
            *("versions.diff", "versions.report", "versions.show", "versions.state"),
        }
    ),
    Permission.MANAGE: frozenset(
        {
            *("api.upload_version", "api.publish_version", "audit.export", "audit.show"),
            *("editing.draft", "editing.preview", "editing.save", "editing.show"),
            *("people.change_code", "people.change_role", "people.import_form", "people.import_roster"),
            *("api.set_withdrawn", "people.set_withdrawn", "course_settings.save", "course_settings.show"),
            *("policy.extend", "policy.save", "policy.show", "policy.withdraw"),
            *("versions.create", "versions.download", "versions.new", "versions.publish"),
            *("versions.delete", "trials.create", "trials.show", "versions.upload"),
            "versions.verify",
        }
    ),
}
JSON: Mapping[str, object] = {
    "api.submit": {"kind": "check", "files": {"double.py": RIGHT}},
    "api.start_rerun": {"which": "all", "assignment": "double", "reason": "The suite was mended."},
    "api.set_withdrawn": {"withdrawn": False},
    "api.upload_version": {"slug": "double", "files": {}},
    "assignments.submit": {"kind": "check", "files": {"double.py": RIGHT}},
    "assignments.save": {"files": {"double.py": RIGHT}, "revision": 0},
    "editing.preview": {"text": "A statement."},
    "editing.save": {"files": {"prompt.md": "A statement."}, "note": ""},
    "api.decide_rerun": {"scope": "all"},
    "trials.create": {"kind": "submit", "files": {"double.py": RIGHT}},
}
FORM: Mapping[str, Mapping[str, str]] = {
    "people.change_role": {"role": "student"},
    "course_settings.save": {"time_zone": "UTC"},
}

STATIC = "/static/*"  # whose address changes with its content

LINES = "".join(f"    value_{n} = x * {n} + len(str(x))\n" for n in range(30))
COPIED = f"def double(x):\n{LINES}    return 2 * x\n"


class World:
    """A course in which there is one of everything, and somebody of each kind.

    Attributes:
        values: what stands in addresses, by the name of the place.
    """

    def __init__(self, database: Database, broker_url: str) -> None:
        self.portal = Portal(database, broker_url)
        self.browsers: dict[str, Browser] = {NOBODY: self.portal.browser()}
        self.ids: dict[str, str] = {}
        for who in WHO[1:]:
            role: Any = {OUTSIDER: None, ELSEWHERE: None, OWNER: STUDENT}.get(who, who)
            self.ids[who] = self.portal.person(who.title().replace(" ", ""), role)
        self._begin_elsewhere()
        self.tokens = {who: token_of(database, person_id) for who, person_id in self.ids.items()}
        self.values = self._values()
        of_owner = self.values["submission"]
        self.query = {"submissions.compare": f"?old={of_owner}&new={of_owner}", "api.export_gradebook": "?form=csv"}
        self.json = {**JSON, "api.publish_version": {"version": self.portal.bundle.version}}

    def _begin_elsewhere(self) -> None:
        """Let somebody teach another course, with an assignment of the same name."""
        with self.portal.database.write() as session:
            course = Course(slug="elsewhere", title="Elsewhere")
            session.add(course)
            session.flush()
            session.add(Membership(course_id=course.id, person_id=self.ids[ELSEWHERE], role="admin"))
            session.add(Assignment(course_id=course.id, slug="double", visibility="visible"))

    def _values(self) -> dict[str, str]:
        portal, owner = self.portal, self.portal.browser_of(self.ids[OWNER])
        failed = passed(outcome="failed", points=0.0, message="Wrong.")
        ticket = portal.graded(owner, failed)
        self._others_submit()
        key = self._group(portal)
        with portal.database.write() as session:
            course = session.get_one(Course, portal.course_id)
            assignment = session.get_one(Assignment, portal.assignment_id)
            submission = session.get_one(Submission, ticket["submission"])
            upload_version(session, assignment, portal.bundle, self.ids[INSTRUCTOR])
            verification = request_job(session, "verification", assignment, self.ids[INSTRUCTOR], portal.bundle.version)
            (comment,) = comment_on(session, [submission.id], "Look again.", self.ids[GRADER])
            item = RubricItem(assignment_id=assignment.id, title="Style", points=1.0)
            session.add(item)
            notice = Notice(person_id=submission.person_id, submission_id=submission.id, kind="marked")
            session.add(notice)
            secret = invite(session, session.get_one(Person, self.ids[OUTSIDER]))
            token = PersonalToken(person_id=self.ids[OWNER], name="spare", secret_hash="0" * 64)
            session.add(token)
            asked = Rerun(
                course_id=course.id,
                person_id=self.ids[GRADER],
                reason="The suite was mended.",
                assignment_id=assignment.id,
            )
            rerun = begin_rerun(session, asked, [submission.id])
            search = self._search(session, assignment)
            session.flush()
            return {
                "assignment": assignment.slug,
                "rerun": rerun.id,
                "comment_id": comment,
                "course": course.slug,
                "filename": "ui/style.css",
                "item_id": item.id,
                "key": key,
                "notice_id": notice.id,
                "pair": "1",
                "person_id": self.ids[OWNER],
                "rerun_id": rerun.id,
                "run_id": ticket["run"],
                "secret": secret,
                "job": search,
                "job_id": verification.id,
                "submission": submission.id,
                "submission_id": submission.id,
                "token_id": token.id,
                "version": portal.bundle.version,
            }

    def _others_submit(self) -> None:
        """Two have submitted the same, so that there is a pair to look at."""
        for name in ("Cleo", "Dan"):
            self.portal.graded(self.portal.logged_in(name), passed())

    def _group(self, portal: Portal) -> str:
        """Return the key of the one group of answers that fail."""
        page = portal.browser_of(self.ids[GRADER]).get(f"{portal.page}/groups").text
        found = re.search(rf"{portal.page}/groups/([^\"/?]+)", page)
        assert found is not None, page
        return found[1]

    def _search(self, session: Any, assignment: Assignment) -> str:
        alike = session.query(Submission).join(Person).filter(Person.name.in_(["Cleo", "Dan"]))
        files = {one.id: {"double.py": COPIED.encode()} for one in alike}
        job = request_job(session, "similarity", assignment, self.ids[GRADER], assignment.version_hash)
        job.state, job.report = "done", similarity.search(files, {})
        job.finished_at = clock(session) - timedelta(seconds=1)
        return job.id

    def answer(self, who: str, endpoint: str, method: str, rule: str, **others: str) -> TestResponse:
        """Return what somebody is answered; with others in place of what the address has usually."""
        values = {**self.values, **others}
        path = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda found: values[found[1]], rule)
        path = path.replace(STATIC, self.portal.app.static_url_path or "") + self.query.get(endpoint, "")
        body: dict[str, Any] = {}
        if method != "GET":
            body = {"json": self.json[endpoint]} if endpoint in self.json else {"data": FORM.get(endpoint, {})}
        if endpoint.startswith("api."):
            headers = {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
            body = {"json": self.json.get(endpoint, {})} if method == "POST" else {}
            return self.portal.app.test_client().open(path, method=method, headers=headers, **body)
        browser = self.browsers.pop(who, None) if method == "GET" else None
        if browser is None:
            browser = self.portal.browser_of(self.ids[who]) if who in self.ids else self.portal.browser()
        if method == "GET":
            self.browsers[who] = browser
        else:
            self.browsers.pop(who, None)  # a request that changes something may log somebody out
        headers = {"X-CSRFToken": browser.token()} if method != "GET" else {}
        return browser.client.open(path, method=method, headers=headers, **body)

    def close(self) -> None:
        self.portal.close()


@pytest.fixture(scope="module")
def world(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for all: it is only asked who may go where, and whatever is changed is there for all to see."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('world')}/records.db")
    migrate(database)
    made = World(database, redis_server.url)
    limiter.enabled = False
    yield made
    limiter.enabled = True
    made.close()
    database.close()


def routes() -> tuple[list[tuple[str, str, str]], Mapping[str, Permission | None]]:
    """All routes of the application: endpoint, method, and rule, without what changes with the static files.

    And by endpoint the permission that its view declares.
    """
    folder = Path(tempfile.mkdtemp())
    app = create_app(PortalSettings(database_url=f"sqlite:///{folder}/none.db", data_dir=folder))
    permissions = {endpoint: permission_of(view) for endpoint, view in app.view_functions.items()}
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule))
    found = [(rule.endpoint, method, rule.rule) for rule in rules for method in sorted(rule.methods or ())]
    app.extensions["gradeloop"].close()
    every = [
        (endpoint, method, STATIC + "/<filename>" if endpoint == "static" else spelt)
        for endpoint, method, rule in found
        if method not in ("HEAD", "OPTIONS")
        for spelt in spelt_out(rule)
    ]
    return every, permissions


def spelt_out(rule: str) -> list[str]:
    """A rule once with each of the words that it has room for."""
    words = re.search(r"<any\(([^)]*)\):\w+>", rule)
    return [rule.replace(words[0], word.strip()) for word in words[1].split(",")] if words else [rule]


ROUTES, PERMISSIONS = routes()
OF_A_COURSE = [
    route
    for route in ROUTES
    if "<course>" in route[2] and set(re.findall(r"(\w+)>", route[2])) - {"course", "assignment"}
]


def is_let_in(answer: TestResponse) -> bool:
    asked_to_log_in = answer.status_code == 302 and "/login" in answer.headers["Location"]
    return answer.status_code not in (401, 403, 404) and not asked_to_log_in


def test_every_view_declares_the_permission_in_the_table() -> None:
    in_table = {endpoint: permission for permission, endpoints in DECLARED.items() for endpoint in endpoints}
    assert in_table == PERMISSIONS


def test_every_route_has_a_view_that_declares_a_permission() -> None:
    assert {endpoint for endpoint, _, _ in ROUTES} == PERMISSIONS.keys()


def test_a_view_without_a_permission_keeps_the_application_from_starting() -> None:
    app = Flask(__name__)
    app.add_url_rule("/bare", "bare", lambda: "")
    with pytest.raises(RuntimeError, match="declare no permission: bare, static"):
        enforce(app)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize(("endpoint", "method", "rule"), ROUTES, ids=[f"{method} {rule}" for _, method, rule in ROUTES])
def test_who_is_let_in(world: World, endpoint: str, method: str, rule: str, who: str) -> None:
    with world.answer(who, endpoint, method, rule) as answer:
        let_in = is_let_in(answer)
    assert answer.status_code < 500 or endpoint == "health.health"  # which says that no worker is there
    permission = PERMISSIONS[endpoint]
    assert permission is not None
    assert let_in == (who in NARROWER.get(endpoint, LET_IN[permission])), answer.status


@pytest.mark.parametrize(("endpoint", "method", "rule"), OF_A_COURSE, ids=[f"{one[1]} {one[2]}" for one in OF_A_COURSE])
def test_nothing_of_one_course_is_found_in_another(world: World, endpoint: str, method: str, rule: str) -> None:
    with world.answer(ELSEWHERE, endpoint, method, rule, course="elsewhere") as answer:
        turned_away = answer.status_code == 303 and answer.headers["Location"].startswith("/courses/elsewhere")
        assert answer.status_code == 404 or turned_away, answer.status
