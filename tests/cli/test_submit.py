"""`gradeloop submit` against a portal with a worker: results as they form, and an end with the score."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from records.courses.models import Assignment, Membership
from records.database.engine import clock
from records.queue.runs import sweep_runs
from records.submissions.models import Run
from tests.commands import ROOT
from tests.grading import bundle_named
from tests.services.redis import Redis
from tests.services.server import wait_until
from tests.services.service import Service
from tests.web.api.program import token_of

Submit = Callable[..., "subprocess.CompletedProcess[str]"]
BUNDLE = ROOT / "tests/bundles/double"


class Terminal:
    """A command in a terminal of its own, and all that it has written there."""

    def __init__(self, *arguments: object, cwd: Path) -> None:
        self.text = ""
        self._screen, end = pty.openpty()
        command = [sys.executable, "-m", "cli", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "80", "LINES": "40"}
        self.process = subprocess.Popen(command, stdin=end, stdout=end, stderr=end, cwd=cwd, env=environment)
        os.close(end)
        self._reader = Thread(target=self._read)
        self._reader.start()

    def await_text(self, text: str) -> None:
        """Wait until something is written."""
        wait_until(lambda: text in self.text or self.process.poll() is not None, f"{text!r} is written")
        assert text in self.text

    def end(self) -> int:
        """Wait for the end, and return the exit status."""
        status = self.process.wait(60)
        self._reader.join()
        os.close(self._screen)
        return status

    def _read(self) -> None:
        with suppress(OSError):  # the other end is closed
            while data := os.read(self._screen, 65536):
                self.text += data.decode("utf-8", "replace")


class Student:
    """Somebody in a course with the assignment "double".

    Attributes:
        course: its slug.
        person_id, assignment_id: who, and for what.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.assignment_id = service.assignment(bundle_named("double"))
        self.person_id = service.student()
        self.token = token_of(service.database, self.person_id)
        with service.database.write() as session:
            assignment = session.get_one(Assignment, self.assignment_id)
            assignment.visibility = "visible"
            self.course = assignment.course.slug
            session.add(Membership(course_id=assignment.course_id, person_id=self.person_id))

    def limit(self, attempts: int) -> None:
        """Allow so many attempts."""
        with self.service.database.write() as session:
            session.get_one(Assignment, self.assignment_id).attempts = attempts

    def runs(self) -> list[Run]:
        """Return the runs of all that was submitted."""
        with self.service.database.read() as session:
            return session.query(Run).filter_by(person_id=self.person_id).all()


@pytest.fixture(scope="module")
def service(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A portal, and a worker for those who wait."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records')}/records.db"
    with Service(url, redis_server.url) as service:
        yield service.start("interactive", "web")


@pytest.fixture
def student(service: Service, monkeypatch: pytest.MonkeyPatch) -> Student:
    """A student whose token and portal the command is told."""
    student = Student(service)
    monkeypatch.setenv("GRADELOOP_TOKEN", student.token)
    monkeypatch.setenv("GRADELOOP_URL", service.address)
    return student


@pytest.fixture
def folder(student: Student, tmp_path: Path) -> Path:
    """A folder for the assignment, which names it, with a right answer."""
    (tmp_path / ".gradeloop.toml").write_text(f'course = "{student.course}"\nassignment = "double"\n')
    (tmp_path / "double.py").write_bytes((BUNDLE / "reference.py").read_bytes())
    return tmp_path


@pytest.fixture
def submit(monkeypatch: pytest.MonkeyPatch, shell: Submit, folder: Path) -> Submit:
    """Run `gradeloop submit` in the folder."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return lambda *arguments: shell("submit", *arguments, cwd=folder)


def test_the_files_of_the_folder_are_submitted_and_the_score_is_shown(submit: Submit, student: Student) -> None:
    done = submit()
    assert done.returncode == 0, done.stderr
    assert f"Submitted: {student.service.address}/submissions/" in "".join(done.stdout.split("\n"))
    assert done.stdout.splitlines()[-1] == "Double a vector  4 of 4 points  attempt 1"
    assert done.stdout.count("✓ ") == 4
    assert student.token not in done.stdout + done.stderr


def test_options_and_files_go_before_the_folder(submit: Submit, student: Student, tmp_path: Path) -> None:
    (tmp_path / ".gradeloop.toml").write_text('course = "another"\nassignment = "another"\n')
    options = ("--course", student.course, "--assignment", "double", "--url", f"{student.service.address}/")
    done = submit(BUNDLE / "wrong/mean.py", *options)
    assert done.returncode == 0, done.stderr
    assert "3 of 4 points" in done.stdout
    assert "Diagnosis: affects" in done.stdout


def test_a_check_runs_the_public_tests_alone_and_uses_no_attempt(submit: Submit, student: Student) -> None:
    student.limit(1)
    done = submit("--check")
    assert done.returncode == 0, done.stderr
    assert "(1 attempt left)" in done.stdout
    assert "check 1" in done.stdout
    assert done.stdout.count("✓ ") == 1


def test_what_the_rules_refuse_ends_with_2_and_the_portals_sentence(submit: Submit, student: Student) -> None:
    student.limit(1)
    assert submit().returncode == 0
    done = submit()
    assert done.returncode == 2
    assert "All attempts are used, so this cannot be submitted any more." in " ".join(done.stderr.split())


def test_files_that_cannot_be_taken_end_with_2(submit: Submit, folder: Path) -> None:
    (folder / "data.txt").write_text("no Python")
    (folder / "latin.py").write_bytes(b"# \xe9")
    (folder / "large.py").write_bytes(b"#" * (1024 * 1024 + 1))
    sentences = {"data.txt": "is not a Python file", "latin.py": "is no text in UTF-8", "large.py": "larger than 1 MiB"}
    for name, sentence in sentences.items():
        done = submit(name)
        assert done.returncode == 2
        assert sentence in " ".join(done.stderr.split())


def test_a_file_that_is_asked_for_and_not_there_is_named(submit: Submit, folder: Path) -> None:
    (folder / "double.py").unlink()
    done = submit()
    assert (done.returncode, "there is no double.py in this folder" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("", "there is no GRADELOOP_TOKEN"),
        ("secret", "holds no personal token"),
        ("gl_" + "x" * 43, "This token is not valid, or no longer."),
    ],
)
def test_without_a_token_that_counts_it_ends_with_2(
    submit: Submit, monkeypatch: pytest.MonkeyPatch, token: str, sentence: str
) -> None:
    monkeypatch.setenv("GRADELOOP_TOKEN", token)
    done = submit()
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("project", "sentence"),
    [
        ("", "which course? Give --course"),
        ('course = "ml"', "which assignment? Give --assignment"),
        ("course = 1", "course: Input should be a valid string"),
        ('token = "gl_x"', "token: Extra inputs are not permitted"),
        ("course = ", "cannot be read"),
        ('course = "nothing"\nassignment = "../.."', "There is no such page, or it is not yours to see."),
    ],
)
def test_a_folder_that_does_not_say_what_it_is_for_ends_with_2(
    submit: Submit, folder: Path, project: str, sentence: str
) -> None:
    (folder / ".gradeloop.toml").write_text(project)
    done = submit()
    assert done.returncode == 2
    assert sentence in " ".join(done.stderr.split())


@pytest.mark.parametrize("url", ["ftp://example.org", "https://user@example.org", "http://", "portal"])
def test_an_address_of_no_portal_ends_with_2(submit: Submit, url: str) -> None:
    done = submit("--url", url)
    assert (done.returncode, "is no address of a portal" in done.stderr) == (2, True)


def test_a_portal_that_cannot_be_reached_ends_with_3(submit: Submit) -> None:
    done = submit("--url", "http://127.0.0.1:1")
    assert done.returncode == 3
    assert "the portal at http://127.0.0.1:1 cannot be reached" in " ".join(done.stderr.split())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_in_a_terminal_results_form_even_if_the_portal_is_restarted(
    service: Service, student: Student, folder: Path, number: signal.Signals
) -> None:
    service.stop("interactive")
    terminal = Terminal("submit", cwd=folder)
    terminal.await_text("It waits, 0 before it")
    service.stop("web", number)
    service.start("web", "interactive")
    assert terminal.end() == 0
    score = terminal.text.rindex("4 of 4 points")
    assert "Doubling (1, 2, 3)" in terminal.text[:score]
    assert "points are decided." in terminal.text[:score]
    assert len(student.runs()) == 1


def test_what_ends_as_not_graded_ends_with_3(service: Service, student: Student, folder: Path) -> None:
    service.stop("interactive")
    terminal = Terminal("submit", cwd=folder)
    terminal.await_text("It waits, 0 before it")
    [run] = student.runs()
    with service.database.write() as session:
        kept = session.get_one(Run, run.id)
        kept.tries = service.settings.max_tries
        sweep_runs(session, clock(session), service.settings.max_tries)
    service.start("interactive")
    assert terminal.end() == 3
    assert "This was not graded, and it is not your fault." in terminal.text
