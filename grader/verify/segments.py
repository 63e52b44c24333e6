"""Source code and its syntax tree side by side: where each node stands, and edits of just that place."""

import ast
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias

ATOMS = (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.Tuple, ast.List)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult, ast.Pow)
COUNTS: Final = frozenset({"n", "m", "N", "M", "B", "batch_size", "count", "size", "total"})
COMMENT = re.compile(rb"#[^\r\n]*")


@dataclass(frozen=True)
class Edit:
    """The bytes from `start` up to `end` of a source become `text`."""

    start: int
    end: int
    text: str


class Segments:
    """A parsed source; positions are offsets into its UTF-8 bytes."""

    def __init__(self, source: str) -> None:
        self.data = source.encode()
        self.tree = ast.parse(source)
        self.lines = self.data.splitlines(keepends=True)
        self.line_starts = [0]
        for line in self.lines:
            self.line_starts.append(self.line_starts[-1] + len(line))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """The node around each node."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def numpy(self) -> str | None:
        """The name under which the source imports NumPy."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for name in node.names:
                    if name.name == "numpy":
                        return name.asname or name.name
        return None

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return where a node begins, parentheses around it not counted."""
        return self.line_starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return where a node ends, parentheses around it not counted."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.line_starts[node.end_lineno - 1] + node.end_col_offset

    def slice(self, start: int, end: int) -> str:
        """Return the source between two positions."""
        return self.data[start:end].decode()

    def text(self, node: ast.expr | ast.stmt) -> str:
        """Return the source of a node."""
        return self.slice(self.start(node), self.end(node))

    def operand(self, node: ast.expr, kinds: tuple[type[ast.operator], ...] = ()) -> str:
        """Return the source of a node fit to stand beside an operator, in parentheses where it needs them."""
        stands = isinstance(node, ATOMS) or (isinstance(node, ast.BinOp) and isinstance(node.op, kinds))
        return self.text(node) if stands else f"({self.text(node)})"

    def replace(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Return the edit that puts `text` in a node's place."""
        return Edit(self.start(node), self.end(node), text)

    def shift(self, node: ast.expr, by: int) -> Edit:
        """Return the edit that makes an integer expression larger by `by`."""
        if is_literal_int(node):
            return self.replace(node, str(ast.literal_eval(node) + by))
        sign = "+" if by > 0 else "-"
        return self.replace(node, f"{self.operand(node, ARITHMETIC)} {sign} {abs(by)}")

    def find(self, word: str, start: int, end: int) -> int:
        """Return where `word` stands between two positions, comments not counted; -1 if it does not."""
        gap = COMMENT.sub(lambda comment: b" " * len(comment[0]), self.data[start:end])
        found = gap.find(word.encode())
        return found if found < 0 else start + found

    def swap(self, left: ast.expr, right: ast.expr, old: str, new: str) -> Edit:
        """Return the edit that changes the operator between two nodes."""
        at = self.find(old.split()[0], self.end(left), self.start(right))
        last = old.split()[-1]
        stop = self.find(last, at + (len(old.split()[0]) if " " in old else 0), self.start(right))
        return Edit(at, stop + len(last), new)

    def rename(self, node: ast.Attribute, name: str) -> Edit:
        """Return the edit that asks a value for another attribute."""
        return Edit(self.end(node) - len(node.attr.encode()), self.end(node), name)

    def drop_attribute(self, node: ast.Attribute, outer: ast.expr) -> Edit:
        """Return the edit that cuts `.name`, and what follows it in `outer`, off a value."""
        return Edit(self.find(".", self.end(node.value), self.end(node)), self.end(outer), "")

    def apply(self, edit: Edit) -> str:
        """Return the source after an edit."""
        return (self.data[: edit.start] + edit.text.encode() + self.data[edit.end :]).decode()

    def line_of(self, position: int) -> int:
        """Return the number, from 1, of the line that holds a position."""
        return bisect_right(self.line_starts, position)


def is_literal_int(node: ast.AST) -> bool:
    """Say whether a node is an integer as written in full, with or without a minus."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


# What a mutation is: the edits it makes at a node.
Operator: TypeAlias = Callable[[ast.AST, Segments], Iterator[Edit]]


def called(node: ast.AST) -> str:
    """Return the last name of the function that a node calls, or nothing."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute):
            return node.func.attr
        if isinstance(node.func, ast.Name):
            return node.func.id
    return ""


def is_count(node: ast.AST) -> bool:
    """Say whether a node looks like a number of rows, as `n`, `len(x)`, `x.shape[0]` and `x.size` do."""
    match node:
        case ast.Name(id=name):
            return name in COUNTS or name.startswith(("n_", "num_"))
        case ast.Attribute(attr="size") | ast.Subscript(value=ast.Attribute(attr="shape")):
            return True
    return called(node) in ("len", "numel", "size")


def dropped(node: ast.AST, code: Segments, names: frozenset[str] | None = None) -> Iterator[Edit]:
    """Drop an expression statement, if it calls one of `names`."""
    if isinstance(node, ast.Expr) and (names is None or called(node.value) in names):
        yield code.replace(node, "pass")
