"""A running service: database, workers, scheduler and portal as processes of their own, as `gradeloop` starts them."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from sqlalchemy import func, select

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from grader.results.run import RunResult
from records.courses.models import Assignment, Course
from records.database import migrate as database_migrate
from records.database.engine import open_database
from records.people.models import Person
from records.queue.runs import request_run
from records.queue.slots import Slot
from records.submissions import admission, models
from records.submissions.models import Submission
from records.submissions.submit import Receipt
from records.versions.models import keep_version
from tests.services.server import free_port, start_server, stop_server, wait_until
from tests.services.submitting import submit
from web.settings import PortalSettings
from worker.queue.announcing import Announcer
from worker.queue.app import make_app
from worker.queue.broker import connect
from worker.queue.events import Event
from worker.queue.wakeups import send_wakeup
from worker.settings import Queue, Settings

__all__ = ["Service", "children"]

# All are shown, and looked for at the end. But kombu leaves sockets to be closed by the end of the process.
_WARNINGS = ("-W", "default", "-W", "ignore::ResourceWarning")
_SETTINGS = {
    "GRADELOOP_ISOLATION": "bubblewrap",
    "GRADELOOP_SLOTS_INTERACTIVE": "1",
    "GRADELOOP_SLOTS_BACKGROUND": "1",
    "GRADELOOP_BENCHES_NUMPY": "1",
    "GRADELOOP_BENCHES_TORCH": "0",
    "GRADELOOP_LEASE_SECONDS": "3",
    "GRADELOOP_SWEEP_SECONDS": "0.5",
    "GRADELOOP_LOG_FORMAT": "json",
    "GRADELOOP_LOG_LEVEL": "info",
}


class Service:
    """The service's processes, started and ended one by one; use it as a context manager, which ends what runs.

    Args:
        database_url: an empty database.
        broker_url: a broker that runs, or will.
        migrate: whether the database is given its tables.
        settings: variables by name, besides those that make the service small and quick.

    Attributes:
        database, announcer: as the portal has them.
        processes: what runs, by name: "interactive" and "background" for the workers, "scheduler", "web".
        address: where the portal listens once it is started, the same after a restart.
    """

    def __init__(self, database_url: str, broker_url: str, *, migrate: bool = True, **settings: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gradeloop-service-"))
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.environment = {
            **_SETTINGS,
            "GRADELOOP_DATABASE_URL": database_url,
            "GRADELOOP_BROKER_URL": broker_url,
            "GRADELOOP_DATA_DIR": str(self.folder / "data"),
            "GRADELOOP_WEB_PORT": str(port),
            **settings,
        }
        self.settings = Settings(database_url=database_url, broker_url=broker_url)
        self.portal_settings = PortalSettings(database_url=database_url, broker_url=broker_url)
        self.database = open_database(database_url)
        if migrate:
            database_migrate.migrate(self.database)
        self.announcer = Announcer(self.settings)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            stop_server(process, signal.SIGTERM)
        print(self.text())  # pytest shows it with a test that failed
        warned = [line for name in self.processes for line in self.log(name) if line["logger"] == "py.warnings"]
        self.announcer.close()
        self.database.close()
        shutil.rmtree(self.folder)
        assert warned == []

    def start(self, *names: str, **settings: str) -> Self:
        """Start workers, by queue, the scheduler, and the portal ("web"); return when they are ready.

        Where none is named, both workers and the scheduler are started.
        """
        for name in names or ("interactive", "background", "scheduler"):
            arguments = [name] if name in ("scheduler", "web") else ["worker", "--queue", name]
            variables = [f"{key}={value}" for key, value in {**self.environment, **settings}.items()]
            command = ["env", *variables, sys.executable, *_WARNINGS, "-m", "cli", *arguments]
            begun = len(self.log(name))
            self.processes[name] = start_server(command, self.folder / f"{name}.log")
            wait_until(partial(self._is_ready, name, begun), f"{name} is ready")
        return self

    def stop(self, name: str, number: signal.Signals = signal.SIGTERM) -> None:
        """End a process in order, or kill it with its children."""
        stop_server(self.processes.pop(name), number)

    def parent(self, queue: Queue) -> int:
        """Return the process id of a queue's worker."""
        return self.processes[queue].pid

    def children(self, queue: Queue) -> list[int]:
        """Return the process ids of a worker's children, each of which keeps a slot."""
        return children(self.parent(queue))

    def child_at(self, run_id: str) -> int:
        """Return the process id of the child that grades a run now."""
        slot = self.run(run_id).slot
        assert slot is not None
        return int(slot.rpartition("/")[2].partition(".")[0])

    def log(self, name: str) -> list[dict[str, Any]]:
        """Return the lines that a process has logged."""
        path = self.folder / f"{name}.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines if line.startswith("{")]

    def text(self) -> str:
        """Return all that the processes have written."""
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def lines_about(self, run_id: str) -> list[dict[str, Any]]:
        """Return the lines that were logged about a run."""
        names = [path.stem for path in self.folder.glob("*.log")]
        return [line for name in names for line in self.log(name) if line.get("run") == run_id]

    def submit(self, person_id: str, assignment_id: str, submission: SubmittedFiles, **options: Any) -> Receipt:
        """Submit as the portal does, with the options of `records.submissions.submit.submit`."""
        return submit(self.database, self.announcer, person_id, assignment_id, submission, **options)

    def assignment(self, bundle: Bundle) -> str:
        """Keep a bundle as an assignment of a course of its own, and return its id."""
        with self.database.write() as session:
            version = keep_version(session, bundle)
            course = Course(slug=uuid4().hex, title="Testing")
            session.add(course)
            session.flush()
            assignment = Assignment(course_id=course.id, slug=bundle.slug, version_hash=version.hash)
            session.add(assignment)
            session.flush()
            return assignment.id

    def courses(self, slug: str) -> int:
        """Return how many courses have a name."""
        with self.database.read() as session:
            return len(session.scalars(select(Course).where(Course.slug == slug)).all())

    def grade_again(self, submission_id: str) -> str:
        """Request a run of a submission in the background, as a rerun does, and return its id."""
        with self.database.write() as session:
            run = request_run(session, session.get_one(Submission, submission_id), queue="background")
        self.announcer.wake("background")
        return run.id

    def student(self) -> str:
        """Return the id of somebody new."""
        with self.database.write() as session:
            person = Person(email=f"{uuid4().hex}@example.org", name="Somebody")
            session.add(person)
            session.flush()
            return person.id

    def run(self, run_id: str) -> models.Run:
        """Return a run as it is now."""
        with self.database.read() as session:
            return session.get_one(models.Run, run_id)

    def result(self, run_id: str) -> RunResult:
        """Wait until a run is finished, and return its result."""
        self.await_state(run_id, "graded", "not graded")
        with self.database.read() as session:
            return session.get_one(models.Run, run_id).result()

    def counting_run(self, submission_id: str) -> str | None:
        """Return the run whose grade counts for a submission."""
        with self.database.read() as session:
            return session.get_one(Submission, submission_id).run_id

    def events(self, run_id: str) -> list[Event]:
        """Return a run's events when the last of them is there."""
        wait_until(lambda: self._last_event(run_id) == "finished", f"run {run_id} says that it is finished")
        return self.announcer.events.read(run_id)

    def attempts_used(self, submission_id: str) -> int:
        """Return how many attempts whoever handed something in has used at that assignment."""
        with self.database.read() as session:
            submission = session.get_one(Submission, submission_id)
            return admission.attempts_used(session, submission.person_id, submission.assignment)

    def slots(self, queue: Queue) -> set[str]:
        """Return the names of a queue's slots that have not left."""
        with self.database.read() as session:
            return set(session.scalars(select(Slot.id).where(Slot.queue == queue)))

    def unfinished(self) -> int:
        """Return how many runs are not finished."""
        with self.database.read() as session:
            query = select(func.count()).select_from(models.Run)
            return session.scalars(query.where(models.Run.finished_at.is_(None))).one()

    def wakeups(self, queue: Queue) -> int:
        """Return how many wake-ups of a queue lie in the broker."""
        with closing(connect(self.settings.broker_url)) as broker:
            return int(broker.llen(queue))

    def lose_tokens(self, queue: Queue) -> None:
        """Take all wake-ups of a queue out of the broker."""
        with closing(connect(self.settings.broker_url)) as broker:
            broker.delete(queue)

    def send_wakeup(self, queue: Queue) -> None:
        """Send one wake-up more."""
        with closing(make_app(self.settings)) as app:
            assert send_wakeup(app, queue)

    def await_state(self, run_id: str, *states: str, seconds: float = 60.0) -> None:
        """Wait until a run is in one of some states."""
        wait_until(lambda: self.run(run_id).state in states, f"run {run_id} is {' or '.join(states)}", seconds)

    def _last_event(self, run_id: str) -> str:
        events = self.announcer.events.read(run_id)
        return events[-1].kind if events else ""

    def _is_ready(self, name: str, begun: int) -> bool:
        process = self.processes[name]
        assert process.poll() is None, (self.folder / f"{name}.log").read_text()
        if name == "web":
            return _answers(f"{self.address}/live")
        return any(line["event"] == "ready" for line in self.log(name)[begun:])


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def children(pid: int) -> list[int]:
    """Return the process ids of a process's children."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, path.read_text().split())
    return sorted(found)
