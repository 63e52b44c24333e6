"""Mutants of a reference solution: a suite that lets one pass would let a student's mistake pass.

A mutant differs from its source in one place only. Left as they are: docstrings, annotations, imports, names
such as `__all__`, f-strings, what a `raise` says, the block under `if __name__ == …`, and every line that
ends in `# no mutants: reason`.
"""

import difflib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Final

import libcst as cst

from grader.verify import arithmetic, confusions
from grader.verify.syntax import Code, is_constant

# Where two operators find the same mutant, the first names it.
_OPERATORS: Final = confusions.OPERATORS + arithmetic.OPERATORS
_EXEMPT: Final = re.compile(r"#\s*no mutants:\s*\S")
_UNTOUCHED: Final = (cst.Import, cst.ImportFrom, cst.Raise, cst.FormattedString, cst.Annotation, cst.Decorator)


@dataclass(frozen=True)
class Mutant:
    """A source with one mistake put in, and what the mistake is."""

    operator: str
    line: int
    source: str
    diff: str
    description: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines; raise SyntaxError where it does not compile."""
    source = source.removeprefix("\ufeff")
    seen = {_behaviour(_compiled(source))}
    found = []
    for operator, changed, line in _changes(source):
        try:
            behaviour = _behaviour(_compiled(changed))
        except (SyntaxError, ValueError):
            continue
        if behaviour not in seen:
            seen.add(behaviour)
            found.append(_mutant(operator, line, source, changed))
    return found


def _changes(source: str) -> list[tuple[str, str, int]]:
    """Return the name of an operator, a changed source and the line of the change, for each change that may be made."""
    code = Code(source)
    found = []
    for node in _mutable(code.module):
        for rank, (name, operator) in enumerate(_OPERATORS):
            for edit in operator(node, code):
                changed = code.apply(edit)
                lines = _changed_lines(source, changed)
                if not any(map(_EXEMPT.search, lines.values())):
                    found.append(((min(lines), rank, code.start(edit.old)), name, changed))
    found.sort(key=lambda change: change[0])
    return [(name, changed, key[0]) for key, name, changed in found]


def _changed_lines(source: str, changed: str) -> dict[int, str]:
    """Return the lines of a source that a change touches, by number."""
    begin = _shared(source, changed)
    same_end = _shared(source[begin:][::-1], changed[begin:][::-1])
    first = len(_lines(source[:begin] + "|"))
    last = len(_lines(source[: max(begin + 1, len(source) - same_end)]))
    return dict(enumerate(_lines(source)[first - 1 : last], first))


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with that are the same."""
    different = (position for position, (a, b) in enumerate(zip(one, other, strict=False)) if a != b)
    return next(different, min(len(one), len(other)))


def _mutable(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    if isinstance(node, _UNTOUCHED) or _is_docstring(node) or _is_dunder_assignment(node) or _is_main(node):
        return
    yield node
    left_alone: tuple[object, ...] = ()
    if isinstance(node, cst.ClassDef):
        left_alone = tuple(node.bases)
    elif isinstance(node, cst.Assert):
        left_alone = (node.msg,)
    for child in node.children:
        if not any(child is other for other in left_alone):
            yield from _mutable(child)


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Expr) and (is_constant(node.value) or isinstance(node.value, cst.ConcatenatedString))


def _is_dunder_assignment(node: cst.CSTNode) -> bool:
    match node:
        case cst.Assign(targets=targets):
            names = [target.target for target in targets]
        case cst.AugAssign(target=target) | cst.AnnAssign(target=target):
            names = [target]
        case _:
            return False
    return any(isinstance(name, cst.Name) and name.value.startswith("__") for name in names)


def _is_main(node: cst.CSTNode) -> bool:
    match node:
        case cst.If(test=cst.Comparison(left=cst.Name(value="__name__"))):
            return True
    return False


def _compiled(source: str) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(source, "<mutant>", "exec", dont_inherit=True)


def _behaviour(code: CodeType) -> tuple[object, ...]:
    """Return what a code object does, without where it stands: the compiler's own view of equality."""
    constants = tuple(
        _behaviour(constant) if isinstance(constant, CodeType) else (type(constant), repr(constant))
        for constant in code.co_consts
    )
    names = (code.co_name, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    return (code.co_code, code.co_exceptiontable, code.co_flags, code.co_argcount, *names, constants)


def _mutant(operator: str, line: int, source: str, changed: str) -> Mutant:
    diff = list(difflib.unified_diff(_lines(source), _lines(changed), "reference", "mutant", lineterm="", n=0))
    return Mutant(operator, line, changed, "\n".join(diff) + "\n", _description(line, diff))


def _lines(source: str) -> list[str]:
    return [line.decode().rstrip("\r\n") for line in source.encode().splitlines(keepends=True)]


def _description(line: int, diff: list[str]) -> str:
    before, after = (" ".join(row[1:].strip() for row in diff[3:] if row.startswith(sign)) for sign in ("-", "+"))
    if after in ("", "pass"):
        return f"Line {line}: `{before}` was dropped."
    return f"Line {line}: `{before}` became `{after}`."
