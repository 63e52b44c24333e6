"""The tests of a suite as they stand in its source: names, titles and points, found without running it."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypedDict

from grader.bundle.problems import did_you_mean, listed
from grader.bundle.titles import shown_answers
from grader.results.run import VISIBILITIES

PUBLIC_TESTS: Final = "test_public.py"
HIDDEN_TESTS: Final = "test_hidden.py"
OWN_MARKS: Final = ("points", "visibility", "hint")
PYTEST_MARKS: Final = ("parametrize", "usefixtures")
MAX_POINTS: Final = 1000


@dataclass(frozen=True)
class SuiteTest:
    """One test function; parametrised cases of it share its points."""

    file: str
    name: str  # as pytest has it: `test_x` or `TestClass::test_x`
    title: str  # the first line of its docstring
    points: Fraction = Fraction(0)
    visibility: str = "visible"
    hint: str = ""
    line: int = 1
    shown_answers: tuple[str, ...] = ()  # parameters in a hidden test's title that are of the answer


class Marks(TypedDict, total=False):
    """The project's own marks in force at one place of a suite, as the arguments of a `SuiteTest`."""

    points: Fraction
    visibility: str
    hint: str


def find_tests(file: str, tree: ast.Module, problems: list[str]) -> tuple[SuiteTest, ...]:
    """Return the tests of one parsed file in their order, adding what is wrong with them to `problems`."""
    reader = _Reader(file, problems)
    tests = tuple(reader.tests_in(tree.body, "", reader.marks(_pytestmark(tree.body), file)))
    reader.name_strays(tree)
    if not tests:
        problems.append(f"{file}: there is no test in this file.")
    for name, count in Counter(test.name for test in tests).items():
        if count > 1:
            problems.append(f"{file}: {count} tests are named `{name}`; pytest would run only the last.")
    return tests


class _Reader:
    def __init__(self, file: str, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        self.in_place: set[ast.expr] = set()

    def say(self, sentence: str) -> None:
        self.problems.append(f"{self.file}: {sentence}")

    def tests_in(self, body: Sequence[ast.stmt], prefix: str, outer: Marks) -> Iterator[SuiteTest]:
        for statement in _definitions(body):
            name = prefix + statement.name
            if isinstance(statement, ast.ClassDef):
                if statement.name.startswith("Test"):
                    yield from self.tests_of_class(statement, name, outer)
            elif statement.name.startswith("test"):
                yield self.test(statement, name, outer)

    def tests_of_class(self, node: ast.ClassDef, name: str, outer: Marks) -> Iterator[SuiteTest]:
        if node.bases or node.keywords:
            self.say(f"class `{name}` inherits; write its tests out, so that their points can be counted.")
        if any(function.name in ("__init__", "__new__") for function in _definitions(node.body)):
            self.say(f"class `{name}` has an `__init__`, so pytest would not collect its tests.")
        above = self.marks(node.decorator_list, name)
        inside = self.marks(_pytestmark(node.body), name)
        yield from self.tests_in(node.body, f"{name}::", outer | inside | above)

    def test(self, node: ast.FunctionDef | ast.AsyncFunctionDef, name: str, outer: Marks) -> SuiteTest:
        marks = outer | self.marks(node.decorator_list, name)  # the nearest counts
        title = (ast.get_docstring(node) or "").strip().partition("\n")[0]
        if isinstance(node, ast.AsyncFunctionDef):
            self.say(f"`{name}` is asynchronous, which a suite's tests cannot be.")
        if not title:
            self.say(f"`{name}` has no docstring; its first line is the title that a student reads.")
        if "points" not in marks:
            self.say(f"`{name}` has no points; write `@pytest.mark.points(1)` above it.")
        answers = shown_answers(node, title) if self.file == HIDDEN_TESTS else ()
        return SuiteTest(self.file, name, title, line=node.lineno, shown_answers=answers, **marks)

    def marks(self, expressions: Iterable[ast.expr], owner: str) -> Marks:
        found: dict[str, list[ast.Call | None]] = {}
        for expression in expressions:
            function = expression.func if isinstance(expression, ast.Call) else expression
            if word := _mark_word(function):
                self.in_place.add(function)
                self.check_word(word, owner)
                found.setdefault(word, []).append(expression if isinstance(expression, ast.Call) else None)
        for word in OWN_MARKS:
            if len(found.get(word, ())) > 1:
                self.say(f"`{owner}` has more than one `{word}` mark.")
        marks = Marks()
        if "points" in found:
            marks["points"] = self.points(_only_argument(found["points"][0]), owner)
        if "visibility" in found:
            marks["visibility"] = self.visibility(_only_argument(found["visibility"][0]), owner)
        if "hint" in found:
            marks["hint"] = self.hint(_only_argument(found["hint"][0]), owner)
        return marks

    def check_word(self, word: str, owner: str) -> None:
        known = OWN_MARKS + PYTEST_MARKS
        if word in ("skip", "skipif", "xfail"):
            self.say(f"`{owner}` is marked `{word}`, but a test of a suite must pass or fail.")
        elif word not in known:
            self.say(f"unknown mark `{word}` on `{owner}`{did_you_mean(word, known)}")

    def points(self, value: object, owner: str) -> Fraction:
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_POINTS:
            return Fraction(repr(value))  # 0.1 is a tenth, as its author wrote it
        self.say(f"the points of `{owner}` must be one number from 0 to {MAX_POINTS}, such as `points(2)`.")
        return Fraction(0)

    def visibility(self, value: object, owner: str) -> str:
        if isinstance(value, str) and value in VISIBILITIES:
            return value
        said = f" {value!r}" if isinstance(value, str) else ""
        self.say(f"unknown visibility{said} of `{owner}`; it is one of {listed(VISIBILITIES, 'or')}.")
        return "hidden"

    def hint(self, value: object, owner: str) -> str:
        if isinstance(value, str) and value.strip():
            return value
        self.say(f"the hint of `{owner}` must be one text in quotes.")
        return ""

    def name_strays(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.expr) and node not in self.in_place and _mark_word(node) in OWN_MARKS:
                self.say(
                    f"line {node.lineno}: `{_mark_word(node)}` belongs above a test or a class, "
                    "or in `pytestmark`, where it can be read without running the suite."
                )


def _definitions(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield statement
        else:  # a test under an `if`, a `with` or a `try` is collected too
            inner = [part for part in ast.iter_child_nodes(statement) if isinstance(part, ast.stmt)]
            yield from _definitions(inner)


def _pytestmark(body: Iterable[ast.stmt]) -> list[ast.expr]:
    for statement in body:
        if isinstance(statement, ast.Assign):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            if "pytestmark" in names:
                value = statement.value
                return value.elts if isinstance(value, ast.List | ast.Tuple) else [value]
    return []


def _mark_word(node: ast.expr) -> str | None:
    """Return `points` for `pytest.mark.points` or `mark.points`."""
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(), attr="mark"), attr=word):
            return word
        case ast.Attribute(value=ast.Name(id="mark"), attr=word):
            return word
    return None


def _only_argument(call: ast.Call | None) -> object:
    if call is None or len(call.args) != 1 or call.keywords:
        return None
    try:
        return ast.literal_eval(call.args[0])
    except (ValueError, SyntaxError, TypeError):
        return None
