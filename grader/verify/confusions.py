"""Mutations that are mistakes of this field: a wrong axis, a missing mean, a lost batch, an unused seed."""

from collections.abc import Iterator
from typing import Final

import libcst as cst

from grader.verify.syntax import (
    Code,
    Edit,
    Operator,
    bare,
    called,
    dropped,
    expression,
    is_constant,
    is_count,
    keyword,
    literal_int,
    operand,
    parenthesized,
    positional,
    renamed,
    replaced,
    walk,
)

_COPIES: Final = frozenset({"copy", "deepcopy", "clone"})
_GENERATORS: Final = frozenset({"default_rng", "RandomState", "Random"})
_NO_GRADIENT: Final = frozenset({"no_grad", "inference_mode"})
_AVERAGES: Final = {"mean": "sum", "sum": "mean"}
_MODES: Final = {"train": "eval", "eval": "train"}


def another_axis(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Arg) and keyword(node) in ("axis", "dim"):
        axis = literal_int(node.value)
        if axis is not None:
            yield replaced(node.value, cst.Integer("1" if axis == 0 else "0"))


def dimension_kept_or_not(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Arg(value=cst.Name(value="True" | "False" as kept) as value):
            if keyword(node) in ("keepdims", "keepdim"):
                yield replaced(value, cst.Name(str(kept == "False")))


def not_transposed(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Attribute(attr=cst.Name(value="T")):
            yield replaced(node, node.value)


def sum_for_mean(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Attribute(attr=cst.Name(value=name)) if name in _AVERAGES:
            yield renamed(node, _AVERAGES[name])
        case cst.Arg(value=cst.SimpleString() as value) if keyword(node) == "reduction":
            average = value.evaluated_value
            if average in _AVERAGES:
                yield replaced(value, cst.SimpleString(f'"{_AVERAGES[str(average)]}"'))


def not_divided_by_the_count(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.AugAssign(operator=cst.DivideAssign(), value=value) if is_count(value):
            yield replaced(value, cst.Integer("1"))
        case cst.BinaryOperation(operator=cst.Divide(), left=left, right=right) if is_count(right):
            yield replaced(node, left)
        case cst.BinaryOperation(
            operator=cst.Divide(), right=cst.BinaryOperation(operator=cst.Multiply(), left=one, right=other) as product
        ):
            for count, kept in ((one, other), (other, one)):
                if is_count(count):
                    yield replaced(product, operand(kept))


def range_stops_before_the_last_batch(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Call) and called(node) in ("range", "arange") and len(positional(node)) == 3:
        stop, step = positional(node)[1:]
        if not (is_constant(step) or isinstance(step, cst.UnaryOperation)):
            yield replaced(stop, expression("{stop} - {step} + 1", stop=operand(stop), step=operand(step)))


def rounded_down(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Attribute(attr=cst.Name(value="ceil")):
            yield renamed(node, "floor")
        case cst.Call(func=cst.Name(value="ceil") as function):
            yield replaced(function, cst.Name("int"))
        case cst.UnaryOperation(
            operator=cst.Minus(),
            expression=cst.BinaryOperation(
                left=cst.UnaryOperation(operator=cst.Minus(), expression=n), operator=cst.FloorDivide(), right=b
            ),
        ):
            yield replaced(node, parenthesized(_quotient(n, b)))
        case cst.BinaryOperation(
            left=cst.BinaryOperation(
                left=cst.BinaryOperation(left=n, operator=cst.Add(), right=rounding),
                operator=cst.Subtract(),
                right=cst.Integer(value="1"),
            ),
            operator=cst.FloorDivide(),
            right=b,
        ) if bare(rounding).deep_equals(bare(b)):
            yield replaced(node, _quotient(n, b))


def _quotient(n: cst.BaseExpression, b: cst.BaseExpression) -> cst.BaseExpression:
    return expression("{n} // {b}", n=operand(n), b=operand(b))


def changed_in_place(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    match node:
        case cst.Assign(
            targets=[cst.AssignTarget(target=cst.Name(value=name) as target)],
            value=cst.BinaryOperation(left=cst.Name(value=left), operator=operator, right=right),
        ) if name == left and _may_be_shared(name, node, code):
            in_place = getattr(cst, f"{type(operator).__name__}Assign")()
            yield Edit(node, cst.AugAssign(target, in_place, right, semicolon=node.semicolon))


def _may_be_shared(name: str, node: cst.CSTNode, code: Code) -> bool:
    """Tell whether a local name may stand for a value that others hold too: an argument or a part of one."""
    scope = node
    while not isinstance(scope, cst.FunctionDef) and (outer := code.parent(scope)) is not None:
        scope = outer
    for inner in walk(scope):
        match inner:
            case cst.Param(name=cst.Name(value=argument)) if argument == name:
                return True
            case cst.For(target=target) | cst.CompFor(target=target) if _binds(name, target):
                return True
            case cst.Assign(value=cst.Name() | cst.Attribute() | cst.Subscript() as value, targets=targets):
                if not is_constant(value) and any(_binds(name, target) for target in targets):
                    return True
    return False


def _binds(name: str, target: cst.CSTNode) -> bool:
    """Tell whether an assignment to `target` binds `name`."""
    return any(isinstance(part, cst.Name) and part.value == name for part in walk(target))


def not_copied(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Call) and called(node) in _COPIES and not any(map(keyword, node.args)):
        arguments = positional(node)
        if len(arguments) == 1:
            yield replaced(node, operand(arguments[0]))
        elif not arguments and isinstance(node.func, cst.Attribute):
            yield replaced(node, node.func.value)


def seed_not_used(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Call) and called(node) in _GENERATORS and node.args:
        yield Edit(node, node.with_changes(args=[]))
        if not any(map(is_constant, positional(node))):
            yield Edit(node, node.with_changes(args=[cst.Arg(cst.Integer("0"))]))


def seed_zero_taken_for_none(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Comparison(
            left=cst.Name(value=name) as seed,
            comparisons=[cst.ComparisonTarget(operator=cst.Is() | cst.IsNot() as operator, comparator=none)],
        ) if "seed" in name and isinstance(none, cst.Name) and none.value == "None":
            yield replaced(node, cst.UnaryOperation(cst.Not(), seed) if isinstance(operator, cst.Is) else seed)


def not_shuffled(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    if not (isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and positional(node)):
        return
    rows = bare(positional(node)[0])
    if called(node) == "randperm":
        yield replaced(node, expression("{torch}.arange({rows})", torch=node.func.value, rows=rows))
    elif called(node) == "permutation" and not (is_count(rows) or literal_int(rows) is not None):
        yield replaced(node, rows)
    elif called(node) == "permutation":
        in_order = f"{code.numpy}.arange({{rows}})" if code.numpy else "list(range({rows}))"
        yield replaced(node, expression(in_order, rows=rows))


def shuffle_dropped(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    yield from dropped(node, frozenset({"shuffle", "seed", "manual_seed"}))


def step_dropped(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    yield from dropped(node, frozenset({"zero_grad", "backward", "step"}))


def train_for_eval(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) as function, args=[]) if name in _MODES:
            yield renamed(function, _MODES[name])


def gradient_recorded(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.With(items=[cst.WithItem(item=context, asname=None)], body=body) if called(context) in _NO_GRADIENT:
            yield Edit(node, cst.If(cst.Name("True"), body, leading_lines=node.leading_lines))
        case cst.FunctionDef(decorators=decorators):
            for one in decorators:
                if called(one.decorator) in _NO_GRADIENT:
                    kept = [other for other in decorators if other is not one]
                    yield Edit(node, node.with_changes(decorators=kept))
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value="detach"))):
            yield replaced(node, value)


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
