"""`gradeloop export` against a portal: a table, JSON, a zip, and refusals."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from records.courses.models import Assignment, Course, Membership
from records.people.models import Person
from tests.commands import ROOT
from tests.grading import bundle_named
from tests.services.redis import Redis
from tests.services.service import Service
from tests.web.api.program import token_of

Export = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def service(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A portal."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db"
    with Service(url, redis_server.url) as service:
        yield service.start("web")


@pytest.fixture
def course(service: Service, monkeypatch: pytest.MonkeyPatch) -> str:
    """A course with a student, whose grader's token and portal the command is told."""
    assignment_id = service.assignment(bundle_named("double"))
    grader, student = service.student(), service.student()
    with service.database.write() as session:
        slug = session.get_one(Assignment, assignment_id).course.slug
        course_id = session.get_one(Assignment, assignment_id).course_id
        session.add(Membership(course_id=course_id, person_id=grader, role="grader"))
        session.add(Membership(course_id=course_id, person_id=student, role="student", section="Monday"))
    monkeypatch.setenv("GRADELOOP_TOKEN", token_of(service.database, grader))
    monkeypatch.setenv("GRADELOOP_URL", service.address)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return slug


def test_a_table_is_printed_or_written(shell: Export, course: str, tmp_path: Path) -> None:
    done = shell("export", course, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].lstrip("\ufeff").startswith("Name,E-mail,Section,double: points")
    assert lines[1].startswith("Somebody,")
    done = shell("export", course, "-o", "book.csv", cwd=tmp_path)
    assert (tmp_path / "book.csv").read_text("utf-8-sig").splitlines()[1] == lines[1]


def test_json_holds_all_students(shell: Export, service: Service, course: str, tmp_path: Path) -> None:
    with service.database.write() as session:
        found = session.query(Course).filter_by(slug=course).one()
        people = [Person(email=f"{course}-{number}@example.org", name="X") for number in range(600)]
        session.add_all(people)
        session.flush()
        session.add_all(Membership(course_id=found.id, person_id=person.id) for person in people)
    done = shell("export", course, "--form", "json", "-o", "book.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    book = json.loads((tmp_path / "book.json").read_text())
    assert len({student["email"] for student in book["students"]}) == 601
    assert [column["slug"] for column in book["assignments"]] == ["double"]


def test_a_zip_for_gradescope_is_written_and_never_printed(shell: Export, course: str, tmp_path: Path) -> None:
    refused = shell("export", course, "--form", "gradescope", cwd=tmp_path)
    assert refused.returncode == 2
    done = shell("export", course, "--form", "gradescope", "-o", "all.zip", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert zipfile.ZipFile(tmp_path / "all.zip").namelist() == []


def test_what_cannot_be_written_leaves_the_file_and_nothing_beside_it(course: str, tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_text("the old one")
    command = [sys.executable, "-m", "cli", "export", course, "-o", "book.csv"]
    full = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *command]  # no file may have a single byte
    done = subprocess.run(full, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["book.csv"]
    assert (tmp_path / "book.csv").read_text() == "the old one"


def test_what_is_not_theirs_ends_with_2_and_leaves_the_file(shell: Export, course: str, tmp_path: Path) -> None:  # noqa: ARG001
    (tmp_path / "book.csv").write_text("the old one")
    done = shell("export", "another/course", "-o", "book.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no such page" in " ".join(done.stderr.split())
    assert (tmp_path / "book.csv").read_text() == "the old one"
