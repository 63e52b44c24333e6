"""A process is told from every other, one that was given its id later included."""

import os
import subprocess

from worker.benches.identity import identity, lives


def test_a_process_lives_by_its_identity_until_it_ends() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        named = identity(process.pid)
        assert lives(named)
    assert not lives(named)


def test_a_process_that_ended_lives_no_more_even_before_its_parent_has_asked_for_it() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as process:
        named = identity(process.pid)
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not lives(named)


def test_another_process_of_the_same_id_is_another() -> None:
    pid, _, started = identity().partition(".")
    assert lives(f"{pid}.{started}")
    assert not lives(f"{pid}.{int(started) + 1}")


def test_a_process_that_never_was_does_not_live() -> None:
    assert not lives(identity(2**22 + 1))
