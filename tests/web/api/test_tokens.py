"""Personal tokens: nobody comes in without one, and of one only a hash is kept."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from records.people.models import PersonalToken, hash_of_secret
from records.submissions.models import Submission
from tests.services.postgres import ON_SQLITE
from tests.web.api.program import Program
from tests.web.portal import Portal

PATHS = [
    "/courses",
    "/courses/ml/assignments",
    "/courses/ml/assignments/double",
    "/courses/ml/assignments/double/submissions",
    "/submissions/1",
    "/submissions/1/events",
]


def used_at(program: Program) -> datetime | None:
    with program.portal.database.read() as session:
        return session.query(PersonalToken).filter_by(secret_hash=hash_of_secret(program.token)).one().used_at


@ON_SQLITE
@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_told(portal: Portal, path: str) -> None:
    answer = portal.app.test_client().get(f"/api/v1{path}")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.get_json() == {"error": "This needs a personal token, and none was sent."}


@ON_SQLITE
@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer gl_x", "Bearer \x00", "Basic Z2w6Z2w=", "gl_x", "Bearer ä"]
)
def test_what_is_no_token_is_refused(program: Program, header: str) -> None:
    answer = program.get("/courses", headers={"Authorization": header})
    assert answer.status_code == 401
    said = 'This token is not valid, or no longer. Make another on the page "Your account".'
    assert answer.get_json() == {"error": said}


def test_a_token_counts_in_its_header_alone(program: Program) -> None:
    token = program.token
    client = program.portal.app.test_client()
    client.set_cookie("gradeloop", token)
    assert client.get("/api/v1/courses", query_string={"token": token, "access_token": token}).status_code == 401
    assert program.get("/courses", headers={"Authorization": f"Basic {token}"}).status_code == 401


def test_a_cookie_alone_opens_nothing(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    assert browser.get("/courses/ml").status_code == 200
    assert browser.get("/api/v1/courses").status_code == 401
    body: dict[str, Any] = {"kind": "submit", "files": {"double.py": ""}}
    assert browser.send("POST", f"/api/v1{Program.assignment}/submissions", body).status_code == 401
    assert portal.count(Submission) == 0


def test_a_token_made_on_the_page_works_until_it_is_revoked_there(portal: Portal) -> None:
    browser = portal.logged_in("Ada")
    page = browser.post("/account/tokens", {"name": "laptop"}).text
    found = re.search(r"gl_[\w-]{43}", page)
    assert found
    headers = {"Authorization": f"Bearer {found[0]}"}
    program = portal.app.test_client()
    assert program.get("/api/v1/courses", headers=headers).status_code == 200
    with portal.database.read() as session:
        token = session.query(PersonalToken).one()
    assert found[0] not in vars(token).values()
    browser.post(f"/account/tokens/{token.id}/revoke")
    assert program.get("/api/v1/courses", headers=headers).status_code == 401


def test_it_is_noted_when_a_token_was_used_once_a_minute(program: Program) -> None:
    assert used_at(program) is None
    program.get("/courses")
    first = used_at(program)
    assert first is not None
    program.get("/courses")
    assert used_at(program) == first
    with program.portal.database.write() as session:
        session.execute(update(PersonalToken).values(used_at=first - timedelta(minutes=2)))
    program.get("/courses")
    assert used_at(program) >= first


@ON_SQLITE
def test_the_requests_of_a_token_are_bounded_each_by_itself(program: Program) -> None:
    program.portal.app.config["API_RATE"] = "3/minute"
    answers = [program.get("/courses") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert answers[-1].get_json()["error"].startswith("That was tried too often.")
    assert Program(program.portal, "Ben").get("/courses").status_code == 200


@ON_SQLITE
def test_wrong_tokens_from_one_address_are_bounded(program: Program) -> None:
    program.portal.app.config["API_RATE"] = "3/minute"
    wrong = [{"Authorization": f"Bearer gl_{str(number) * 43}"} for number in range(5)]
    statuses = [program.get("/courses", headers=headers).status_code for headers in wrong]
    assert statuses == [401, 401, 401, 429, 429]


def test_the_description_needs_no_token(portal: Portal) -> None:
    assert portal.app.test_client().get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/none", 404), ("DELETE", "/courses", 405)])
def test_what_is_not_there_is_told_as_json(program: Program, method: str, path: str, status: int) -> None:
    answer = program.client.open(f"/api/v1{path}", method=method)
    assert answer.status_code == status
    assert answer.get_json()["error"].endswith(".")
    assert status != 405 or "GET" in answer.headers["Allow"]
