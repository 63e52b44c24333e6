"""What a bench makes of bad submissions, each with its own plain sentence, and of trouble that is ours."""

import os
import select
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader import limits
from grader.bundle.bundle import Bundle
from grader.results.run import RunResult, TestResult
from tests.grading import bundle_named, grade, message_of, reference_of, submission_of
from tests.services.server import family, wait_until
from worker.benches.bench import Bench
from worker.benches.grading import UnloadableSuite
from worker.isolation.bubblewrap import Bubblewrap

IMPORTS = "import itertools\nimport os\n\nimport numpy as np\n\n\n"
TOTAL = "\n\n\ndef total(x):\n    return float(x.sum())\n"
ENDLESS = "Is there a loop that never ends, or one that does the same work over and over?"
NOT_READ = {
    "nothing at all": (b"", "Your file is empty."),
    "blank lines": (b" \n\n\t\n", "Your file is empty."),
    "Latin-1": ("x = 1\n# caf\u00e9\n".encode("latin-1"), "Line 2 of your file is not UTF-8 text; save it as UTF-8."),
    "UTF-16": (
        "x = 1\n".encode("utf-16"),
        "Your file is saved as UTF-16; save it as UTF-8 and hand it in again.",
    ),
    "a program": (b"\x7fELF\x02\x01" + bytes(64), "Line 1 of your file holds a NUL byte, so it is not Python text."),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(64), "Line 1 of your file is not UTF-8 text; save it as UTF-8."),
    "NUL": (b"x = 1\nx = '\0'\n", "Line 2 of your file holds a NUL byte, so it is not Python text."),
    "letters turned around": (
        "x = 1  # \u202e2\n".encode(),
        "Line 1 of your file holds an invisible character (U+202E) that changes the order in which text is shown; "
        "delete it.",
    ),
    "another encoding": (
        b"# -*- coding: latin-1 -*-\nx = 1\n",
        "Line 1 of your file declares the encoding latin-1; delete that line.",
    ),
}
NOT_LOADED = {
    "no colon": (
        "def double(x)\n    return 2 * x\n",
        "Python cannot read your file: there is a syntax error in line 1 of answer.py (expected ':').",
    ),
    "no indentation": (
        "def double(x):\nreturn 2 * x\n",
        "Python cannot read your file: there is a syntax error in line 2 of answer.py (expected an indented block "
        "after function definition on line 1).",
    ),
    "too many parentheses": (
        f"x = {'(' * 5000}1{')' * 5000}\n",
        "Python cannot read your file: there is a syntax error in line 1 of answer.py (too many nested parentheses).",
    ),
    "raises on import": (
        "numbers = [1, 2, 3]\nlast = numbers[3]\n",
        "Your file could not be loaded: it raised an IndexError in line 2 of answer.py. An index lies beyond the end. "
        "The first index is 0, the last is the length minus 1; an empty list has none.",
    ),
    "a module that is not there": (
        "import pandas as pd\n",
        "Your file could not be loaded: it raised a ModuleNotFoundError in line 1 of answer.py. `pandas` is not "
        "available here. Use Python's own modules and what the assignment names.",
    ),
    "asks for input": (
        "n = int(input())\n",
        "Your file could not be loaded: it raised an EOFError in line 1 of answer.py. Nobody can type here: take "
        "values from the arguments instead of `input(...)`.",
    ),
    "exits on import": (
        "x = 1\nexit()\n",
        "Your code called exit() in line 2 of answer.py instead of returning. Remove that call.",
    ),
    "loops on import": (
        "while True:\n    pass\n",
        f"Loading your file did not finish within 0.8 seconds and was stopped. {ENDLESS}",
    ),
    "ends the process on import": (
        "import os\nos._exit(0)\n",
        "Loading your file ended the whole process instead of returning. Do not call exit(), quit() or os._exit().",
    ),
    "memory on import": (
        "import numpy as np\n\nx = np.ones(1 << 40)\n",
        "Your code ran out of memory in line 3 of answer.py; 128 MiB are allowed. Is an array far too large?",
    ),
}
BAD_DOUBLES = {
    "loops in Python": ("while True: pass", f"`double` did not finish within 0.4 seconds and was stopped. {ENDLESS}"),
    "loops in C": (
        "return sum(itertools.count())",
        f"`double` did not finish within 0.4 seconds and was stopped. {ENDLESS}",
    ),
    "exhausts memory": (
        "return np.ones(1 << 40)",
        "Your code ran out of memory in line 8 of answer.py; 128 MiB are allowed. Is an array far too large?",
    ),
    "exhausts memory bit by bit": (
        "x = [0] * 1_000_000\n    while True: x = x + x",
        "Your code ran out of memory in line 9 of answer.py; 128 MiB are allowed. Is an array far too large?",
    ),
    "forks": (
        "return os.fork()",
        "Your code raised a PermissionError in line 8 of answer.py. Writing files, starting processes and using the "
        "network are not allowed here.",
    ),
    "floods its output": (
        "while True: print('x' * 1000)",
        f"`double` did not finish within 0.4 seconds and was stopped. {ENDLESS}",
    ),
    "exits": (
        "raise SystemExit",
        "Your code called exit() in line 8 of answer.py instead of returning. Remove that call.",
    ),
    "ends its process": (
        "os._exit(0)",
        "`double` ended the whole process instead of returning. Do not call exit(), quit() or os._exit().",
    ),
    "kills itself": (
        "os.kill(os.getpid(), 9)",
        "`double` ended its own process, as os.abort() and os.kill() do, instead of returning.",
    ),
    "crashes": (
        "import ctypes; ctypes.string_at(0)",
        "`double` crashed the Python interpreter, most often by recursion without an end.",
    ),
    "calls itself": (
        "return double(x)",
        "Your code raised a RecursionError in line 8 of answer.py. The function calls itself without an end, or much "
        "too deeply. What stops it?",
    ),
    "is not written": (
        "raise NotImplementedError",
        "This part is not written yet: it still raises NotImplementedError.",
    ),
    "returns nothing": (
        "2 * x",
        "Your answer is None, but a NumPy array is asked for. Does every path through your function end in `return`?",
    ),
    "returns text": ("return '2 * x'", "Your answer is text, but a NumPy array is asked for."),
    "returns a list": (
        "return [2 * v for v in x.tolist()]",
        "Your answer is a list of 3 items, but a NumPy array is asked for. `np.array(...)` makes an array of a list.",
    ),
    "returns a subclass": ("return np.matrix(2 * x)", "Your answer is a NumPy matrix, but a NumPy array is asked for."),
    "returns an evil subclass": (
        "return type('Evil', (np.ndarray,), {'__eq__': lambda *_: True})((3,))",
        "Your answer is an object of some other class, but a NumPy array is asked for.",
    ),
    "returns itself": (
        "return double",
        "Your answer is a function, but a NumPy array is asked for. Are the parentheses of a call missing?",
    ),
    "returns nan": (
        "return x * float('nan')",
        "Your answer holds nan in 3 of its 3 entries. It comes from 0/0, inf \u2212 inf, 0 \u00b7 inf, the log of a "
        "negative number, or the mean of nothing.",
    ),
    "returns an empty array": ("return np.array([])", "Your answer has no entry, but (3,) is asked for."),
    "returns rows of different lengths": (
        "return np.array([[1], [1, 2]], dtype=object)",
        "Your function returned an array of dtype object, which the grader cannot take. Such an array holds Python "
        "objects instead of numbers. Do its rows differ in length, or is one entry None?",
    ),
    "returns a gigantic list": (
        "return [0.0] * 200_000",
        "Your function returned a collection of more than 100000 items, which the grader cannot take.",
    ),
    "returns a gigantic array": (
        "return np.ones(9_000_000)",
        "Your function returned a value that is too large, which the grader cannot take.",
    ),
    "returns a gigantic number": (
        "return 10**5000",
        "Your function returned an integer of too many digits, which the grader cannot take.",
    ),
}  # fmt: skip


def first_sentences(run: RunResult) -> dict[str, str]:
    return {test.name.split("::")[1]: test.message.split("\n")[0] for test in run.tests}


@pytest.fixture(autouse=True)
def next_submission_is_graded_in_full(bench: Bench) -> Iterator[None]:
    """After each of these tests the same bench grades a good submission as if nothing had been."""
    yield
    run = grade(bench, "target", reference_of("target"))
    assert (run.outcome, run.score) == ("graded", run.max_score), run


@pytest.mark.parametrize(("source", "sentence"), NOT_READ.values(), ids=NOT_READ)
def test_a_file_that_is_no_text_of_python(bench: Bench, source: bytes, sentence: str) -> None:
    run = grade(bench, "target", source)

    assert (run.outcome, run.score, run.message) == ("graded", 0, sentence)
    assert {test.message for test in run.tests} == {sentence}


@pytest.mark.parametrize(("source", "sentence"), NOT_LOADED.values(), ids=NOT_LOADED)
def test_a_file_that_cannot_be_loaded(bench: Bench, source: str, sentence: str) -> None:
    run = grade(bench, "target", source)

    assert (run.outcome, run.score, run.message) == ("graded", 0, sentence)
    assert set(first_sentences(run).values()) == {sentence}


@pytest.mark.parametrize(("body", "sentence"), BAD_DOUBLES.values(), ids=BAD_DOUBLES)
def test_a_bad_function_loses_its_own_points_alone(bench: Bench, body: str, sentence: str) -> None:
    run = grade(bench, "target", f"{IMPORTS}def double(x):\n    {body}{TOTAL}")

    assert (run.outcome, run.score, run.message) == ("graded", 1, "")
    assert first_sentences(run) == {"test_example": sentence, "test_double": sentence, "test_total": ""}


def test_a_function_that_is_lacking_loses_its_own_points_alone(bench: Bench) -> None:
    run = grade(bench, "target", TOTAL)

    assert run.score == 1
    assert first_sentences(run)["test_double"] == "Your file has no function `double`."


def test_a_name_that_is_nearly_right_is_pointed_out(bench: Bench) -> None:
    run = grade(bench, "target", f"def duble(x):\n    return 2 * x{TOTAL}")

    assert first_sentences(run)["test_double"] == (
        "Your file has no function `double`. It does have `duble`: is that the one, by another name?"
    )


def test_a_name_that_stands_for_something_else_is_pointed_out(bench: Bench) -> None:
    run = grade(bench, "target", f"double = 2{TOTAL}")

    assert run.score == 1
    assert first_sentences(run)["test_double"] == (
        "`double` in your file is not a function. Is there a later line that assigns something to it?"
    )


def test_only_public_tests_show_what_was_printed_and_returned(bench: Bench) -> None:
    run = grade(bench, "target", f"def double(x):\n    print('seen', x)\n    return 3 * x{TOTAL}")

    public, *hidden = run.tests
    assert public.output == "seen [1. 2. 3.]\n"
    assert "You returned: [3. 6. 9.]" in public.message
    assert all(test.output == "" and "returned" not in test.message for test in hidden)


def test_printed_output_is_cut_and_cannot_steer_a_terminal(bench: Bench) -> None:
    run = grade(
        bench, "target", f"print('\\x1b[2J\\r\\u202e' + 'x' * 2_000_000)\ndef double(x):\n    return 2 * x{TOTAL}"
    )

    output = run.tests[0].output
    assert run.score == run.max_score
    assert output.startswith("\ufffd[2J\n\ufffdxxx")
    assert output.endswith("x\n\u2026 (the rest was cut)")
    assert len(output) < 4200


def test_the_time_of_a_whole_run_is_kept(bench: Bench) -> None:
    """Each call ends in time, and all of them together do not: what comes too late says so, and is graded."""
    waits = "import time\n\n\ndef case(i):\n    time.sleep(0.35)\n    return i + 0.5\n"
    bundle = bundle_named("hasty")

    run = bench.grade(bundle, submission_of(bundle, waits), seed=1)

    last = run.tests[-1]
    assert run.outcome == "graded"
    assert 0 < run.score < run.max_score
    assert last.message == "The 1 second that the whole run may take were used up before this test was done."


def test_the_same_seed_repeats_a_run(bench: Bench) -> None:
    bundle = bundle_named("double")
    source = (
        "def double(x):\n    print(x)\n    return 2 * x + 1e-3 * x.sum()\n\n\ndef total(x):\n    return x.sum() + 1\n"
    )

    def graded() -> list[tuple[str, str, str]]:
        run = bench.grade(bundle, submission_of(bundle, source), seed=99)
        return [(test.name, test.outcome, test.message) for test in run.tests]

    assert graded() == graded()


def test_each_test_is_told_as_it_ends(bench: Bench) -> None:
    bundle = bundle_named("target")
    told: list[TestResult] = []

    run = bench.grade(bundle, submission_of(bundle, reference_of("target")), on_test=told.append)

    assert tuple(told) == run.tests


def test_whoever_is_told_and_breaks_spoils_no_later_run(bench: Bench) -> None:
    bundle = bundle_named("cases")
    right = submission_of(bundle, reference_of("cases"))

    def break_down(_: TestResult) -> None:
        raise KeyError("of whoever is told")

    with pytest.raises(KeyError):
        bench.grade(bundle, right, on_test=break_down)

    run = bench.grade(bundle, right)
    assert (run.outcome, run.score) == ("graded", run.max_score)


def test_a_run_can_stop_at_its_first_failure(bench: Bench) -> None:
    bundle = bundle_named("target")
    submission = submission_of(bundle, f"def double(x):\n    return x{TOTAL}")

    run = bench.grade(bundle, submission, stop_at_first_failure=True)

    assert [test.outcome for test in run.tests] == ["failed"]


def test_a_known_mistake_is_named(bench: Bench) -> None:
    run = grade(bench, "target", f"def double(x):\n    return x * x{TOTAL}")

    assert {test.wrong for test in run.failed()} == {"squares"}
    assert run.failed()[0].diagnosis == bundle_named("target").wrong["squares"].docstring


def test_a_suite_that_cannot_be_collected_is_the_authors_trouble(bench: Bench) -> None:
    good = bundle_named("target")
    hidden = b"__import__('nowhere')\n" + good.files["test_hidden.py"]
    broken = Bundle.from_files("target", {**good.files, "test_hidden.py": hidden})

    with pytest.raises(UnloadableSuite, match=r"test_hidden\.py: ModuleNotFoundError: No module named 'nowhere'"):
        bench.load(broken)


def test_a_suite_that_fails_by_itself_is_not_the_students_zero(bench: Bench) -> None:
    """A test that raises for the reference too is `error`, and the run is not graded."""
    good = bundle_named("target")
    hidden = good.files["test_hidden.py"].replace(b"student.double(SECRET)", b"student.double(SECRET) / undefined")
    faulty = Bundle.from_files("target", {**good.files, "test_hidden.py": hidden})

    run = bench.grade(faulty, submission_of(faulty, reference_of("target")))

    assert (run.outcome, run.score) == ("not graded", None)
    assert run.message.startswith("test_hidden.py::test_double: The test itself raised NameError")


def in_the_middle_of_a_call(bench: Bench, strike: Callable[[], None]) -> RunResult:
    """Grade a submission that waits in every hidden test, and strike while it does."""
    bundle = bundle_named("hasty")
    source = "import time\n\n\ndef case(i):\n    time.sleep(0.3 * (i < 100))\n    return i + 0.5\n"
    threads: list[threading.Thread] = []

    def after_the_first(_: TestResult) -> None:
        if not threads:
            threads.append(threading.Thread(target=strike))
            threads[0].start()

    run = bench.grade(bundle, submission_of(bundle, source), on_test=after_the_first)
    threads[0].join()
    return run


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_a_half_that_dies_is_our_trouble(bench: Bench, role: str) -> None:
    pid = bench.processes()[role]

    run = in_the_middle_of_a_call(bench, lambda: os.kill(pid, signal.SIGKILL))

    assert (run.outcome, run.score) == ("not graded", None)


@pytest.mark.parametrize("role", ["judge", "sandbox"])
def test_a_half_that_died_while_nobody_graded_costs_no_run_its_grade(bench: Bench, role: str) -> None:
    process = os.pidfd_open(bench.processes()[role])
    signal.pidfd_send_signal(process, signal.SIGKILL)
    assert ended(process)

    run = grade(bench, "target", reference_of("target"))

    assert (run.outcome, run.score) == ("graded", run.max_score)


def version_of_its_own(number: int) -> Bundle:
    """Return a bundle whose suite says in a failing test when it was collected."""
    double = bundle_named("double")
    collected = "import uuid\n\nimport pytest\n\nCOLLECTED = uuid.uuid4().hex\n"
    test = f'@pytest.mark.points(1)\ndef test_{number}(student):\n    """It fails."""\n    pytest.fail(COLLECTED)\n'
    suite = f"{collected}\n\n{test}"
    return Bundle.from_files("double", {**double.files, "test_hidden.py": suite.encode()})


def test_suites_are_kept_collected_and_the_one_that_was_used_longest_ago_leaves() -> None:
    versions = [version_of_its_own(number) for number in range(limits.SUITES_KEPT + 1)]
    with Bench(Bubblewrap(), "numpy") as bench:
        alone = len(family(bench.processes()["judge"]))

        def all_kept() -> bool:
            """Each suite has a process, and a fork of it for the next run."""
            return len(family(bench.processes()["judge"])) == alone + 2 * limits.SUITES_KEPT

        def collected(number: int) -> str:
            run = bench.grade(versions[number], submission_of(versions[number], reference_of("double")))
            return message_of(run, f"test_{number}")

        first = [collected(number) for number in range(limits.SUITES_KEPT)]
        assert collected(0) == first[0]
        wait_until(all_kept, "each suite is ready for its next run")

        collected(limits.SUITES_KEPT)  # one too many: that of 1 leaves

        assert [collected(number) for number in (0, 2)] == [first[0], first[2]]
        wait_until(all_kept, "its processes have ended")
        assert collected(1) != first[1]


def test_a_bench_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Bench(Bubblewrap(), "numpy") as bench:
        grade(bench, "target", reference_of("target"))
        pids = set().union(*map(family, bench.processes().values()))
        ends = list(filter(None, map(watched, pids)))

    assert len(ends) > 4
    assert all(map(ended, ends))
    assert list(tmp_path.iterdir()) == []


def watched(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:  # gone meanwhile
        return None


def ended(process: int) -> bool:
    """Wait for the end of a process, and close its descriptor."""
    poll = select.poll()
    poll.register(process, select.POLLIN)
    try:
        return bool(poll.poll(5000))
    finally:
        os.close(process)


@pytest.mark.parametrize("environment", ["numpy", "torch"])
def test_namespaces_and_seccomp_work_where_libraries_compute_on_two_threads(environment: str) -> None:
    pytest.importorskip(environment)
    with Bench(Bubblewrap(), environment, threads=2) as bench:
        assert bench.namespaces
