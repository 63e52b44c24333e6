"""Where no process may have namespaces of its own, the bench serves one submission and is thrown away."""

from collections.abc import Iterator, Sequence

import pytest

from tests.grading import grade, reference_of
from worker.benches.bench import Bench
from worker.isolation.base import Program
from worker.isolation.bubblewrap import Bubblewrap, BubblewrapSite

pytestmark = pytest.mark.service

WITHOUT_NAMESPACES = """
import runpy
import sys

import pyseccomp

rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
rules.add_rule(pyseccomp.ERRNO(1), "unshare")
rules.load()
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
LEAVES_A_NOTE = """
import pathlib

note = pathlib.Path("/tmp/gradeloop_note")
found = note.exists()
note.write_text("the answers")


def attempt():
    return {"a note of an earlier run": "gave it" if found else "denied: none"}
"""


class RestrictedSite(BubblewrapSite):
    """A place on a machine where `unshare` is not permitted inside bubblewrap."""

    def command(self, program: Program, arguments: Sequence[str]) -> list[str]:
        options = arguments[arguments.index("-m") + 1 :]
        return super().command(program, ["-I", "-B", "-c", WITHOUT_NAMESPACES, *options])


class Restricted(Bubblewrap):
    """Bubblewrap on such a machine."""

    def site(self) -> BubblewrapSite:
        return RestrictedSite()


@pytest.fixture(scope="module")
def restricted() -> Iterator[Bench]:
    with Bench(Restricted(), "numpy") as bench:
        yield bench


def test_a_bench_says_that_it_has_no_inner_isolation(restricted: Bench) -> None:
    assert not restricted.namespaces


def test_a_good_submission_gets_its_points_all_the_same(restricted: Bench) -> None:
    run = grade(restricted, "target", reference_of("target"))

    assert (run.outcome, run.score) == ("graded", run.max_score)


def test_the_outer_isolation_is_another_for_the_next_submission(restricted: Bench) -> None:
    grade(restricted, "target", reference_of("target"))
    before = restricted.processes()["sandbox"]
    assert restricted.worn == "no namespaces"

    grade(restricted, "target", reference_of("target"))

    assert restricted.processes()["sandbox"] != before


def test_nothing_of_one_run_is_there_in_the_next(restricted: Bench) -> None:
    scores = [grade(restricted, "probe", LEAVES_A_NOTE).score for _ in range(2)]

    assert scores == [2, 2]


REACHES_FOR_ITS_SERVER = """
import os
import resource
import signal


def tried(action):
    try:
        return f"gave {action()!r}"
    except OSError as error:
        return f"denied: {type(error).__name__}"


def attempt():
    parents = [os.getppid(), *range(2, os.getpid())]
    found = {}
    for pid in parents:
        found[f"ends {pid}"] = tried(lambda: os.kill(pid, signal.SIGINT))
        found[f"limits {pid}"] = tried(lambda: resource.prlimit(pid, resource.RLIMIT_CPU, (1, 1)))
        found[f"writes to {pid}"] = tried(lambda: open(f"/proc/{pid}/mem", "r+b"))
    found["ends all"] = tried(lambda: os.kill(-1, signal.SIGALRM))
    found["the socket"] = tried(lambda: os.unlink("/run/gradeloop/sandbox.sock"))
    return found
"""


def test_a_submission_cannot_reach_the_processes_beside_it(restricted: Bench) -> None:
    run = grade(restricted, "probe", REACHES_FOR_ITS_SERVER)

    assert (run.outcome, run.score) == ("graded", 2), run
