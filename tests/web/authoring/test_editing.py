"""The editor of a version: what is saved is a new version, what is wrong is said, and nothing is lost."""

import io
import json
import re

import numpy as np
import pytest
from sqlalchemy import select

from grader.bundle.bundle import Bundle
from records.courses.models import Assignment, Role
from records.people.models import Person
from records.queue.jobs import Job
from records.versions.models import Version, bundle_of
from records.versions.publishing import Upload
from records.versions.uploading import upload_and_verify
from tests.grading import bundle_named
from tests.web.portal import Browser, Portal

DOUBLE = bundle_named("double")
TEXTS = {name: data.decode() for name, data in DOUBLE.files.items()}


def page(portal: Portal) -> str:
    return f"{portal.page}/versions/{DOUBLE.version}/edit"


def save(portal: Portal, browser: Browser, **changed: str | None):  # type: ignore[no-untyped-def]
    files = TEXTS | {name: text for name, text in changed.items() if text is not None}
    kept = {name: text for name, text in files.items() if changed.get(name, "") is not None}
    return browser.send("POST", page(portal), {"files": kept, "note": "A slip."})


def data(html: str, name: str):  # type: ignore[no-untyped-def]
    found = re.search(rf'<script type="application/json" data-{name}>(.*?)</script>', html, re.S)
    assert found, html
    return json.loads(found[1])


@pytest.mark.parametrize(
    ("role", "may"), [("student", False), ("grader", False), ("instructor", True), ("admin", True)]
)
def test_who_edits(portal: Portal, role: Role, may: bool) -> None:
    browser = portal.logged_in("Somebody", role)
    assert (browser.get(page(portal)).status_code == 200) == may
    assert (save(portal, browser).status_code == 201) == may
    for path in ("draft", f"{DOUBLE.version}/draft"):
        answer = browser.post(f"{portal.page}/versions/{path}", {"name": "wrong/x.py", "text": "x"})
        assert (answer.status_code == 200) == may
    preview = browser.send("POST", page(portal).replace("/edit", "/preview"), {"text": "x"})
    assert (preview.status_code == 200) == may


def test_all_files_are_there_and_the_statement_comes_first(portal: Portal) -> None:
    files = data(portal.logged_in("Ines", "instructor").get(page(portal)).text, "files")
    assert dict(files) == TEXTS
    assert files[0][0] == "prompt.md"


def test_what_is_saved_is_a_version_of_its_own_and_is_verified(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    answer = save(portal, browser, **{"prompt.md": "Another statement.\n", "wrong/squares.py": None})
    assert answer.status_code == 201, answer.text
    with portal.database.read() as session:
        upload = session.scalars(select(Upload)).one()
        job = session.scalars(select(Job)).one()
        assert (upload.version_hash, upload.note) == (answer.json["version"], "A slip.")
        assert (job.version_hash, job.kind) == (answer.json["version"], "verification")
        assert session.get_one(Assignment, portal.assignment_id).version_hash == DOUBLE.version
        files = bundle_of(session.get_one(Version, answer.json["version"])).files
    assert files["prompt.md"] == b"Another statement.\n"
    assert "wrong/squares.py" not in files
    assert browser.get(answer.json["page"]).status_code == 200


def test_what_is_wrong_is_said_and_nothing_is_kept(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    answer = save(portal, browser, **{"reference.py": "def double(:\n", "prompt.md": "  \n"})
    assert answer.status_code == 422
    assert "reference.py: line 1: invalid syntax." in answer.json["problems"]
    assert "prompt.md: the statement is empty." in answer.json["problems"]
    assert "leads out of" in save(portal, browser, **{"../x.py": "x"}).json["problems"][0]
    for body in ({}, {"files": {"a": 1}}, {"files": {}, "more": 1}, [], {"files": {"prompt.md": "\ud800"}}):
        assert browser.send("POST", page(portal), body).status_code == 422
    with portal.database.read() as session:
        assert session.scalars(select(Upload)).all() == []


def test_a_preview_is_what_students_would_read_and_safe(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    path = page(portal).replace("/edit", "/preview")
    html = browser.send("POST", path, {"text": "# A $x$\n\n<script>alert(1)</script> [x](javascript:y)"}).json["html"]
    assert '<span class="math">x</span>' in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert browser.send("POST", path, {"text": 1}).status_code == 422


def test_a_drafted_answer_is_opened_beside_the_files_of_the_newest_version(portal: Portal) -> None:
    browser = portal.logged_in("Ines", "instructor")
    newest = save(portal, browser, **{"prompt.md": "Another statement.\n"}).json["version"]
    text = '"""</script><b>bold</b>"""\r\nx = 1\r\n'
    shown = browser.post(f"{portal.page}/versions/draft", {"name": "wrong/squares.py", "text": text}).text
    assert data(shown, "added") == {"name": "wrong/squares_2.py", "text": '"""</script><b>bold</b>"""\nx = 1\n'}
    assert f'data-version="{newest}"' in shown
    assert "<b>bold" not in shown
    added = browser.get(f"{page(portal)}?add=wrong/new.py").text
    assert data(added, "added") == {"name": "wrong/new.py", "text": None}


def test_saving_what_is_there_changes_nothing(portal: Portal) -> None:
    answer = save(portal, portal.logged_in("Ines", "instructor"))
    assert (answer.json["version"], answer.json["same"]) == (DOUBLE.version, True)


def test_files_that_hold_no_text_are_kept_as_they_are(portal: Portal) -> None:
    saved = io.BytesIO()
    np.save(saved, np.arange(3))
    bundle = Bundle.from_files("double", {**DOUBLE.files, "rows.npy": saved.getvalue(), "table.csv": b"1,2\n"})
    browser = portal.logged_in("Ines", "instructor")
    with portal.database.write() as session:
        (assignment,) = session.scalars(select(Assignment))
        person_id = session.scalars(select(Person.id)).first()
        upload_and_verify(session, assignment, bundle, person_id, "")
    editor = f"{portal.page}/versions/{bundle.version}/edit"

    html = browser.get(editor).text
    files = dict(data(html, "files"))
    assert "rows.npy: no text" in html
    assert files["table.csv"] == "1,2\n"
    assert "rows.npy" not in files

    version = browser.send("POST", editor, {"files": files | {"table.csv": "1,3\n"}}).json["version"]
    with portal.database.read() as session:
        edited = bundle_of(session.get_one(Version, version))
        assert edited.files == {**bundle.files, "table.csv": b"1,3\n"}
    assert "rows.npy" not in browser.get(f"{portal.page}/versions/{bundle.version}/diff?to={version}").text
