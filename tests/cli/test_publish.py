"""`gradeloop publish` against a portal with a worker: uploaded, verified, put in force, or kept out by the gate."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from records.courses.models import Assignment, Course, Membership, Role
from records.database.base import new_id
from tests.services.redis import Redis
from tests.services.service import Service
from tests.web.api.program import token_of

Publish = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="module")
def service(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A portal, and a worker that verifies."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db"
    with Service(url, redis_server.url) as service:
        yield service.start("background", "web")


@pytest.fixture
def course(service: Service, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course whose instructor's token, and whose portal, the command is told."""
    with service.database.write() as session:
        course = Course(slug=new_id(), title="Testing")
        session.add(course)
        session.flush()
    enrol(service, course, "instructor", monkeypatch)
    monkeypatch.setenv("GRADELOOP_URL", service.address)
    return course


def enrol(service: Service, course: Course, role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    person_id = service.student()
    with service.database.write() as session:
        session.add(Membership(course_id=course.id, person_id=person_id, role=role))
    monkeypatch.setenv("GRADELOOP_TOKEN", token_of(service.database, person_id))


def assignment_of(service: Service, course: Course) -> Assignment | None:
    with service.database.read() as session:
        return session.scalar(select(Assignment).where(Assignment.course_id == course.id))


def test_a_good_assignment_is_published_and_a_spoilt_version_of_it_is_not(
    service: Service, course: Course, double: Path, shell: Publish
) -> None:
    done = shell("publish", double, "--course", course.slug, "--note", "The first.", "--show")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the gate is open" in done.stdout
    assert "It is published." in done.stdout
    first = assignment_of(service, course)
    assert first is not None
    assert (first.slug, first.visibility) == ("double", "visible")

    (double / "wrong/squares.py").write_text('"""No mistake at all."""\n\n' + (double / "right/adds.py").read_text())
    done = shell("publish", double, "--course", course.slug)
    assert done.returncode == 1
    assert "wrong/squares.py has full marks" in done.stdout
    assert getattr(assignment_of(service, course), "version_hash", None) == first.version_hash

    done = shell("publish", double, "--course", course.slug, "--override", "The deadline is tonight.")
    assert done.returncode == 0, done.stdout + done.stderr
    assert getattr(assignment_of(service, course), "version_hash", None) != first.version_hash


def test_verifying_alone_publishes_nothing(service: Service, course: Course, double: Path, shell: Publish) -> None:
    done = shell("publish", double, "--course", course.slug, "--no-publish")
    assert done.returncode == 0, done.stdout + done.stderr
    found = assignment_of(service, course)
    assert found is not None
    assert (found.version_hash, found.visibility) == (None, "hidden")


def test_what_cannot_be_read_is_said_before_anything_is_sent(
    service: Service, course: Course, double: Path, shell: Publish
) -> None:
    (double / "prompt.md").unlink()
    done = shell("publish", double, "--course", course.slug)
    assert done.returncode == 1
    assert "prompt.md: this file is missing." in done.stdout
    assert assignment_of(service, course) is None


def test_a_student_is_refused_with_the_portal_s_own_sentence(
    service: Service, course: Course, double: Path, shell: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrol(service, course, "student", monkeypatch)
    done = shell("publish", double, "--course", course.slug)
    assert done.returncode == 2
    assert "not yours to see" in done.stderr
    assert assignment_of(service, course) is None


@pytest.mark.usefixtures("course")
def test_a_course_that_they_may_not_see_is_named(double: Path, shell: Publish) -> None:
    done = shell("publish", double, "--course", "demmo")
    assert done.returncode == 2
    assert "There is no course demmo that you may see." in done.stderr


def test_an_assignment_that_the_gate_keeps_out_is_said_to_be_in_the_course_and_how_to_be_rid_of_it(
    course: Course, double: Path, shell: Publish
) -> None:
    (double / "wrong/squares.py").write_text('"""No mistake at all."""\n\n' + (double / "right/adds.py").read_text())
    done = shell("publish", double, "--course", course.slug)
    assert done.returncode == 1
    said = " ".join(done.stdout.split())
    assert "The course lists double without a version until then, and to staff alone" in said
    assert "remove it on its page Versions." in said


@pytest.mark.usefixtures("course")
def test_a_course_must_be_named(double: Path, shell: Publish) -> None:
    done = shell("publish", double)
    assert done.returncode == 2
    assert "which course?" in done.stderr
