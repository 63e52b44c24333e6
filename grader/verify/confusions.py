"""Mutations that are mistakes of this field: a wrong axis, a missing mean, a lost batch, an unused seed."""

import ast
from collections.abc import Iterator
from typing import Final

from grader.verify.arithmetic import SYMBOLS
from grader.verify.segments import Edit, Operator, Segments, called, dropped, is_count, is_literal_int

COPIES: Final = frozenset({"copy", "deepcopy", "clone"})
GENERATORS: Final = frozenset({"default_rng", "RandomState", "Random"})
NO_GRADIENT: Final = frozenset({"no_grad", "inference_mode"})


def another_axis(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.keyword) and node.arg in ("axis", "dim") and is_literal_int(node.value):
        yield code.replace(node.value, "1" if ast.literal_eval(node.value) == 0 else "0")


def dimension_kept_or_not(node: ast.AST, code: Segments) -> Iterator[Edit]:
    match node:
        case ast.keyword(arg="keepdims" | "keepdim", value=ast.Constant(value=bool(kept)) as value):
            yield code.replace(value, str(not kept))


def not_transposed(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield code.drop_attribute(node, node)


def sum_for_mean(node: ast.AST, code: Segments) -> Iterator[Edit]:
    swapped = {"mean": "sum", "sum": "mean"}
    match node:
        case ast.Attribute(attr=name) if name in swapped:
            yield code.rename(node, swapped[name])
        case ast.keyword(arg="reduction", value=ast.Constant(value=name) as value) if name in swapped:
            yield code.replace(value, f'"{swapped[name]}"')


def not_divided_by_the_count(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div) and is_count(node.value):
        yield code.replace(node.value, "1")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        if is_count(node.right):
            at = code.find("/", code.end(node.left), code.start(node.right))
            kept = code.slice(code.start(node), at).rstrip()
            yield code.replace(node, kept)
        elif isinstance(node.right, ast.BinOp) and isinstance(node.right.op, ast.Mult):
            for one, other in ((node.right.left, node.right.right), (node.right.right, node.right.left)):
                if is_count(one):
                    yield code.replace(node.right, code.operand(other))


def range_stops_before_the_last_batch(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) in ("range", "arange") and len(node.args) == 3:
        _, stop, step = node.args
        if not isinstance(step, ast.Constant | ast.UnaryOp):
            yield code.replace(stop, f"{code.operand(stop)} - {code.operand(step)} + 1")


def rounded_down(node: ast.AST, code: Segments) -> Iterator[Edit]:
    match node:
        case ast.Attribute(attr="ceil"):
            yield code.rename(node, "floor")
        case ast.Call(func=ast.Name(id="ceil")):
            yield code.replace(node.func, "int")
        case ast.UnaryOp(
            op=ast.USub(),
            operand=ast.BinOp(left=ast.UnaryOp(op=ast.USub(), operand=n), op=ast.FloorDiv(), right=b),
        ):
            yield code.replace(node, f"({code.operand(n)} // {code.operand(b)})")
        case ast.BinOp(
            left=ast.BinOp(
                left=ast.BinOp(left=n, op=ast.Add(), right=rounding),
                op=ast.Sub(),
                right=ast.Constant(value=1),
            ),
            op=ast.FloorDiv(),
            right=b,
        ) if same(rounding, b):
            yield code.replace(node, f"{code.operand(n)} // {code.operand(b)}")


def same(one: ast.AST, other: ast.AST) -> bool:
    """Say whether two nodes are written alike."""
    return ast.dump(one) == ast.dump(other)


def changed_in_place(node: ast.AST, code: Segments) -> Iterator[Edit]:
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.BinOp(left=ast.Name(id=left) as first, op=op, right=right)
        ) if name == left and may_be_shared(name, node, code):
            symbol = SYMBOLS.get(type(op))
            if symbol:
                at = code.find(symbol, code.end(first), code.start(right))
                rest = code.slice(at + len(symbol), code.end(node)).strip()
                yield code.replace(node, f"{name} {symbol}= {rest}")


def may_be_shared(name: str, node: ast.AST, code: Segments) -> bool:
    """Say whether a local name may stand for a value that others hold too: an argument or a part of one."""
    scope: ast.AST = node
    while scope in code.parents and not isinstance(scope, ast.FunctionDef):
        scope = code.parents[scope]
    for inner in ast.walk(scope):
        match inner:
            case ast.arg(arg=argument) if argument == name:
                return True
            case ast.For(target=target) | ast.comprehension(target=target) if stands_in(name, target):
                return True
            case ast.Assign(value=ast.Name() | ast.Attribute() | ast.Subscript(), targets=targets):
                if any(stands_in(name, target) for target in targets):
                    return True
    return False


def stands_in(name: str, target: ast.AST) -> bool:
    """Say whether an assignment to `target` binds `name`."""
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(target))


def not_copied(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) in COPIES and not node.keywords:
        if len(node.args) == 1:
            yield code.replace(node, code.operand(node.args[0]))
        elif not node.args and isinstance(node.func, ast.Attribute):
            yield code.drop_attribute(node.func, node)


def seed_not_used(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and called(node) in GENERATORS and (node.args or node.keywords):
        function = code.text(node.func)
        yield code.replace(node, f"{function}()")
        if not any(isinstance(argument, ast.Constant) for argument in node.args):
            yield code.replace(node, f"{function}(0)")


def seed_zero_taken_for_none(node: ast.AST, code: Segments) -> Iterator[Edit]:
    match node:
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[ast.Constant(value=None)]):
            if "seed" in name and isinstance(op, ast.Is | ast.IsNot):
                yield code.replace(node, f"not {name}" if isinstance(op, ast.Is) else name)


def not_shuffled(node: ast.AST, code: Segments) -> Iterator[Edit]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        rows = code.text(node.args[0])
        if called(node) == "randperm":
            yield code.replace(node, f"{code.text(node.func.value)}.arange({rows})")
        elif called(node) == "permutation" and not (is_count(node.args[0]) or is_literal_int(node.args[0])):
            yield code.replace(node, rows)
        elif called(node) == "permutation":
            yield code.replace(node, f"{code.numpy}.arange({rows})" if code.numpy else f"list(range({rows}))")


def shuffle_dropped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    yield from dropped(node, code, frozenset({"shuffle", "seed", "manual_seed"}))


def step_dropped(node: ast.AST, code: Segments) -> Iterator[Edit]:
    yield from dropped(node, code, frozenset({"zero_grad", "backward", "step"}))


def train_for_eval(node: ast.AST, code: Segments) -> Iterator[Edit]:
    swapped = {"train": "eval", "eval": "train"}
    match node:
        case ast.Call(func=ast.Attribute(attr=name) as function, args=[], keywords=[]) if name in swapped:
            yield code.rename(function, swapped[name])


def gradient_recorded(node: ast.AST, code: Segments) -> Iterator[Edit]:
    match node:
        case ast.With(items=[ast.withitem(context_expr=context)]) if called(context) in NO_GRADIENT:
            yield Edit(code.start(node), code.end(context), "if True")
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            if called(decorator) in NO_GRADIENT and decorator.end_lineno:
                first, after = decorator.lineno - 1, decorator.end_lineno
                yield Edit(code.line_starts[first], code.line_starts[after], "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "detach":
        yield code.drop_attribute(node.func, node)


OPERATORS: Final[tuple[tuple[str, Operator], ...]] = (
    ("axis", another_axis),
    ("axis", dimension_kept_or_not),
    ("axis", not_transposed),
    ("missing mean", sum_for_mean),
    ("missing mean", not_divided_by_the_count),
    ("dropped last batch", range_stops_before_the_last_batch),
    ("dropped last batch", rounded_down),
    ("in place", changed_in_place),
    ("in place", not_copied),
    ("seed", seed_not_used),
    ("seed", seed_zero_taken_for_none),
    ("seed", not_shuffled),
    ("seed", shuffle_dropped),
    ("training step", step_dropped),
    ("training mode", train_for_eval),
    ("gradient recorded", gradient_recorded),
)
