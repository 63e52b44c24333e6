"""A lecture at the portal: 200 students read, write, check, and submit towards a deadline; before that, one alone."""

import statistics
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select, update

from grader.bundle.bundle import Bundle
from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment, Course, Membership
from records.database.engine import clock
from records.people.models import Person
from records.submissions import models
from records.versions.models import keep_version
from tests.benchmarks.answers import answers_of, with_short_limits
from tests.benchmarks.figures import summary
from tests.benchmarks.plan import SHARES, Account, Click, Plan, Seen, Task
from tests.benchmarks.running import await_finished, running_service, runs_of, warm_up
from tests.services.service import Service
from web import create_app
from web.security.passwords import hash_of_password
from web.security.session import User

__all__ = ["measure_portal"]

_COURSE: Final = "lecture"
_PASSWORD: Final = "a sentence to log in"
_LOGINS: Final = 10
_DUE_SHARE: Final = 0.6  # of the time: late students come after it
_LATE_PERCENT: Final = 10.0  # a day, so that nothing is refused for being late
_TIMEOUT_SECONDS: Final = 600.0
_STEPS: Final = {
    "POST: submission and run are stored, the wake-up is sent": "posted",
    "the result is fetched": "shown",
    "the stream begins": "opened",
    "the first test ends": "first_test",
    "the other tests end, the result is stored": "finished",
    "the result is fetched again": "score",
}


def measure_portal(
    console: Console, bundles: Sequence[Bundle], isolation: str, students: int, seconds: float, rounds: int
) -> dict[str, Any]:
    """Measure the portal as browsers see it; print tables, and return the figures.

    Args:
        console: where the tables go.
        bundles: the assignments of the course.
        isolation: of the benches: "docker" or "bubblewrap".
        students: how many there are.
        seconds: how long they work; who still waits for a score then is waited for.
        rounds: submissions of one student alone, before that.
    """
    title = f"{students} students for {seconds:g} s, behind {isolation}; before that one alone, {rounds} times"
    console.print(f"\n[bold]The portal: {title}[/]")
    bundles = [with_short_limits(bundle) for bundle in bundles]
    with running_service("numpy", "interactive", "scheduler", "web", isolation=isolation) as service:
        for bundle in bundles:
            warm_up(service, service.assignment(bundle), SubmittedFiles(bundle.reference))
        plan = _plan(service, bundles, students)
        alone = _be_there(service, replace(plan, rounds=rounds, logins=min(_LOGINS, students)))
        due = _DUE_SHARE * seconds
        _set_due(service, due)
        crowd = _be_there(service, replace(plan, seconds=seconds, due_seconds=due))
        await_finished(service, [click.run_id for click in crowd.clicks])
        idle = {**_clicks(alone.clicks), "steps_ms": _steps(alone.clicks), **_requests(alone)}
        loaded = {**_clicks(crowd.clicks), **_requests(crowd), **_served(service, crowd)}
    _show(console, idle, loaded)
    return {"students": students, "isolation": isolation, "idle": idle, "loaded": loaded}


def _plan(service: Service, bundles: Sequence[Bundle], students: int) -> Plan:
    cookie, accounts = _accounts(service, _people(service, bundles, students))
    return Plan(service.address, cookie, accounts, [_task(bundle) for bundle in bundles])


def _people(service: Service, bundles: Iterable[Bundle], count: int) -> list[Person]:
    """Make the course, with its assignments and students."""
    password_hash = hash_of_password(_PASSWORD)
    with service.database.write() as session:
        course = Course(slug=_COURSE, title="A lecture")
        people = [
            Person(email=f"student{number}@example.org", name=f"Student {number}", password_hash=password_hash)
            for number in range(count)
        ]
        session.add_all([course, *people])
        session.flush()
        session.add_all(Membership(course_id=course.id, person_id=person.id, role="student") for person in people)
        for bundle in bundles:
            version = keep_version(session, bundle)
            assignment = Assignment(course_id=course.id, slug=bundle.slug, version_hash=version.hash)
            assignment.visibility = "visible"
            assignment.late_percent_per_day = _LATE_PERCENT
            session.add(assignment)
    return people


def _accounts(service: Service, people: Iterable[Person]) -> tuple[str, list[Account]]:
    """Return the name of the session's cookie, and students who are logged in.

    Logging in takes long on purpose, and is measured for a few.
    """
    app = create_app(service.portal_settings.model_copy(update={"data_dir": service.folder / "data"}))
    accounts = []
    with closing(app.extensions["gradeloop"]):
        name = str(app.config["SESSION_COOKIE_NAME"])
        for person in people:
            client = app.test_client()
            with client.session_transaction() as session:
                session["_user_id"] = User(person).get_id()
            cookie = client.get_cookie(name)
            assert cookie is not None
            accounts.append(Account(cookie.value, person.email, _PASSWORD))
    return name, accounts


def _task(bundle: Bundle) -> Task:
    name = bundle.manifest.files[0]
    answers = {kind: [answer.files[name].decode() for answer in answers_of(bundle, kind)] for kind in SHARES}
    return Task(f"/courses/{_COURSE}/assignments/{bundle.slug}", name, answers)


def _set_due(service: Service, seconds: float) -> None:
    with service.database.write() as session:
        due_at = clock(session) + timedelta(seconds=seconds)
        session.execute(update(Assignment).where(_IN_COURSE).values(due_at=due_at))


_IN_COURSE: Final = Assignment.course_id.in_(select(Course.id).where(Course.slug == _COURSE))


def _be_there(service: Service, plan: Plan) -> Seen:
    """Have the students of a plan do what it says, in a process of their own."""
    asked, seen = service.folder / "plan.json", service.folder / "seen.json"
    plan.write(asked)
    command = [sys.executable, "-m", "tests.benchmarks.crowd", str(asked), str(seen)]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=_TIMEOUT_SECONDS
    )
    if done.returncode != 0:
        raise SystemExit(f"the students could not do what they should:\n{done.stdout}{done.stderr}")
    found = Seen.read(seen)
    if not found.clicks:
        raise SystemExit(f"no student handed anything in: {found.failures}\n{done.stderr}")
    return found


def _clicks(clicks: Sequence[Click]) -> dict[str, Any]:
    firsts = [click.first_test for click in clicks if click.first_test is not None]
    scores = [click.score for click in clicks if click.score is not None]
    return {
        "first test": _summary(firsts),
        "score": _summary(scores),
        "clicks": len(clicks),
        "polled": sum(click.polled for click in clicks),
    }


def _steps(clicks: Sequence[Click]) -> dict[str, float]:
    """Return how long each step took, as medians in milliseconds, of clicks whose every step was seen."""
    marks = [[0.0, *(getattr(click, name) for name in _STEPS.values())] for click in clicks]
    whole = [row for row in marks if None not in row]
    if not whole:
        return {}
    return {
        step: round(statistics.median(row[place + 1] - row[place] for row in whole), 1)
        for place, step in enumerate(_STEPS)
    }


def _requests(seen: Seen) -> dict[str, Any]:
    count = sum(map(len, seen.requests.values()))
    return {
        "requests": {name: _summary(times) for name, times in seen.requests.items()},
        "requests_count": count,
        "requests_per_second": round(count / seen.seconds, 1),
        "failed": sum(seen.failures.values()),
        "failures": seen.failures,
        "unfinished": seen.unfinished,
        "refused": seen.refused,
        "seconds": round(seen.seconds, 1),
    }


def _served(service: Service, seen: Seen) -> dict[str, Any]:
    """Return what the records say of the runs."""
    runs = runs_of(service, [click.run_id for click in seen.clicks])
    waits = [(run.claimed_at - run.queued_at).total_seconds() * 1000 for run in runs if run.claimed_at is not None]
    first, last = min(run.queued_at for run in runs), max(run.finished_at for run in runs if run.finished_at)
    late = (
        select(func.count())
        .select_from(models.Submission)
        .join(Assignment, Assignment.id == models.Submission.assignment_id)
        .where(_IN_COURSE, models.Submission.created_at > Assignment.due_at)
        .where(models.Submission.kind == "submit")
    )
    with service.database.read() as session:
        late_count = session.scalars(late).one()
    return {
        "queue wait": _summary(waits),
        "runs": len(runs),
        "late": late_count,
        "not_graded": sum(run.state != "graded" for run in runs),
        "runs_per_second": round(len(runs) / (last - first).total_seconds(), 2),
    }


def _summary(times: Sequence[float]) -> dict[str, float]:
    return summary(times) if times else {"count": 0}


def _show(console: Console, idle: dict[str, Any], loaded: dict[str, Any]) -> None:
    table = Table("from the click", "alone p50 ms", "p95 ms", "clicks", "crowd p50 ms", "p95 ms", "clicks")
    for name in ("first test", "score", "queue wait"):
        table.add_row(name, *_sandboxes(idle.get(name, {})), *_sandboxes(loaded[name]))
    console.print(table, "Alone, the time goes to:")
    for step, taken in idle["steps_ms"].items():
        console.print(f"  {taken:6.1f} ms  {step}")
    table = Table("request", "alone p50 ms", "p95 ms", "requests", "crowd p50 ms", "p95 ms", "requests")
    for name in sorted({*idle["requests"], *loaded["requests"]}):
        table.add_row(name, *_sandboxes(idle["requests"].get(name, {})), *_sandboxes(loaded["requests"].get(name, {})))
    console.print(
        table,
        f"The crowd: {loaded['requests_count']} requests in {loaded['seconds']} s, {loaded['requests_per_second']} a "
        f"second; {loaded['failed']} failed (alone {idle['failed']}). {loaded['clicks']} clicks were taken, "
        f"{loaded['late']} of them late, {loaded['refused']} refused: too many were underway. {loaded['polled']} had "
        f"no stream and asked for the state; {loaded['unfinished']} students still waited for a score when the time "
        f"was over. {loaded['runs_per_second']} gradings a second; {loaded['not_graded']} "
        "were not graded.",
    )
    for failure, count in {**idle["failures"], **loaded["failures"]}.items():
        console.print(f"  {count} × {failure}", markup=False)


def _sandboxes(figures: dict[str, float]) -> list[str]:
    return [str(figures.get(name, "")) for name in ("p50_ms", "p95_ms", "count")]
