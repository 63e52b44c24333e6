"""How a sandbox ended, as the judge reads it."""

import signal

import pytest

from grader.judge.sandboxes import Ending, Output


def ending(status: int | None, peak_mib: int = 30) -> Ending:
    return Ending(status, peak_mib * 1024, Output())


@pytest.mark.parametrize(
    ("how", "ours"),
    [
        (ending(-signal.SIGKILL), True),
        (ending(-signal.SIGXCPU), False),
        (ending(-signal.SIGKILL, peak_mib=40), False),
        (ending(-signal.SIGSEGV), False),
        (ending(0), False),
        (ending(None), False),
    ],
)
def test_a_kill_that_no_student_code_can_bring_about_is_ours(how: Ending, ours: bool) -> None:
    assert how.killed_from_outside(memory_mib=64) is ours
