"""A run as a student reads it in a terminal."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from cli.terminal.runs import show_run
from grader.results.run import RunResult
from tests.runs import BROKEN, DRAWN, FAILED, LOSSES, PASSED, not_graded, run_of

QUIET = replace(PASSED, output="")


def shown(run: RunResult, title: str = "Double a vector", width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    show_run(console, title, run)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


READ = """\
Double a vector  1 of 3 points  123 ms
    ╭─ Diagnosis: affects 1 test ─╮
    │ You squared.                │
    ╰─────────────────────────────╯
  ✓ The double of 2 is 4.  1/1
    Your code printed:
    hello
  ✗ Arrays of 3 numbers are doubled.
    0/2
    Your answer is the right answer
    times itself.
    The diagnosis above applies.
    Hint: Add the array to itself."""


def test_a_student_reads_score_titles_message_diagnosis_hint_and_output() -> None:
    assert shown(run_of(PASSED, FAILED), width=39) == READ


def test_nothing_is_said_about_a_test_that_passed_in_silence() -> None:
    assert shown(run_of(QUIET)) == "Double a vector  1 of 1 points  123 ms\n  ✓ The double of 2 is 4.  1/1"


def test_a_diagnosis_is_given_once_with_the_number_of_its_tests_and_a_hint_each_time() -> None:
    text = shown(run_of(FAILED, FAILED, replace(FAILED, diagnosis="You halved.", hint="Count.")))
    assert [text.count(words) for words in ("You squared.", "You halved.", "Add the array", "Count.")] == [1, 1, 2, 1]
    assert "Diagnosis: affects 2 tests" in text
    assert "Diagnosis: affects 1 test" in text
    assert text.count("The diagnosis above applies.") == 3
    assert text.count(FAILED.message) == 3


def test_a_picture_of_a_test_that_did_not_pass_is_told_in_words() -> None:
    text = " ".join(shown(run_of(DRAWN)).split())
    assert "The loss of each epoch: Your loss falls." in text
    assert LOSSES.title not in shown(run_of(replace(QUIET, pictures=(LOSSES,))))


@pytest.mark.parametrize("visibility", ["after_due_date", "after_published", "hidden"])
def test_what_is_not_visible_now_is_only_counted(visibility: str) -> None:
    unseen = replace(FAILED, visibility=visibility, output="secret")
    text = shown(run_of(QUIET, unseen))
    assert text.splitlines()[1:] == ["  ✓ The double of 2 is 4.  1/1", "  1 more test is not shown now."]
    assert shown(run_of(QUIET, unseen, unseen)).endswith("2 more tests are not shown now.")


def test_why_nothing_could_be_called_is_said_once() -> None:
    reason = "Python cannot read your file: there is a syntax error in line 3 of double.py (invalid syntax)."
    tests = [replace(FAILED, message=reason, hint=None, diagnosis=None)] * 3
    text = " ".join(shown(run_of(*tests, message=reason)).split())
    assert text.count(reason) == 1


def test_a_run_that_was_not_graded_blames_no_student() -> None:
    assert shown(not_graded("the judge is gone", BROKEN)) == (
        "Double a vector  not graded  123 ms\n  This was not graded, and it is not your fault: the judge is gone"
    )


@pytest.mark.parametrize("place", ["message", "diagnosis", "hint", "output", "title"])
def test_no_escape_code_reaches_the_terminal(place: str) -> None:
    hostile = "before \x1b[31mred\x1b]0;title\x07\x9b2J after"
    text = shown(run_of(replace(FAILED, **{place: hostile})))
    assert "before" in text
    assert "after" in text
    assert not set(text) & {"\x1b", "\x07", "\x9b"}


def test_brackets_in_what_a_student_prints_are_no_style() -> None:
    assert "[bold]w[0][/bold] [/nothing]" in shown(run_of(replace(PASSED, output="[bold]w[0][/bold] [/nothing]")))


def test_wide_letters_keep_their_columns() -> None:
    diagnosis = "損失は平均です。" * 12 + " 😀 σ(z) é"
    rows = [row for row in shown(run_of(replace(FAILED, diagnosis=diagnosis))).splitlines() if "│" in row]
    sandboxes = {Console().render_str(row).cell_len for row in rows}
    assert len(rows) > 2
    assert len(sandboxes) == 1


def test_a_third_of_a_point_is_no_endless_number() -> None:
    third = replace(QUIET, points=1 / 3, max_points=1 / 3)
    assert "0.333333/0.333333" in shown(run_of(third, score=0.3333, max_score=0.3333))
