"""Which parameters a hidden test's title may show: not those that the student's answer is compared with.

A parameter is of the answer if it does not reach the student's code, and the test compares with it or calls it by an
answer's name. What follows it through the test is its name and those of values made from it; a function of the suite
that is handed `student` is believed to pass on what else it is handed, unless that is called like an answer.
"""

import ast
import re
import string
from collections.abc import Callable, Iterator
from typing import Final

Function = ast.FunctionDef | ast.AsyncFunctionDef

_ANSWERS: Final = frozenset(
    """
    answer answers correct expect expected expects gold out output outputs result results right should solution
    solutions target targets truth want wanted wants
    """.split()  # noqa: SIM905 - a list of words reads better as words
)
_COMPARE: Final = re.compile(r"assert_\w+|allclose|isclose|approx|array_equal|array_equiv")
_TOLD: Final = {"student", "reference"}


def placeholders(title: str) -> tuple[str, ...]:
    """Return the names in a title's braces; none where these are no placeholders."""
    try:
        found = [field for _, field, _, _ in string.Formatter().parse(title) if field]
    except ValueError:
        return ()
    return tuple(dict.fromkeys(re.split(r"[.\[]", field)[0] for field in found))


def shown_answers(function: Function, title: str) -> tuple[str, ...]:
    """Return the parameters that a test's title shows and that are of the answer."""
    names = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    return tuple(name for name in placeholders(title) if name in names and is_of_answer(function, name))


def is_of_answer(function: Function, parameter: str) -> bool:
    """Tell whether a parameter of a test is what an answer is compared with, by the rule of this module."""
    made = _made_of(function, parameter, _names)
    students = _made_of(function, "student", _names)
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    if any(_names(call.func) & students and _handed_over(call) & made for call in calls):
        return False
    if set(parameter.lower().split("_")) & _ANSWERS:
        return True
    if any(_takes_student(call) and _handed_over(call) & made for call in calls):
        return False
    held = _made_of(function, parameter, _held)
    return any(_held(compared) & held for compared in _compared(function))


def _made_of(function: Function, name: str, names_in: Callable[[ast.expr], set[str]]) -> set[str]:
    """Return a name, and those of all values that are made from it, as far as `names_in` finds it in them."""
    made, before = {name}, 0
    while len(made) != before:
        before = len(made)
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=targets, value=value) if names_in(value) & made:
                    made |= {target for part in targets for target in _names(part)}
                case (
                    ast.For(target=target, iter=value)
                    | ast.comprehension(target=target, iter=value)
                    | ast.AnnAssign(target=target, value=ast.expr() as value)
                    | ast.AugAssign(target=target, value=value)
                    | ast.NamedExpr(target=target, value=value)
                ) if names_in(value) & made:
                    made |= _names(target)
    return made


def _compared(function: Function) -> Iterator[ast.expr]:
    """Yield what a test compares an answer with."""
    for node in ast.walk(function):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
                if not any(isinstance(side, ast.Constant) for side in sides):  # that only chooses what to do
                    yield from sides
            case ast.Assert(test=ast.Compare(left=left, comparators=others)):
                yield from (left, *others)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=arguments):
                if _COMPARE.fullmatch(name):
                    yield from arguments


def _held(value: ast.AST) -> set[str]:
    """Return the names whose values a value holds, and not those that it is looked up by or computed from elsewhere."""
    match value:
        case ast.Name(id=name):
            return {name}
        case ast.Subscript(value=inner):
            return _held(inner)
        case ast.Call() if _names(value) & _TOLD:
            return set()
    held: set[str] = set()
    return held.union(*(_held(child) for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)))


def _takes_student(call: ast.Call) -> bool:
    return any(isinstance(argument, ast.Name) and argument.id == "student" for argument in call.args)


def _handed_over(call: ast.Call) -> set[str]:
    found: set[str] = set()
    return found.union(*map(_names, (*call.args, *(keyword.value for keyword in call.keywords))))


def _names(value: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
