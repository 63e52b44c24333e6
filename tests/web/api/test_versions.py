"""Versions by the API: brought, verified, published, by the same rules as on the pages."""

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from records.courses.models import Role
from records.database.audit import AuditEntry
from records.database.engine import clock
from records.queue.jobs import Job
from tests.grading import bundle_named
from tests.web.api.program import Program
from tests.web.portal import Portal

TARGET = bundle_named("target")


def sent(slug: str = "target", **changed: str) -> dict[str, Any]:
    files = {name: base64.b64encode(data).decode() for name, data in TARGET.files.items()}
    return {"slug": slug, "files": files | changed, "note": "By a program."}


@pytest.fixture
def author(portal: Portal) -> Program:
    """An instructor's program."""
    return Program(portal, "Ines", "instructor")


def bring(author: Program) -> Mapping[str, Any]:
    answer = author.post("/courses/ml/versions", json=sent())
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def end(portal: Portal, job_id: str, *, gate_open: bool) -> None:
    with portal.database.write() as session:
        job = session.get_one(Job, job_id)
        job.state, job.gate_open, job.finished_at = "done", gate_open, clock(session)
        job.report = {"gate_open": gate_open, "seed": 7, "checks": [], "answers": []}


def test_a_version_is_brought_verified_and_published(portal: Portal, author: Program) -> None:
    taken = bring(author)
    assert (taken["assignment"], taken["version"], taken["refused"]) == ("target", TARGET.version, "")
    job = author.get(f"/jobs/{taken['job']}").get_json()
    assert (job["kind"], job["state"], job["gate_open"], job["report"]) == ("verification", "queued", None, None)
    assert bring(author)["job"] == taken["job"]  # it is verified once

    path, wanted = "/courses/ml/assignments/target/publish", {"version": taken["version"]}
    answer = author.post(path, json=wanted)
    assert (answer.status_code, "not been verified" in answer.get_json()["error"]) == (409, True)
    end(portal, taken["job"], gate_open=False)
    assert author.post(path, json=wanted).status_code == 409
    assert author.post(path, json={**wanted, "override": True}).status_code == 409
    answer = author.post(path, json={**wanted, "override": True, "reason": "Now.", "show": True}).get_json()
    assert answer == {
        "assignment": "target",
        "version": TARGET.version,
        "before": None,
        "graded_by_others": 0,
        "visible": True,
    }
    with portal.database.read() as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.reason) == ("override gate", "Now.")


@pytest.mark.parametrize("role", ["student", "grader", None])
def test_whoever_does_not_manage_the_course_brings_nothing(portal: Portal, author: Program, role: Role | None) -> None:
    taken = bring(author)
    program = Program(portal, "Somebody", role)
    assert program.post("/courses/ml/versions", json=sent("other")).status_code == 404
    assert program.post("/courses/ml/assignments/target/publish", json={"version": taken["version"]}).status_code == 404
    assert (program.get(f"/jobs/{taken['job']}").status_code == 200) == (role == "grader")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (sent(**{"reference.py": "%"}), "reference.py: this is not base64."),
        (sent(**{"reference.py": "AAAA"}), "reference.py"),
        (sent("No Name"), "a bundle's folder is named with lower-case letters"),
        (sent(**{"../x.py": ""}), "../x.py: this name leads out of"),
        ({"slug": "target"}, "files: Field required"),
        ({**sent(), "more": 1}, "more: "),
    ],
    ids=["base64", "nul", "slug", "slip", "missing", "more"],
)
def test_what_is_no_version_is_told_in_words(author: Program, body: dict[str, Any], said: str) -> None:
    answer = author.post("/courses/ml/versions", json=body)
    assert answer.status_code == 422
    assert said in answer.get_json()["error"]
    assert author.get("/courses/ml/assignments/target").status_code == 404


def test_a_version_that_was_not_brought_is_not_found(author: Program) -> None:
    for version in (TARGET.version, "nothing"):
        answer = author.post("/courses/ml/assignments/double/publish", json={"version": version})
        assert answer.status_code == 404
