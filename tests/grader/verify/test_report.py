"""What the report makes of the runs, each reason for a shut gate in a sentence of its own."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle
from grader.results.run import RunResult
from grader.verify.plan import PlannedRun, plan
from grader.verify.report import Check, Report, Verification, not_loadable
from tests.runs import FAILED, PASSED, RUN_SEEDS, VERIFY_SEED, not_graded, run_of

DOUBLE = Path(__file__).parents[2] / "bundles" / "double"
MISSED = replace(FAILED, title="Doubled.", message="Not the right number.\nMore", wrong=None, diagnosis=None, hint=None)

Change = Callable[[PlannedRun], RunResult | None]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return read_bundle(DOUBLE)


def as_it_should_be(job: PlannedRun) -> RunResult:
    """The run of a job where nothing is amiss."""
    match job.kind:
        case "reference" | "right":
            return run_of(PASSED, replace(PASSED, points=2.0, max_points=2.0), peak_memory_mib=28.4)
        case "wrong":
            return run_of(PASSED, replace(FAILED, wrong=job.name if job.diagnose else None))
        case "unlisted":
            return run_of(PASSED, MISSED)
        case _:
            return run_of(replace(PASSED, points=0.0, outcome="failed"), FAILED)


def report(bundle: Bundle, change: Change = lambda _: None) -> Report:
    """The report on all runs of a bundle, some of them changed."""
    verification = Verification(bundle)
    for job in plan(bundle, VERIFY_SEED):
        verification.take(job, change(job) or as_it_should_be(job))
    return verification.report()


def test_the_report_does_not_hang_on_which_run_came_first(bundle: Bundle) -> None:
    lost = run_of(MISSED, MISSED)
    there, back = Verification(bundle), Verification(bundle)
    jobs = plan(bundle, VERIFY_SEED)
    for job in jobs:
        there.take(job, as_it_should_be(job) if job.kind == "odd" else lost)
    for job in reversed(jobs):
        back.take(job, as_it_should_be(job) if job.kind == "odd" else lost)
    assert there.report() == back.report()


def shut(report: Report) -> Check:
    """The one check that keeps the gate shut."""
    assert not report.gate_open
    (check,) = [check for check in report.checks if not check.ok]
    return check


def answer(kind: str, run: RunResult, *, name: str | None = None, seed: int | None = None) -> Change:
    """Give the answers of a kind another run."""

    def change(job: PlannedRun) -> RunResult | None:
        wanted = job.kind == kind and name in (None, job.name) and seed in (None, job.seed)
        return run if wanted else None

    return change


def test_the_gate_is_open_where_nothing_is_amiss(bundle: Bundle) -> None:
    found = report(bundle)
    assert found.gate_open
    assert [(check.title, check.summary) for check in found.checks] == [
        ("No answer makes the suite itself fail", "79 gradings"),
        ("The reference has full marks", "1 answer"),
        ("The starter scores at most 20 %", "0 %"),
        ("Every right answer has full marks", "1 answer"),
        ("Every wrong answer loses marks", "2 answers"),
        ("Every wrong answer is diagnosed as itself", "2 answers"),
        ("At most 5 % of unlisted mistakes are called by another's name", "0 of 2 (0 %)"),
        ("No title of a hidden test shows an expected value", "2 titles"),
        ("At least 95 % of the reference's mutants are caught", "7 of 7 (100 %)"),
        ("Sizes of different meaning differ", "0 functions"),
        ("Ten seeds, one thread or two: one score", "60 gradings"),
        ("The reference stays well within the limits", "123 ms and 28 MiB a run"),
    ]
    assert (found.slug, found.version) == ("double", bundle.version)


def test_a_title_that_shows_what_the_answer_is_compared_with_is_named(bundle: Bundle) -> None:
    first, *others = bundle.tests
    telling = replace(others[0], shown_answers=("expected",))
    check = shut(report(replace(bundle, tests=(first, telling, *others[1:]))))
    assert check.title == "No title of a hidden test shows an expected value"
    assert check.problems == (
        "test_hidden.py: the title of `test_double` shows `{expected}`, which the test compares the answer with; "
        "leave it out of the title.",
    )


def test_an_answer_that_cannot_be_graded_is_named_with_its_seed(bundle: Bundle) -> None:
    trouble = not_graded("test_hidden.py::test_total: The test itself raised TypeError: no")
    check = shut(report(bundle, answer("odd", trouble, name="None")))
    assert check.problems == (
        f"An answer that returns None cannot be graded (seed {RUN_SEEDS[0]}): "
        "test_hidden.py::test_total: The test itself raised TypeError: no",
    )


@pytest.mark.parametrize(
    ("kind", "name", "subject"),
    [("reference", "reference", "reference.py"), ("right", "adds", "right/adds.py")],
)
def test_a_right_answer_that_loses_marks_is_shown_the_first_reason(
    bundle: Bundle, kind: str, name: str, subject: str
) -> None:
    lost = run_of(MISSED, MISSED)
    found = report(bundle, answer(kind, lost, name=name, seed=RUN_SEEDS[2]))
    full = next(check for check in found.checks if subject in "".join(check.problems))
    assert full.problems == (
        f"{subject} loses marks (seed {RUN_SEEDS[2]}): “Doubled.”: Not the right number. (and 1 more)",
    )


def test_an_answer_that_fails_with_every_seed_is_named_once(bundle: Bundle) -> None:
    lost = run_of(MISSED)
    assert len(shut(report(bundle, answer("right", lost))).problems) == 1


def test_a_starter_that_scores_too_much_is_told_the_share_and_the_key(bundle: Bundle) -> None:
    good = run_of(PASSED, MISSED)
    check = shut(report(bundle, answer("starter", good)))
    assert check.problems == ("The starter scores 33 %; at most 20 % is allowed by `lab.starter_max_percent`.",)


def test_a_starter_may_score_just_what_is_allowed(bundle: Bundle) -> None:
    fifth = run_of(PASSED, replace(MISSED, max_points=4.0))
    assert report(bundle, answer("starter", fifth)).gate_open


def test_a_wrong_answer_with_full_marks_is_caught_by_no_test(bundle: Bundle) -> None:
    check = shut(report(bundle, answer("wrong", run_of(PASSED), name="mean")))
    assert check.problems == (f"wrong/mean.py has full marks (seed {RUN_SEEDS[0]}): no test catches this mistake.",)


def test_a_wrong_answer_without_a_diagnosis_teaches_nothing(bundle: Bundle) -> None:
    check = shut(report(bundle, answer("wrong", run_of(PASSED, MISSED), name="mean")))
    assert check.problems == ("wrong/mean.py loses marks, but none of its failures is diagnosed.",)


def test_two_wrong_answers_that_are_alike_are_both_named(bundle: Bundle) -> None:
    other = run_of(PASSED, replace(FAILED, wrong="squares"))
    check = shut(report(bundle, answer("wrong", other, name="mean")))
    assert check.problems == ("wrong/mean.py is taken for wrong/squares.py: no test tells the two apart.",)


def test_a_mistake_that_is_not_listed_must_not_be_called_by_anothers_name(bundle: Bundle) -> None:
    called = answer("unlisted", run_of(PASSED, replace(FAILED, wrong="squares")), name="mean")
    found = report(bundle, called)
    assert shut(found).problems == ("wrong/mean.py is called squares where it is not itself listed.",)
    assert found.to_json()["leave_one_out"] == {"mean": ("squares",), "squares": ()}


def test_unless_the_bundle_says_that_the_others_text_is_true_as_well(bundle: Bundle) -> None:
    declared = b'[[leave_one_out]]\nwrong = "mean"\nalso = ["squares"]\nreason = "Both scale."\n'
    files = {**bundle.files, "assignment.toml": bundle.files["assignment.toml"] + b"\n" + declared}
    pair = Bundle.from_files("double", files)
    found = report(pair, answer("unlisted", run_of(PASSED, replace(FAILED, wrong="squares")), name="mean"))
    assert found.gate_open
    assert "Called squares, as declared." in {one.verdict for one in found.answers}
    assert report(pair, answer("wrong", run_of(PASSED, replace(FAILED, wrong="squares")), name="mean")).gate_open


def test_an_answer_of_several_files_is_named_by_its_folder(bundle: Bundle) -> None:
    files = dict(bundle.files)
    files["assignment.toml"] = files["assignment.toml"].replace(b'["double.py"]', b'["double.py", "notes.py"]')
    for answer_name in ("starter", "reference", "right/adds", "wrong/mean", "wrong/squares"):
        files[f"{answer_name}/double.py"] = files.pop(f"{answer_name}.py")
        files[f"{answer_name}/notes.py"] = b"SIZE = 3\n"
    several = Bundle.from_files("double", files)
    other = run_of(PASSED, replace(FAILED, wrong="squares"))
    check = shut(report(several, answer("wrong", other, name="mean")))
    assert check.problems == ("wrong/mean/ is taken for wrong/squares/: no test tells the two apart.",)
    lost = next(check for check in report(several, answer("reference", run_of(MISSED, MISSED))).checks if not check.ok)
    assert lost.problems[0].startswith(f"reference/ loses marks (seed {RUN_SEEDS[0]}): ")
    survivor = "double.py: Line 6: `return 2.0 * x` became `return 2.0 / x`."
    missed = shut(report(several, answer("mutant", run_of(PASSED), name=survivor)))
    assert missed.problems == (f"reference/{survivor} No test notices.",)


def test_surviving_mutants_are_shown_as_diffs(bundle: Bundle) -> None:
    survivor = "Line 6: `return 2.0 * x` became `return 2.0 / x`."
    check = shut(report(bundle, answer("mutant", run_of(PASSED), name=survivor)))
    assert check.summary == "6 of 7 (86 %)"
    assert check.problems == (f"reference.py: {survivor} No test notices.",)
    assert check.diffs == ("--- reference\n+++ mutant\n@@ -6 +6 @@\n-    return 2.0 * x\n+    return 2.0 / x\n",)


def test_a_mutant_that_cannot_be_graded_is_named(bundle: Bundle) -> None:
    name = "Line 6: `return 2.0 * x` became `return 2.0 / x`."
    problems = shut(report(bundle, answer("mutant", not_graded("no"), name=name))).problems
    assert problems == (
        "A mutant of the reference (Line 6: `return 2.0 * x` became `return 2.0 / x`) cannot be graded "
        f"(seed {RUN_SEEDS[0]}): no",
    )


def test_few_surviving_mutants_are_shown_and_leave_the_gate_open(bundle: Bundle) -> None:
    data = bundle.files["assignment.toml"] + b"\n[lab]\nmutants_min_percent = 85.0\n"
    lenient = Bundle.from_files("double", {**bundle.files, "assignment.toml": data})
    survivor = next(job.name for job in plan(bundle, VERIFY_SEED) if job.kind == "mutant")
    found = report(lenient, answer("mutant", run_of(PASSED), name=survivor))
    assert found.gate_open
    assert sum(len(check.diffs) for check in found.checks) == 1


def test_a_score_that_hangs_on_the_seed_is_told_with_both_scores_and_the_tests_that_differ(bundle: Bundle) -> None:
    lucky = run_of(PASSED, replace(FAILED, points=1.0))
    check = shut(report(bundle, answer("wrong", lucky, name="mean", seed=RUN_SEEDS[3])))
    assert check.problems == (
        f"wrong/mean.py scores 1 (seed {RUN_SEEDS[0]}, 1 thread) or 2 (seed {RUN_SEEDS[3]}, 2 threads); "
        "the difference is at “Arrays of 3 numbers are doubled.”.",
    )


def test_of_many_tests_that_differ_by_luck_three_are_named(bundle: Bundle) -> None:
    tests = [replace(FAILED, title=f"Case {number}.") for number in range(5)]
    usual, lucky = run_of(PASSED, *tests), run_of(PASSED, *(replace(test, points=1.0) for test in tests))
    there = answer("right", usual)
    chance = answer("right", lucky, seed=RUN_SEEDS[3])
    checks = report(bundle, lambda job: chance(job) or there(job)).checks
    [problem] = next(check for check in checks if check.title.startswith("Ten seeds")).problems
    assert problem.endswith("the difference is at “Case 0.”, “Case 1.”, “Case 2.” and 2 more.")


def test_an_odd_answer_s_points_are_counted_in_words(bundle: Bundle) -> None:
    one = answer("odd", run_of(PASSED, FAILED), name="None")
    verdicts = {found.name: found.verdict for found in report(bundle, one).answers if found.kind == "odd"}
    assert (verdicts["None"], verdicts["NaN"]) == ("Graded: 1 point.", "Graded: 0 points.")


def slow(**changes: float) -> RunResult:
    test = replace(PASSED, duration_ms=changes.pop("test_ms", 1.0))
    return run_of(test, replace(PASSED, points=2.0, max_points=2.0), **changes)


@pytest.mark.parametrize(
    ("run", "problem"),
    [
        (slow(duration_ms=5100.0), "The reference takes 5.1 s of `limits.run_seconds` = 10."),
        (slow(test_ms=510.0), "A test of the reference takes 0.51 s; a call has 1 s."),
    ],
)
def test_a_reference_near_a_limit_is_told_which(bundle: Bundle, run: RunResult, problem: str) -> None:
    assert shut(report(bundle, answer("reference", run))).problems == (problem,)


def test_one_slow_run_among_many_is_the_machines_trouble(bundle: Bundle) -> None:
    assert report(bundle, answer("reference", slow(duration_ms=9000.0), seed=RUN_SEEDS[1])).gate_open


def test_a_report_of_an_assignment_that_cannot_be_opened_holds_its_problems() -> None:
    found = not_loadable("double", "a" * 64, ["test_hidden.py: no"])
    assert shut(found).problems == ("test_hidden.py: no",)
    assert (found.slug, shut(found).title, shut(found).summary) == (
        "double",
        "The assignment can be opened",
        "it cannot",
    )


def test_where_the_reference_cannot_be_graded_nothing_else_is_said_to_hold(bundle: Bundle) -> None:
    found = report(bundle, answer("reference", not_graded("a slip in the suite")))
    assert shut(found).title == "No answer makes the suite itself fail"
    assert len(found.checks) == 1


def test_each_answer_has_its_verdict(bundle: Bundle) -> None:
    answers = {(one.kind, one.name): one for one in report(bundle).answers}
    assert answers["reference", "reference"].verdict == "Full marks."
    assert {one.verdict for one in answers.values() if one.kind == "wrong"} == {"Loses marks and is recognised."}
    assert all(one.ok and one.line and one.diff for one in answers.values() if one.kind == "mutant")
    lucky = answer("wrong", run_of(PASSED, PASSED), name="squares")
    caught_never = {one.name: one for one in report(bundle, lucky).answers if one.kind == "wrong"}["squares"]
    assert (caught_never.ok, caught_never.verdict) == (False, "Has full marks: no test catches this mistake.")
