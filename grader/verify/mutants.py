"""Mutants of a reference solution: a suite that lets one pass would let a student's mistake pass.

A mutant differs from its source in one place only. Left as they are: docstrings, annotations, imports, names
such as `__all__`, f-strings, what a `raise` says, the block under `if __name__ == …`, and every line that
ends in `# no mutants: reason`.
"""

import ast
import difflib
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Final

from grader.verify import arithmetic, confusions
from grader.verify.segments import Edit, Segments

# Where two operators find the same mutant, the first names it.
OPERATORS: Final = confusions.OPERATORS + arithmetic.OPERATORS
EXEMPT: Final = re.compile(rb"#\s*no mutants:\s*\S")
UNTOUCHED: Final = (ast.Import, ast.ImportFrom, ast.Raise, ast.JoinedStr)
UNTOUCHED_FIELDS: Final = frozenset({"annotation", "returns", "decorator_list", "bases", "type_params", "msg"})


@dataclass(frozen=True)
class Mutant:
    """A source with one mistake put in, and what the mistake is."""

    operator: str
    line: int
    source: str
    diff: str
    description: str


def mutants(source: str) -> list[Mutant]:
    """Return every mutant of a module, in the order of its lines; raise SyntaxError if it has none."""
    code = Segments(source.removeprefix("\ufeff"))
    seen = {_behaviour(_compiled(code.data.decode()))}
    found = []
    for name, edit in _edits(code):
        changed = code.apply(edit)
        try:
            behaviour = _behaviour(_compiled(changed))
        except (SyntaxError, ValueError):
            continue
        if behaviour not in seen:
            seen.add(behaviour)
            found.append(_mutant(name, code, edit, changed))
    return found


def _edits(code: Segments) -> list[tuple[str, Edit]]:
    edits = [
        (rank, name, edit)
        for node in _mutable(code.tree)
        for rank, (name, operator) in enumerate(OPERATORS)
        for edit in operator(node, code)
    ]
    edits.sort(key=lambda found: (code.line_of(found[2].start), found[0], found[2].start))
    return [(name, edit) for _, name, edit in edits if not _is_exempt(code, edit)]


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, UNTOUCHED) or _is_docstring(node) or _is_dunder_assignment(node) or _is_main(node):
        return
    yield node
    for field, value in ast.iter_fields(node):
        if field not in UNTOUCHED_FIELDS:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _mutable(child)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_dunder_assignment(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(target, ast.Name) and target.id.startswith("__") for target in targets)


def _is_main(node: ast.AST) -> bool:
    match node:
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__"))):
            return True
    return False


def _is_exempt(code: Segments, edit: Edit) -> bool:
    first, last = code.line_of(edit.start), code.line_of(max(edit.start, edit.end - 1))
    return any(EXEMPT.search(line) for line in code.lines[first - 1 : last])


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


def _mutant(operator: str, code: Segments, edit: Edit, changed: str) -> Mutant:
    old, new = _lines(code.data.decode()), _lines(changed)
    diff = list(difflib.unified_diff(old, new, "reference", "mutant", lineterm="", n=0))
    line = code.line_of(edit.start)
    return Mutant(operator, line, changed, "\n".join(diff) + "\n", _description(line, diff))


def _lines(source: str) -> list[str]:
    return [line.decode().rstrip("\r\n") for line in source.encode().splitlines(keepends=True)]


def _description(line: int, diff: list[str]) -> str:
    before, after = (" ".join(row[1:].strip() for row in diff[3:] if row.startswith(sign)) for sign in ("-", "+"))
    if after in ("", "pass"):
        return f"Line {line}: `{before}` was dropped."
    return f"Line {line}: `{before}` became `{after}`."
