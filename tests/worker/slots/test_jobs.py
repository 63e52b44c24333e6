"""Jobs go through the queue: an author's suite is verified on benches, and whatever it does it does there."""

import os
import signal
import socket
from collections.abc import Mapping

import pytest

from grader.bundle.bundle import Bundle
from records.courses.models import Assignment
from records.queue.jobs import Job, JobKind, request_job
from tests.grading import bundle_named
from tests.services.server import wait_until
from tests.services.service import Service

DOUBLE = bundle_named("double")
HIDDEN = DOUBLE.files["test_hidden.py"]
MANIFEST = DOUBLE.files["assignment.toml"]
# A run that never ends is given up sooner.
HASTY = MANIFEST.replace(b"run_seconds = 10.0", b"run_seconds = 2.0")
# One more test, without its body.
TEST = b'\n\n@pytest.mark.points(1)\ndef test_more(student):\n    """There is more."""\n'
# What a suite does, it does to the bench, whatever database there is.
ON_ONE = pytest.mark.parametrize("service", ["sqlite"], indirect=True)
# What a suite may do, by name: what it adds to the hidden tests, and a word of the report's sentence about it.
HOSTILE: Mapping[str, tuple[bytes, str]] = {
    "loops at once": (b"\nwhile True:\n    pass\n", "not collected within"),
    "imports what is not there": (b"\n__import__('a_library_of_nobody')\n", "a_library_of_nobody"),
    "loops in a test": (TEST + b"    while True:\n        pass\n", "did not answer in time"),
}
# What a suite asserts, collected and in a test: nothing listens, nothing is there, nobody says where to look.
LOOKING = """

def look():
    import os, socket
    try:
        socket.create_connection(("127.0.0.1", {port}), 2).close()
    except OSError:
        pass
    else:
        raise AssertionError("somebody listens")
    assert [path for path in {paths} if os.path.exists(path)] == []
    assert [name for name in os.environ if "GRADELOOP" in name] == []


look()
"""


def ask(service: Service, bundle: Bundle, kind: JobKind = "verification") -> str:
    """Bring a bundle to an assignment of its own, and ask for a job of it."""
    assignment_id, person_id = service.assignment(bundle), service.student()
    with service.database.write() as session:
        assignment = session.get_one(Assignment, assignment_id)
        job = request_job(session, kind, assignment, person_id, bundle.version)
    service.announcer.wake("background")
    return job.id


def seen(service: Service, job_id: str) -> Job:
    """A job as it is now, its report with it."""
    with service.database.read() as session:
        job = session.get_one(Job, job_id)
        _ = job.report
        return job


def ended(service: Service, job_id: str) -> Job:
    wait_until(lambda: seen(service, job_id).finished_at is not None, "the job ends", seconds=120)
    return seen(service, job_id)


def changed(manifest: bytes = MANIFEST, **files: bytes) -> Bundle:
    named = {name.replace("__", "/") + ".py": data for name, data in files.items()}
    return Bundle.from_files("double", {**DOUBLE.files, "assignment.toml": manifest, **named})


def test_a_sound_version_is_verified_and_its_gate_is_open(service: Service) -> None:
    job = ended(service, ask(service, DOUBLE))
    assert (job.state, job.gate_open, job.message) == ("done", True, "")
    assert job.done == job.total > 0
    answers = {(answer["kind"], answer["name"]): answer for answer in job.report["answers"]}
    assert answers["reference", "reference"]["verdict"] == "Full marks."
    assert all(answer["ok"] for answer in answers.values())
    assert {kind for kind, _ in answers} == {"reference", "starter", "right", "wrong", "unlisted", "mutant", "odd"}


@ON_ONE
def test_a_suite_that_misses_a_mistake_keeps_its_gate_shut_and_says_which(service: Service) -> None:
    lax = HIDDEN.replace(b"assert_close(student.total(x), reference.total(x))", b"student.total(x)")
    lax = lax.replace(b"assert_close(student.double(x), reference.double(x))", b"student.double(x)")
    job = ended(service, ask(service, changed(test_hidden=lax)))
    assert job.state == "done"
    assert job.gate_open is False
    survivors = [answer for answer in job.report["answers"] if answer["kind"] == "mutant" and not answer["ok"]]
    assert survivors
    assert all(answer["line"] and answer["diff"].startswith("--- reference") for answer in survivors)


@ON_ONE
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_suite_harms_nobody_and_is_told_what_is_wrong(service: Service, what: str) -> None:
    added, word = HOSTILE[what]
    job = ended(service, ask(service, changed(HASTY, test_hidden=HIDDEN + added)))
    assert (job.state, job.gate_open) == ("done", False)
    assert word in " ".join(problem for check in job.report["checks"] for problem in check["problems"])


@ON_ONE
def test_a_suite_finds_neither_network_nor_database_nor_broker(service: Service) -> None:
    url, broker = service.settings.database_url, service.settings.broker_url
    paths = [url.removeprefix("sqlite:///"), broker.removeprefix("unix://"), str(service.folder)]
    assert all(map(os.path.exists, paths))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        looking = LOOKING.format(port=listening.getsockname()[1], paths=paths).encode()
        hidden = HIDDEN.replace(b"    x = rng", b"    look()\n    x = rng") + looking
        job = ended(service, ask(service, changed(test_hidden=hidden)))
        assert (job.state, job.gate_open) == ("done", True), job.report
        with pytest.raises(BlockingIOError):
            listening.accept()


@ON_ONE
@pytest.mark.parametrize("where", ["when it is collected", "in a test"])
def test_a_suite_that_prints_a_million_lines_fills_nothing(service: Service, where: str) -> None:
    printing = b"print('line\\n' * 1_000_000)\n"
    begins = {"when it is collected": b"\n", "in a test": TEST + b"    "}
    job = ended(service, ask(service, changed(test_hidden=HIDDEN + begins[where] + printing)))
    assert job.state == "done"
    assert len(str(job.report)) < 200_000


@ON_ONE
def test_what_a_suite_leaks_is_gone_with_each_run(service: Service) -> None:
    leaking = b"LEAK.append(b'x' * 20_000_000)\n    x = rng.normal(size=7)"
    hidden = HIDDEN.replace(b"x = rng.normal(size=7)", leaking) + b"\n\nLEAK = []\n"
    job = ended(service, ask(service, changed(test_hidden=hidden)))
    assert (job.state, job.gate_open) == ("done", True)
    (reference,) = [one for one in job.report["answers"] if one["kind"] == "reference"]
    assert reference["verdict"] == "Full marks."


def test_the_same_job_is_not_begun_twice(service: Service) -> None:
    assignment_id, person_id = service.assignment(DOUBLE), service.student()
    with service.database.write() as session:
        assignment = session.get_one(Assignment, assignment_id)
        first = request_job(session, "verification", assignment, person_id, DOUBLE.version)
        again = request_job(session, "verification", assignment, person_id, DOUBLE.version)
        assert again.id == first.id
    service.announcer.wake("background")
    ended(service, first.id)


def test_a_job_whose_worker_dies_is_begun_again(service: Service) -> None:
    job_id = ask(service, DOUBLE)
    wait_until(lambda: seen(service, job_id).done > 0, "the job is underway", seconds=60)
    os.kill(service.children("background")[0], signal.SIGKILL)
    job = ended(service, job_id)
    assert (job.state, job.gate_open, job.tries) == ("done", True, 2)
