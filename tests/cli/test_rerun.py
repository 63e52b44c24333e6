"""`gradeloop rerun` and `gradeloop compare` against a portal with workers: a suite with a bug, mended and compared."""

import re
import subprocess
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from grader.bundle.bundle import Bundle
from grader.bundle.submission import read_submission
from records.courses.models import Assignment, Course, Membership
from records.reruns.models import Rerun, RerunItem
from records.submissions.models import Run, Submission
from records.versions.models import keep_version
from records.versions.publishing import Upload
from tests.grading import bundle_named
from tests.services.redis import Redis
from tests.services.server import wait_until
from tests.services.service import Service
from tests.web.api.program import token_of

Shell = Callable[..., "subprocess.CompletedProcess[str]"]
STUDENTS = 4
REASON = "The total was compared with a wrong one."
BUG = ("reference.total(x))", "reference.total(x) + 1)")


@pytest.fixture(scope="module")
def service(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A portal, and workers of both queues."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db"
    with Service(url, redis_server.url) as service:
        yield service.start("interactive", "background", "web")


def spoilt(bundle: Bundle) -> Bundle:
    """Return the bundle with a hidden test that refuses what is right."""
    suite = bundle.files["test_hidden.py"].decode().replace(*BUG)
    return Bundle.from_files(bundle.slug, {**bundle.files, "test_hidden.py": suite.encode()})


@pytest.fixture(scope="module")
def graded(service: Service) -> tuple[str, str]:
    """A course in which all submitted what is right, and were graded by a suite with a bug; and the mended version."""
    good = bundle_named("double")
    assignment_id = service.assignment(spoilt(good))
    submission = read_submission(good.manifest, {"double.py": good.files["reference.py"]})
    with service.database.write() as session:
        assignment = session.get_one(Assignment, assignment_id)
        assignment.visibility = "visible"
        course = assignment.course
        version = keep_version(session, good).hash
        session.add(Upload(assignment_id=assignment_id, version_hash=version))
    for _ in range(STUDENTS):
        person_id = service.student()
        with service.database.write() as session:
            session.add(Membership(course_id=course.id, person_id=person_id))
        service.submit(person_id, assignment_id, submission)
    wait_until(lambda: service.unfinished() == 0, "all are graded", 60)
    return course.slug, version


@pytest.fixture
def course(service: Service, graded: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    """The course, with the commands told the token of a grader, and the portal."""
    person_id = service.student()
    with service.database.write() as session:
        course_id = session.scalars(select(Course.id).where(Course.slug == graded[0])).one()
        session.add(Membership(course_id=course_id, person_id=person_id, role="instructor"))
    monkeypatch.setenv("GRADELOOP_TOKEN", token_of(service.database, person_id))
    monkeypatch.setenv("GRADELOOP_URL", service.address)
    return graded[0]


def scores(service: Service) -> set[float | None]:
    with service.database.read() as session:
        query = select(Run.score).join(Submission, Submission.run_id == Run.id)
        return set(session.scalars(query))


def test_a_mended_suite_is_rerun_compared_applied_and_undone(
    service: Service, course: str, graded: tuple[str, str], shell: Shell
) -> None:
    (before,) = scores(service)
    version = graded[1][:12]
    done = shell("rerun", course, "double", "--version", version, "--reason", REASON, "--follow")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"all {STUDENTS} submissions" in done.stdout
    assert f"{STUDENTS} rise" in done.stdout
    assert "The total is" in done.stdout
    assert f"+{STUDENTS}" in done.stdout
    assert scores(service) == {before}
    found = re.search(r"Rerun ([0-9a-f]{32})", done.stdout)
    assert found
    with service.database.read() as session:
        items = session.scalars(select(RerunItem)).all()
        assert all(one.before and one.after and one.before.seed == one.after.seed for one in items)
    done = shell("compare", found[1], "--apply", "rises")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"Applied to {STUDENTS} submissions. {STUDENTS} students were notified." in done.stdout
    (after,) = scores(service)
    assert (before, after) == (before, (before or 0) + 1)
    done = shell("compare", found[1], "--undo", "--reason", "Too early.")
    assert "the grades before count again" in done.stdout
    assert scores(service) == {before}
    assert shell("compare", found[1], "--discard").returncode == 0


def test_those_picked_a_whole_course_and_those_failing_a_test_are_rerun(
    service: Service, course: str, graded: tuple[str, str], shell: Shell
) -> None:
    with service.database.read() as session:
        ids = list(session.scalars(select(Submission.id).order_by(Submission.created_at)))

    def rerun(*arguments: str) -> tuple[str, str]:
        done = shell("rerun", course, *arguments, "--reason", REASON, "--follow")
        assert done.returncode == 0, done.stdout + done.stderr
        found = re.search(r"Rerun ([0-9a-f]{32}): (.+?)\. http", " ".join(done.stdout.split()))
        assert found
        return found[1], found[2]

    picked, chosen = rerun("double", "--set", "picked", "--submission", ids[0], "--submission", ids[2])
    assert chosen == "2 submissions picked by hand"
    assert shell("compare", picked, "--discard").returncode == 0
    whole, chosen = rerun()
    assert chosen == f"what counts in the whole course, {STUDENTS} submissions"
    assert shell("compare", whole, "--discard").returncode == 0

    version, test = graded[1][:12], "test_hidden.py::test_total"
    failing, chosen = rerun("double", "--set", "failing", "--test", test, "--version", version)
    assert f"{STUDENTS} submissions" in chosen
    done = shell("compare", failing, "--apply", "chosen", "--submission", ids[1])
    assert "Applied to one submission." in done.stdout, done.stdout + done.stderr
    assert len(scores(service)) == 2
    assert shell("compare", failing, "--undo").returncode == 0
    assert shell("compare", failing, "--discard").returncode == 0


def test_a_rerun_is_paused_resumed_and_cancelled(service: Service, course: str, shell: Shell) -> None:
    shell("rerun", course, "double", "--reason", REASON)
    with service.database.read() as session:
        latest = select(Rerun.id).order_by(Rerun.asked_at.desc())
        rerun_id = session.scalars(latest.limit(1)).one()
    for act, sentence in (("pause", "is paused"), ("resume", "goes on"), ("cancel", "is cancelled")):
        done = shell("compare", rerun_id, f"--{act}")
        assert f"The rerun {sentence}" in " ".join(done.stdout.split()), done.stdout + done.stderr
    refused = shell("compare", rerun_id, "--apply", "all")
    assert refused.returncode == 2
    assert "cancelled" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["rerun", "{course}", "--set", "latest", "--reason", "x"], "--set is of one assignment"),
        (["rerun", "{course}", "double", "--test", "t", "--reason", "x"], "--test goes with --set failing"),
        (["rerun", "{course}", "double", "--submission", "s", "--reason", "x"], "goes with --set picked"),
        (["compare", "nothing", "--apply", "all", "--submission", "s"], "goes with --apply chosen"),
        (["compare", "nothing", "--apply", "chosen"], "goes with --apply chosen"),
        (["rerun", "{course}", "double", "--set", "failing", "--reason", "x"], "Choose the test"),
        (["rerun", "{course}", "nothing", "--reason", "x"], "no assignment nothing"),
        (["rerun", "{course}", "double"], "--reason"),
        (["compare", "nothing"], "no such page"),
        (["compare", "nothing", "--undo", "--discard"], "at a time"),
    ],
)
def test_what_is_refused_ends_with_a_sentence(course: str, shell: Shell, arguments: list[str], sentence: str) -> None:
    done = shell(*(argument.format(course=course) for argument in arguments))
    assert done.returncode == 2
    assert sentence in done.stderr
