"""Versions of an assignment: uploaded as archives, verified, compared, put in force, and tried out."""

import io
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from grader.bundle.archive import bundle_zip, read_bundle_zip
from grader.bundle.bundle import Bundle
from records.courses.models import Assignment, Role
from records.database.audit import AuditEntry
from records.database.engine import clock
from records.queue.jobs import Job
from records.submissions.models import Run
from tests.grading import bundle_named
from tests.web.portal import RIGHT, Browser, Portal, passed
from tests.web.test_queries import queries

DOUBLE = bundle_named("double")
TARGET = bundle_named("target")
CHECKS = [
    {"title": "The reference has full marks", "ok": True, "summary": "1 answer", "problems": [], "diffs": []},
    {
        "title": "Every wrong answer loses marks",
        "ok": False,
        "summary": "2 answers",
        "problems": ["wrong/mean.py has full marks: no test catches this mistake."],
        "diffs": [],
    },
]
MUTANT = {
    "kind": "mutant",
    "name": "Line 3: `2 * x` became `3 * x`.",
    "verdict": "No test notices.",
    "ok": False,
    "runs": 1,
    "scores": [4.0],
    "max_score": 4.0,
    "milliseconds": 41.5,
    "memory_mib": 3.0,
    "failed": [],
    "line": 3,
    "description": "Line 3: `2 * x` became `3 * x`.",
    "diagnosed": [],
    "diff": "--- reference\n+++ mutant\n@@ -3 +3 @@\n-    return 2 * x\n+    return <script>3 * x\n",
}
CHANCE = {
    "kind": "right",
    "name": "adds",
    "verdict": "Loses marks by chance.",
    "ok": False,
    "runs": 10,
    "scores": [3.0, 4.0],
    "max_score": 4.0,
    "milliseconds": 1250.0,
    "memory_mib": 12.4,
    "failed": ["It works."],
    "line": None,
    "description": "",
    "diff": "",
    "diagnosed": [],
}


def changed(bundle: Bundle, **files: str) -> Bundle:
    """Return a bundle with some files changed; `wrong_mean` stands for `wrong/mean.py`."""
    named = {name.replace("__", "/") + (".md" if name == "prompt" else ".py"): text for name, text in files.items()}
    return Bundle.from_files(bundle.slug, bundle.files | {name: text.encode() for name, text in named.items()})


NEWER = changed(DOUBLE, prompt="# Double\n\nDouble the number, <script>alert(1)</script> whatever it is.\n")


def send(browser: Browser, path: str, data: bytes, name: str = "double.zip", **form: str) -> TestResponse:
    return browser.post(path, {"bundle": (io.BytesIO(data), name), **form})


def versions(portal: Portal) -> str:
    return f"{portal.page}/versions"


def upload(portal: Portal, browser: Browser, bundle: Bundle = NEWER, **form: str) -> str:
    """Upload a version by the page, and return its own page."""
    answer = send(browser, versions(portal), bundle_zip(bundle.slug, bundle.files), **form)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def verified(portal: Portal, version: str, *, gate_open: bool, answers: list[Mapping[str, Any]] | None = None) -> None:
    """Finish the verification of a version, as a worker does."""
    with portal.database.write() as session:
        job = session.scalars(select(Job).where(Job.version_hash == version)).one()
        job.state, job.gate_open, job.finished_at = "done", gate_open, clock(session)
        checks = CHECKS[:1] if gate_open else CHECKS
        job.report = {"gate_open": gate_open, "seed": 7, "checks": checks, "answers": answers or []}


def in_force(portal: Portal) -> str | None:
    with portal.database.read() as session:
        return session.get_one(Assignment, portal.assignment_id).version_hash


def log(portal: Portal) -> list[tuple[str, str]]:
    with portal.database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        return [(entry.action, entry.reason) for entry in entries]


@pytest.mark.parametrize(("role", "reads", "writes"), [
    ("student", False, False), ("grader", True, False), ("instructor", True, True), ("admin", True, True),
])  # fmt: skip
def test_who_reads_and_who_authors(portal: Portal, role: Role, reads: bool, writes: bool) -> None:
    page = upload(portal, portal.logged_in("Ines", "instructor"))
    browser = portal.logged_in("Somebody", role)
    for path in ("", "/diff", "/state"):
        assert (browser.get(page + path).status_code == 200) == reads, path
    assert (browser.get(versions(portal)).status_code == 200) == reads
    for path in (f"{page}/try", f"{page}/download", "/courses/ml/new-assignment"):
        assert (browser.get(path).status_code == 200) == writes, path
    for path in (
        f"{page}/verify",
        f"{page}/publish",
        f"{page}/trials",
        versions(portal),
        "/courses/ml/new-assignment",
    ):
        assert (browser.post(path).status_code != 404) == writes, path


def test_an_assignment_created_from_an_archive_stays_hidden_until_it_is_published(portal: Portal) -> None:
    browser, eve = portal.logged_in("Ines", "instructor"), portal.logged_in("Eve")
    answer = send(browser, "/courses/ml/new-assignment", bundle_zip("target", TARGET.files), note="First try.")
    page = answer.headers["Location"]
    assert page == f"/courses/ml/assignments/target/versions/{TARGET.version}"
    shown = browser.get(page).text
    assert "Verification is running" in shown
    assert f'data-progress="{page}/state"' in shown
    assert "First try." in shown
    assert browser.get(f"{page}/state").json == {
        "finished": False,
        "done": 0,
        "total": 0,
        "doing": "Waiting for a free bench",
    }
    assert eve.get("/courses/ml/assignments/target").status_code == 404

    verified(portal, TARGET.version, gate_open=True)
    assert browser.get(f"{page}/state").json["finished"]
    assert "The gate is open" in browser.get(page).text
    answer = browser.post(f"{page}/publish", {"show": "1"}, follow_redirects=True)
    assert "Students see the assignment now." in answer.text
    assert eve.get("/courses/ml/assignments/target").status_code == 200
    assert [action for action, _ in log(portal)] == ["create assignment", "upload version", "publish version"]


def test_an_unused_assignment_is_deleted_and_logged(portal: Portal) -> None:
    browser, page = portal.logged_in("Ines", "instructor"), "/courses/ml/assignments/target/versions"
    send(browser, "/courses/ml/new-assignment", bundle_zip("target", TARGET.files))
    assert "no version in force" in browser.get("/courses/ml").text
    assert f'action="{page}/delete"' in browser.get(page).text
    assert portal.logged_in("Gus", "grader").post(f"{page}/delete").status_code == 404

    answer = browser.post(f"{page}/delete", follow_redirects=True)
    assert "The assignment target is deleted." in answer.text
    assert browser.get(page).status_code == 404
    assert log(portal)[-1] == ("delete assignment", "")
    assert "delete assignment" in browser.get("/courses/ml/audit").text
    again = send(browser, "/courses/ml/new-assignment", bundle_zip("target", TARGET.files))
    assert again.status_code == 303


def test_a_used_assignment_is_not_deleted(portal: Portal) -> None:
    browser, page = portal.logged_in("Ines", "instructor"), "/courses/ml/assignments/target/versions"
    send(browser, "/courses/ml/new-assignment", bundle_zip("target", TARGET.files))
    files = {name: data.decode() for name, data in TARGET.reference.items()}
    browser.send("POST", f"{page}/{TARGET.version}/trials", {"kind": "submit", "files": files})
    for place in (page, versions(portal)):  # one with a trial, and one with a version in force
        assert "/delete" not in browser.get(place).text
        answer = browser.post(f"{place}/delete")
        assert answer.status_code == 409
        assert "Only an assignment without a version in force" in answer.text
        assert browser.get(place).status_code == 200


def test_a_name_in_use_is_refused_and_nothing_is_created(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    answer = send(browser, "/courses/ml/new-assignment", bundle_zip("double", NEWER.files), note="my note")
    assert answer.status_code == 422
    assert "has an assignment double already" in answer.text
    assert "my note" in answer.text
    assert log(portal) == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This is no zip archive"),
        (bundle_zip("double", {"../x.py": b""}), "leads out of"),
        (bundle_zip("double", {"prompt.md": b"x"}), "reference.py: this file is missing."),
        (bundle_zip("twice", DOUBLE.files), "holds the folder twice, and this assignment is called double"),
        (bundle_zip("double", {"<img src=x>.py": b""}), "&lt;img src=x&gt;.py"),
    ],
    ids=["empty", "slip", "incomplete", "another", "hostile"],
)
def test_an_archive_that_is_no_version_is_refused_with_a_sentence(portal: Portal, data: bytes, said: str) -> None:
    answer = send(portal.logged_in("Ines", "instructor"), versions(portal), data, note="kept")
    assert answer.status_code == 422
    assert said in answer.text
    assert "kept" in answer.text
    assert log(portal) == []


def test_a_version_with_a_closed_gate_is_published_only_by_an_override_with_a_reason(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    page = upload(portal, browser)
    assert "has not been verified yet" in browser.post(f"{page}/publish").text
    verified(portal, NEWER.version, gate_open=False, answers=[MUTANT, CHANCE])
    for form in ({}, {"override": "1", "reason": " "}, {"reason": "because"}):
        answer = browser.post(f"{page}/publish", form)
        assert answer.status_code == 422, form
        assert 'role="alert"' in answer.text
    assert in_force(portal) == DOUBLE.version

    browser.post(f"{page}/publish", {"override": "1", "reason": "The deadline is tonight."})
    assert in_force(portal) == NEWER.version
    assert log(portal)[-1] == ("override gate", "The deadline is tonight.")


def test_the_report_shows_survivors_chance_and_cost(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    page = upload(portal, browser)
    verified(portal, NEWER.version, gate_open=False, answers=[MUTANT, CHANCE])
    text = browser.get(page).text
    for part in ("The gate is closed", "no test catches this mistake", "Line 3", "by chance", "1.25 s", "12 MiB"):
        assert part in text, part
    assert '<span class="added">+    return &lt;script&gt;3 * x' in text
    assert "<script>3" not in text


def test_publishing_counts_the_grades_of_other_versions_and_an_older_version_can_be_restored(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    portal.graded(portal.logged_in("Ada"), passed())
    page = upload(portal, browser)
    verified(portal, NEWER.version, gate_open=True)
    answer = browser.post(f"{page}/publish", follow_redirects=True)
    assert "1 submission has a grade that another version gave" in answer.text
    assert f"version={NEWER.version}" in answer.text  # the link to a rerun

    upload(portal, browser, DOUBLE)
    verified(portal, DOUBLE.version, gate_open=True)
    browser.post(f"{versions(portal)}/{DOUBLE.version}/publish")
    assert in_force(portal) == DOUBLE.version


def test_a_known_version_is_not_uploaded_twice(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    page = upload(portal, browser, note="The first note.")
    again = send(browser, versions(portal), bundle_zip("double", NEWER.files), note="Another.")
    assert again.headers["Location"] == page
    shown = browser.get(page).text
    assert "This version was uploaded before" in shown
    assert "The first note." in shown
    assert [action for action, _ in log(portal)] == ["upload version"]


def test_a_version_is_tried_before_any_is_in_force(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    send(browser, "/courses/ml/new-assignment", bundle_zip("target", TARGET.files))
    page = f"/courses/ml/assignments/target/versions/{TARGET.version}"
    files = {name: data.decode() for name, data in TARGET.reference.items()}
    answer = browser.send("POST", f"{page}/trials", {"kind": "submit", "files": files})
    assert answer.status_code == 201, answer.text
    assert browser.get(answer.json["result"]).status_code == 200
    assert browser.get(f"/submissions/{answer.json['submission']}").status_code == 200


def test_a_version_of_another_assignment_is_not_found(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    send(browser, "/courses/ml/new-assignment", bundle_zip("target", TARGET.files))
    for path in ("", "/diff", "/state", "/try", "/download", "/edit"):
        assert browser.get(f"{versions(portal)}/{TARGET.version}{path}").status_code == 404, path
    assert browser.post(f"{versions(portal)}/{TARGET.version}/publish").status_code == 404
    assert browser.get(f"{versions(portal)}/{'0' * 64}/diff").status_code == 404


def test_differences_are_shown_file_by_file_and_test_by_test(portal: Portal) -> None:
    hidden = DOUBLE.files["test_hidden.py"].decode()
    more = changed(
        DOUBLE, test_hidden=hidden + '\n\n@pytest.mark.points(2)\ndef test_more(student):\n    """More."""\n'
    )
    browser = portal.logged_in("Grete", "grader")
    upload(portal, portal.logged_in("Ines", "instructor"), more)
    page = f"{versions(portal)}/{DOUBLE.version}/diff?to={more.version}"
    text = browser.get(page).text
    assert "All tests together give" in text
    assert "More." in text
    assert 'data-compare="test_hidden.py"' in text
    assert 'data-compare="prompt.md"' not in text
    unified = browser.get(f"{page}&view=unified").text
    assert '<span class="added">+def test_more(student):' in unified


def test_a_statement_and_a_starter_that_differ_are_shown_first_and_in_this_order(portal: Portal) -> None:
    added = {
        "starter.py": b"\n# Mind the empty vector.\n",
        "prompt.md": b"\nDouble it <twice>.\n",
        "reference.py": b"\n# Ours.\n",
    }
    other = Bundle.from_files(
        DOUBLE.slug, {**DOUBLE.files, **{name: DOUBLE.files[name] + text for name, text in added.items()}}
    )
    browser = portal.logged_in("Grete", "grader")
    upload(portal, portal.logged_in("Ines", "instructor"), other)
    page = f"{versions(portal)}/{DOUBLE.version}/diff?to={other.version}"
    compared = [part.partition('"')[0] for part in browser.get(page).text.split('data-compare="')[1:]]
    assert compared == ["prompt.md", "starter.py", "reference.py"]
    unified = browser.get(f"{page}&view=unified").text
    for title, line in (
        ("Statement", "Double it &lt;twice&gt;."),
        ("Starter", "# Mind the empty vector."),
        ("Reference", "# Ours."),
    ):
        assert title in unified
        assert f'<span class="added">+{line}' in unified
    assert "All tests together give" not in unified
    back = f"{versions(portal)}/{other.version}/diff?to={DOUBLE.version}&view=unified"
    assert '<span class="removed">-# Mind the empty vector.' in browser.get(back).text


def test_a_version_is_downloaded_as_it_was_uploaded(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    answer = browser.get(f"{upload(portal, browser)}/download")
    assert read_bundle_zip(answer.data, "x.zip").version == NEWER.version
    assert f"double-{NEWER.version[:12]}.zip" in answer.headers["Content-Disposition"]


def test_a_trial_is_graded_by_the_version_tried_and_counts_for_nothing(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    page = upload(portal, browser)
    text = browser.get(f"{page}/try").text
    assert "wrong/mean" in text
    assert "<script>alert(1)" not in text
    answer = browser.send("POST", f"{page}/trials", {"kind": "submit", "files": {"double.py": RIGHT}})
    assert answer.status_code == 201, answer.text
    with portal.database.read() as session:
        run = session.get_one(Run, answer.json["run"])
        assert (run.version_hash, run.submission.kind) == (NEWER.version, "trial")
    assert browser.get(answer.json["result"]).status_code == 200
    refused = browser.send("POST", f"{page}/trials", {"kind": "submit", "files": {}})
    assert refused.status_code == 422
    assert refused.json["error"]


@pytest.mark.parametrize("path", ["", "/diff", "/try", "/edit"])
def test_pages_ask_the_database_no_more_often_for_more_versions(portal: Portal, path: str) -> None:
    database = portal.app.extensions["gradeloop"].database
    browser = portal.logged_in("Ines", "instructor")
    page = upload(portal, browser)
    for place in (page + path, versions(portal)):
        few = len(queries(browser, database, place))
        for number in range(3):
            upload(portal, browser, changed(DOUBLE, prompt=f"Another {number} {place}.\n"))
            with portal.database.write() as session:  # so that the next may be verified too
                for job in session.scalars(select(Job)):
                    job.state, job.finished_at = "done", clock(session)
        assert len(queries(browser, database, place)) <= few
