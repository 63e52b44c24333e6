"""Mutations of arithmetic: signs, operators, comparisons, constants and bounds."""

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from grader.verify.segments import Edit, Operator, Segments, called, dropped, is_count, is_literal_int

SIGNS: Final[Mapping[type[ast.operator], str]] = {ast.Add: "+", ast.Sub: "-"}
SYMBOLS: Final[Mapping[type[ast.operator], str]] = {
    **SIGNS,
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
CONFUSED: Final[Mapping[type[ast.operator], tuple[str, ...]]] = {
    ast.Mult: ("/", "@"),
    ast.Div: ("*",),
    ast.MatMult: ("*",),
    ast.FloorDiv: ("/",),
    ast.Mod: ("//",),
}
COMPARISONS: Final[Mapping[type[ast.cmpop], tuple[str, ...]]] = {
    ast.Lt: ("<", "<=", ">="),
    ast.LtE: ("<=", "<", ">"),
    ast.Gt: (">", ">=", "<="),
    ast.GtE: (">=", ">", "<"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
OPPOSITES: Final = {
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
}
CONTAINERS: Final = frozenset({"tuple", "list", "dict", "set", "zip", "sorted", "str"})
SMALLEST_FACTOR: Final = 1e-3


def range_off_by_one(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) == "range":
        for bound in node.args[:2]:
            yield from (code.shift(bound, by) for by in (1, -1))
        loop = code.parents[node]
        counts_only = isinstance(loop, ast.For) and isinstance(loop.target, ast.Name) and loop.target.id == "_"
        if len(node.args) == 1 and not counts_only:
            yield code.replace(node.args[0], f"1, {code.text(node.args[0])}")


def slice_off_by_one(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Slice):
        for bound in (node.lower, node.upper):
            if bound is not None:
                yield from (code.shift(bound, by) for by in (1, -1))


def index_off_by_one(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Subscript):
        for index in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
            if is_literal_int(index):
                yield from (code.shift(index, by) for by in (1, -1))
            elif isinstance(index, ast.Name):
                yield code.shift(index, -1)


def sign_swapped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in SIGNS:
        left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        if not any(isinstance(part, ast.JoinedStr) or is_text(part) for part in (left, right)):
            old = SIGNS[type(node.op)]
            yield code.swap(left, right, old, "-" if old == "+" else "+")


def is_text(node: ast.AST) -> bool:
    """Say whether a node is a string as written in full."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def minus_dropped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not is_set_apart(node, code):
        yield Edit(code.start(node), code.start(node) + 1, "")


def minus_added(node: ast.AST, code: Segments) -> Iterator[Edit]:
    match node:
        case ast.Return(value=ast.Tuple(elts=values)):
            yield from (negated(value, code) for value in values if isinstance(value, ast.BinOp | ast.Name))
        case ast.Return(value=ast.BinOp() | ast.Call() | ast.Name() as value) if called(value) not in CONTAINERS:
            yield negated(value, code)
        case ast.Assign(targets=[ast.Name()], value=ast.BinOp() as value):
            yield negated(value, code)


def negated(node: ast.expr, code: Segments) -> Edit:
    """Put a minus before a value."""
    return code.replace(node, f"-{code.operand(node)}")


def operator_swapped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.BinOp | ast.AugAssign):
        left, right = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.target, node.value)
        # No array product takes a number: such a mutant would prove nothing by failing.
        scalar = any(isinstance(part, ast.Constant) or is_count(part) for part in (left, right))
        for new in CONFUSED.get(type(node.op), ()):
            if new != "@" or not (scalar or isinstance(code.parents[node], ast.Slice)):
                yield code.swap(left, right, SYMBOLS[type(node.op)], new)


def product_for_power(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        swap = code.swap(node.left, node.right, "**", "*")
        text = code.slice(code.start(node), swap.start) + swap.text + code.slice(swap.end, code.end(node))
        # A power binds more strongly than what stands around it, a product may not.
        yield code.replace(node, f"({text})" if isinstance(code.parents[node], ast.BinOp) else text)


def comparison_swapped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
        for left, op, right in zip(operands, node.ops, operands[1:], strict=False):
            old, *others = COMPARISONS[type(op)]
            yield from (code.swap(left, right, old, new) for new in others)


def logic_swapped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.BoolOp):
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield code.swap(left, right, old, new)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield code.replace(node, code.slice(code.start(node) + len("not"), code.end(node)).strip())


def opposite_function(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) in OPPOSITES:
        if isinstance(node.func, ast.Attribute):
            yield code.rename(node.func, OPPOSITES[node.func.attr])
        else:
            yield code.replace(node.func, OPPOSITES[called(node)])


def another_constant(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if not isinstance(node, ast.Constant) or is_set_apart(node, code):
        return
    if isinstance(node.value, bool):
        yield code.replace(node, str(not node.value))
    elif isinstance(node.value, int | float):
        bound = isinstance(code.parents[node], ast.BinOp | ast.UnaryOp | ast.Attribute)
        for other in others(node.value):
            yield code.replace(node, f"({other!r})" if bound and other < 0 else repr(other))


def is_set_apart(node: ast.AST, code: Segments) -> bool:
    """Say whether a number is an axis, which has mutations of its own, or `strict`, which deserves none."""
    outer = code.parents[node]
    if isinstance(outer, ast.UnaryOp):
        outer = code.parents[outer]
    return isinstance(outer, ast.keyword) and outer.arg in ("axis", "dim", "strict")


def others(value: float) -> Iterator[float]:
    """Return what a number may be mistaken for; a tiny one, such as guards a logarithm, is not doubled."""
    yield value + 1
    if isinstance(value, int) or value % 0.5 == 0:
        yield value - 1
    if value and abs(value) >= SMALLEST_FACTOR:
        yield value * 2


def statement_dropped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    yield from dropped(node, code)


OPERATORS: Final[tuple[tuple[str, Operator], ...]] = (
    ("off by one", range_off_by_one),
    ("off by one", slice_off_by_one),
    ("off by one", index_off_by_one),
    ("sign", sign_swapped),
    ("sign", minus_dropped),
    ("sign", minus_added),
    ("operator", operator_swapped),
    ("operator", product_for_power),
    ("operator", comparison_swapped),
    ("operator", logic_swapped),
    ("operator", opposite_function),
    ("constant", another_constant),
    ("dropped statement", statement_dropped),
)
