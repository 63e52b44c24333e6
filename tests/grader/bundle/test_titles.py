"""Which parameters of a hidden test its title may show."""

import ast
from textwrap import indent

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.titles import Function, is_of_answer, placeholders

ANSWERS = {
    "compared by a helper": ("z, v", "assert_close(student.relu(np.array([z])), v)", "v"),
    "compared by an assert": ("z, v", "assert student.relu(z) == v", "v"),
    "compared after a step": ("z, v", "wanted = np.array([v])\nassert np.allclose(student.relu(z), wanted)", "v"),
    "compared by an if": ("z, v", "if student.relu(z) != v:\n    pytest.fail('No.')", "v"),
    "a size that is counted": ("n, count", "X = rng.normal(size=n)\nassert len(student.batches(X)) == count", "count"),
    "called like an answer": ("z, expected_loss", "check(student, z, expected_loss)", "expected_loss"),
}
INPUTS = {
    "handed to the student": ("z", "assert_close(student.relu(z), reference.relu(z))"),
    "a target that the student's loss takes": ("X, target", "assert student.loss(X, target) > 0"),
    "the shape of what is handed over": ("shape", "z = rng.normal(size=shape)\nassert student.relu(z).shape == shape"),
    "the name of the function": ("name", "assert_close(getattr(student, name)(1), getattr(reference, name)(1))"),
    "a choice": ("layer", "i = 0 if layer == 'first' else 1\nassert_close(student.f()[i], reference.f()[i])"),
    "a place in the answer": ("part", "i = PARTS.index(part)\nassert_close(student.f()[i], reference.f()[i])"),
    "handed to the student by a helper": ("kind", "assert call_epoch(student, kind) == reference.epoch(kind)"),
    "of an object of the student's": ("rate", "net = student.Network()\nassert net.step(rate) == net.last / rate"),
}


def parsed(parameters: str, body: str) -> Function:
    (function,) = ast.parse(f"def test_it(student, reference, rng, {parameters}):\n{indent(body, '    ')}").body
    assert isinstance(function, ast.FunctionDef)
    return function


@pytest.mark.parametrize(("parameters", "body", "answer"), ANSWERS.values(), ids=ANSWERS)
def test_what_only_the_test_knows_is_of_the_answer(parameters: str, body: str, answer: str) -> None:
    function = parsed(parameters, body)
    assert [name for name in parameters.split(", ") if is_of_answer(function, name)] == [answer]


@pytest.mark.parametrize(("parameters", "body"), INPUTS.values(), ids=INPUTS)
def test_what_the_student_is_handed_is_none(parameters: str, body: str) -> None:
    function = parsed(parameters, body)
    assert not any(is_of_answer(function, name) for name in parameters.split(", "))


def test_a_title_may_have_braces_that_are_no_placeholders() -> None:
    assert placeholders("{z} and {point.x} of {rows[0]}") == ("z", "point", "rows")
    assert placeholders("the set {1, 2") == ()


def test_the_tests_of_a_bundle_say_which_answers_their_titles_show(files: dict[str, bytes]) -> None:
    text = """import pytest
@pytest.mark.points(1)
@pytest.mark.parametrize(("z", "v"), [(1, 2)])
def test_it(student, z, v):
    '''The double of {z} is {v}.'''
    assert student.double(z) == v
"""
    bundle = Bundle.from_files(
        "double", {name: text.encode() if name.startswith("test_") else data for name, data in files.items()}
    )
    assert [(test.file, test.shown_answers) for test in bundle.tests] == [
        ("test_public.py", ()),
        ("test_hidden.py", ("v",)),
    ]
