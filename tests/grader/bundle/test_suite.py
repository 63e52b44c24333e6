"""Names, titles and points of tests are read from their source."""

import ast
from fractions import Fraction

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.suite import SuiteTest, find_tests


def found(source: str) -> list[SuiteTest]:
    problems: list[str] = []
    tests = find_tests("test_hidden.py", ast.parse(source), problems)
    assert problems == []
    return list(tests)


def test_the_tests_of_a_bundle_are_listed_public_ones_first(files):
    tests = Bundle.from_files("double", files).tests
    assert tests == (
        SuiteTest("test_public.py", "test_one_number", "The double of 2 is 4.", Fraction(1), line=5),
        SuiteTest(
            "test_hidden.py",
            "test_any_shape",
            "Arrays of shape {shape} are doubled.",
            Fraction(1, 10),
            "after_due_date",
            "Every number counts.",
            9,
        ),
        SuiteTest("test_hidden.py", "TestZero::test_zero", "The double of 0 is 0.", Fraction(2), "hidden", line=16),
    )


def test_the_nearest_mark_counts():
    tests = found("""
from pytest import mark
pytestmark = [mark.points(1), mark.hint("of the module")]

def test_a():
    "A."

@mark.points(2)
class TestB:
    pytestmark = mark.points(9)

    def test_b(self):
        "B."

    @mark.points(3)
    @mark.hint("of " "the test")
    def test_c(self):
        "C."

    class TestInner:
        def test_d(self):
            "D."
""")
    assert [(test.name, test.points, test.hint) for test in tests] == [
        ("test_a", 1, "of the module"),
        ("TestB::test_b", 2, "of the module"),
        ("TestB::test_c", 3, "of the test"),
        ("TestB::TestInner::test_d", 2, "of the module"),
    ]


def test_a_test_under_a_condition_is_found():
    assert [
        test.name
        for test in found("""
import pytest
try:
    if True:
        @pytest.mark.points(1)
        def test_a():
            "A."
finally:
    pass
""")
    ] == ["test_a"]


def test_what_pytest_does_not_collect_is_no_test():
    assert [
        test.name
        for test in found("""
import pytest

def helper(): ...

class Helper:
    def test_nothing(self): ...

@pytest.mark.points(1)
def test_a():
    "A."
    def test_inside(): ...
""")
    ] == ["test_a"]


@pytest.mark.parametrize(
    ("literal", "points"), [("0", 0), ("2", 2), ("0.1", Fraction(1, 10)), ("1e-3", Fraction(1, 1000))]
)
def test_points_are_what_the_author_wrote(literal, points):
    (test,) = found(f"import pytest\n@pytest.mark.points({literal})\ndef test_a():\n    'A.'\n")
    assert test.points == points


def test_the_title_is_the_first_line_of_the_docstring():
    (test,) = found('import pytest\n@pytest.mark.points(1)\ndef test_a():\n    """\n    One.\n\n    Two.\n    """\n')
    assert test.title == "One."
