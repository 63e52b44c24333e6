"""What a suite may ask of pytest: whatever pytest itself would set up for a test is there."""

import pytest

from grader.bundle.bundle import Bundle
from tests.grading import bundle_named, reference_of, submission_of
from worker.benches.bench import Bench
from worker.benches.grading import UnloadableSuite

HEAD = """
import numpy as np
import pytest

trail = []


class Recorder:
    def __enter__(self):
        trail.append("begun")

    def __exit__(self, *_):
        trail.append("ended")


"""
SUITES = {
    "a fixture of its own": """
@pytest.fixture
def three():
    return np.full(2, 3.0)

@pytest.mark.points(1)
def test_it(student, three):
    '''It works.'''
    assert student.total(three) == 6.0
""",
    "a fixture in the place of ours": """
@pytest.fixture
def rng():
    return "not a generator"

@pytest.mark.points(1)
def test_it(student, rng):
    '''It works.'''
    assert rng == "not a generator"
""",
    "a fixture that every test has": """
@pytest.fixture(autouse=True)
def around():
    with Recorder():
        yield

@pytest.mark.points(1)
def test_it(student):
    '''It works.'''
    assert trail[-1] == "begun"
    assert trail.count("begun") == trail.count("ended") + 1
""",
    "a fixture that every test has, on top of ours": """
@pytest.fixture(autouse=True)
def seeded(rng):
    trail.append(rng.integers(2**32))

@pytest.mark.points(1)
def test_it(student, rng):
    '''It works.'''
    assert len(trail) > 0
""",
    "functions around each test": """
def setup_function():
    trail.append("begun")

@pytest.mark.points(1)
def test_it(student):
    '''It works.'''
    assert "begun" in trail
""",
    "a folder and a patch of pytest's": """
@pytest.mark.points(1)
def test_it(student, tmp_path, monkeypatch):
    '''It works.'''
    monkeypatch.setattr(np, "pi", 3)
    (tmp_path / "note").write_text(str(np.pi))
    assert (tmp_path / "note").read_text() == "3"
""",
    "cases, one of them called as a fixture of ours": """
@pytest.mark.points(1)
@pytest.mark.parametrize("rng", [1.0, 2.0])
@pytest.mark.parametrize("times", [1, 2])
def test_it(student, rng, times):
    '''It works.'''
    assert student.total(np.full(times, rng)) == times * rng
""",
    "fixtures of every scope": """
made = []

@pytest.fixture(scope="session")
def one():
    return 1.0

@pytest.fixture(scope="module")
def two(one, reference):
    made.append("two")
    yield np.full(2, one)
    made.append("gone")

class TestIt:
    @pytest.fixture(scope="class")
    def three(self, two):
        return two * 3

    @pytest.mark.points(1)
    def test_it(self, student, three):
        '''It works.'''
        assert student.total(three) == 6.0

    @pytest.mark.points(1)
    def test_it_again(self, student, three, two):
        '''It works again.'''
        assert student.total(three) == 6.0

@pytest.mark.points(1)
def test_each_has_its_own(student, two):
    '''It is made for each test.'''
    assert made[-1] == "two"
""",
    "a class": """
class TestIt:
    @pytest.mark.points(1)
    def test_it(self, student):
        '''It works.'''
        assert student.total(np.ones(3)) == 3.0
""",
    "nothing but ours": """
@pytest.mark.points(1)
def test_it(student, reference, support, rng, picture):
    '''It works.'''
    assert support is None
    x = rng.normal(size=4)
    assert student.total(x) == reference.total(x)
""",
}


UNKNOWN = {
    "a fixture of its own, misspelt": (
        """
@pytest.fixture
def examples():
    return np.ones(3)

@pytest.mark.points(1)
def test_it(student, exampels):
    '''It works.'''
""",
        "`test_it` asks for an unknown fixture `exampels`; did you mean `examples`?",
    ),
    "one of ours, misspelt by a fixture of its own": (
        """
@pytest.fixture
def examples(refrence):
    return refrence.EXAMPLES

@pytest.mark.points(1)
@pytest.mark.parametrize("times", [1, 2])
def test_it(student, examples, times):
    '''It works.'''
""",
        "`test_it` asks for an unknown fixture `refrence`; did you mean `reference`?",
    ),
    "what sees the judge alone": (
        """
@pytest.mark.points(1)
def test_it(student, capsys):
    '''It works.'''
""",
        "`test_it` asks for `capsys`, which does not see what a student's code prints; that is in "
        "`student.calls[-1].output`.",
    ),
    "one of each test, by one of the file": (
        """
@pytest.fixture(scope="module")
def answer(student):
    return student.total(np.ones(3))

@pytest.mark.points(1)
def test_it(answer):
    '''It works.'''
""",
        "fixture `answer` has the scope `module` and asks for `student`, whose scope is `function`; give `answer` that "
        "scope, or ask for `student` in the tests.",
    ),
    "one that is like none": (
        """
@pytest.mark.points(1)
@pytest.mark.usefixtures("weather")
def test_it(student):
    '''It works.'''
""",
        "`test_it` asks for an unknown fixture `weather`.",
    ),
}


def with_suite(text: str) -> Bundle:
    files = {**bundle_named("target").files, "test_hidden.py": (HEAD + text).encode()}
    return Bundle.from_files("target", files)


@pytest.mark.parametrize("text", SUITES.values(), ids=SUITES)
def test_a_suite_may_have(bench: Bench, text: str) -> None:
    bundle = with_suite(text)

    run = bench.grade(bundle, submission_of(bundle, reference_of("target")))

    assert {test.outcome for test in run.tests} == {"passed"}, [test.message for test in run.tests]
    assert run.outcome == "graded"


@pytest.mark.parametrize(("text", "said"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_fixture_that_there_is_not_is_named_when_the_suite_is_collected(bench: Bench, text: str, said: str) -> None:
    with pytest.raises(UnloadableSuite) as refused:
        bench.load(with_suite(text))
    assert refused.value.problems == [f"test_hidden.py: {said}"]


def test_what_a_call_printed_is_known_to_the_test_that_made_it(bench: Bench) -> None:
    suite = """
@pytest.mark.points(1)
def test_it(student):
    '''It prints.'''
    student.total(np.ones(3))
    student.total(np.ones(2))
    assert [call.output for call in student.calls] == ["sum of 3\\n", "sum of 2\\n"], "Print how many there are."
"""
    prints = "def total(x):\n    print('sum of', len(x))\n    return float(x.sum())\n"
    bundle = with_suite(suite)

    def outcome_of(source: str) -> tuple[str, str]:
        run = bench.grade(bundle, submission_of(bundle, source))
        (test,) = (test for test in run.tests if test.name.startswith("test_hidden"))
        return test.outcome, test.message

    assert outcome_of(prints) == ("passed", "")
    assert outcome_of(prints.replace("print", "repr").replace("'sum of', ", "")) == (
        "failed",
        "Print how many there are.",
    )


NUMBERS = """
@pytest.mark.points(3)
@pytest.mark.parametrize(("x", "expected"), [(1.25, 2.5), (41.5, 83.0)])
def test_numbers(student, x, expected):
    '''{title}'''
    assert student.total(np.array([x])) == expected / 2
"""


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("It adds.", ["It adds. (case 1)", "It adds. (case 2)"]),
        ("The sum of {x} is right.", ["The sum of 1.25 is right.", "The sum of 41.5 is right."]),
        (
            "The sum of {x} is {expected}.",
            ["The sum of {x} is {expected}. (case 1)", "The sum of {x} is {expected}. (case 2)"],
        ),
    ],
)
def test_what_students_read_of_a_hidden_case_shows_no_value_that_is_expected(
    bench: Bench, title: str, titles: list[str]
) -> None:
    bundle = with_suite(NUMBERS.replace("{title}", title))

    for _ in range(2):  # the names are the same in each run
        run = bench.grade(bundle, submission_of(bundle, reference_of("target")))

        hidden = [test for test in run.tests if test.name.startswith("test_hidden")]
        assert [test.name.partition("::")[2] for test in hidden] == ["test_numbers[case 1]", "test_numbers[case 2]"]
        assert [test.title for test in hidden] == titles


def test_data_beside_the_suite_is_there_for_the_judge_alone(bench: Bench) -> None:
    suite = """
from pathlib import Path
import numpy as np, pytest
TABLE = np.loadtxt(Path(__file__).with_name("table.csv"), delimiter=",")

@pytest.mark.points(1)
def test_it(student):
    '''It works.'''
    assert student.total(TABLE) == 3.0
"""
    files = {**bundle_named("target").files, "test_hidden.py": suite.encode(), "table.csv": b"1,2\n"}
    search = """
import os

FOUND = [name for _, _, names in os.walk("/tmp") for name in names if name == "table.csv"]


def total(x):
    return float(x.sum()) + len(FOUND)
"""
    bundle = Bundle.from_files("target", files)

    run = bench.grade(bundle, submission_of(bundle, search))

    hidden = [test for test in run.tests if test.name.startswith("test_hidden")]
    assert [(test.outcome, test.message) for test in hidden] == [("passed", "")]
