"""Mutations of arithmetic: signs, operators, comparisons, constants and bounds."""

from collections.abc import Iterator, Mapping
from typing import Final

import libcst as cst

from grader.verify.syntax import (
    Code,
    Edit,
    Operator,
    called,
    dropped,
    expression,
    is_constant,
    is_count,
    is_name,
    keyword,
    literal_int,
    operand,
    operator_changed,
    parenthesized,
    positional,
    renamed,
    replaced,
    shifted,
)

# By the names of libcst's operators; those of `+=` and the like end in Assign.
_SIGNS: Final = {"Add": "Subtract", "Subtract": "Add"}
_CONFUSED: Final[Mapping[str, tuple[str, ...]]] = {
    "Multiply": ("Divide", "MatrixMultiply"),
    "Divide": ("Multiply",),
    "MatrixMultiply": ("Multiply",),
    "FloorDivide": ("Divide",),
    "Modulo": ("FloorDivide",),
}
_COMPARISONS: Final[Mapping[str, tuple[str, ...]]] = {
    "LessThan": ("LessThanEqual", "GreaterThanEqual"),
    "LessThanEqual": ("LessThan", "GreaterThan"),
    "GreaterThan": ("GreaterThanEqual", "LessThanEqual"),
    "GreaterThanEqual": ("GreaterThan", "LessThan"),
    "Equal": ("NotEqual",),
    "NotEqual": ("Equal",),
    "Is": ("IsNot",),
    "IsNot": ("Is",),
    "In": ("NotIn",),
    "NotIn": ("In",),
}
_OPPOSITES: Final = {
    "maximum": "minimum",
    "minimum": "maximum",
    "max": "min",
    "min": "max",
    "argmax": "argmin",
    "argmin": "argmax",
}
_CONTAINERS: Final = frozenset({"tuple", "list", "dict", "set", "zip", "sorted", "str"})
_SMALLEST_FACTOR: Final = 1e-3


def range_off_by_one(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Call) and called(node) == "range":
        bounds = positional(node)
        for bound in bounds[:2]:
            yield from (shifted(bound, by) for by in (1, -1))
        match code.parent(node):
            case cst.For(target=cst.Name(value="_")):
                return  # it only counts
        if len(bounds) == 1:
            yield Edit(bounds[0], expression("1, {stop}", stop=bounds[0]))


def slice_off_by_one(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Slice):
        for bound in (node.lower, node.upper):
            if bound is not None:
                yield from (shifted(bound, by) for by in (1, -1))


def index_off_by_one(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Index):
        inner = node.value
        for index in [element.value for element in inner.elements] if isinstance(inner, cst.Tuple) else [inner]:
            if literal_int(index) is not None:
                yield from (shifted(index, by) for by in (1, -1))
            elif is_name(index):
                yield shifted(index, -1)


def sign_swapped(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.BinaryOperation | cst.AugAssign):
        other = _changed(node, _SIGNS)
        if other and not any(isinstance(part, cst.BaseString) for part in _operands(node)):
            yield operator_changed(node.operator, other)


def _operands(node: cst.BinaryOperation | cst.AugAssign) -> tuple[cst.BaseExpression, cst.BaseExpression]:
    return (node.left, node.right) if isinstance(node, cst.BinaryOperation) else (node.target, node.value)


def _changed(node: cst.BinaryOperation | cst.AugAssign, others: Mapping[str, str]) -> str:
    """Return the name of the operator that `others` has for a node's, or nothing."""
    ending = "Assign" if isinstance(node, cst.AugAssign) else ""
    other = others.get(type(node.operator).__name__.removesuffix(ending))
    return f"{other}{ending}" if other else ""


def minus_dropped(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    match node:
        case cst.UnaryOperation(operator=cst.Minus()) if not _is_set_apart(node, code):
            yield replaced(node, node.expression)


def minus_added(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.Return(value=cst.Tuple(elements=elements)):
            values = [element.value for element in elements]
            yield from (_negated(value) for value in values if isinstance(value, cst.BinaryOperation) or is_name(value))
        case cst.Return(value=cst.BinaryOperation() | cst.Call() | cst.Name() as value):
            if called(value) not in _CONTAINERS and not is_constant(value):
                yield _negated(value)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name())], value=cst.BinaryOperation() as value):
            yield _negated(value)


def _negated(node: cst.BaseExpression) -> Edit:
    return replaced(node, cst.UnaryOperation(cst.Minus(), operand(node)))


def operator_swapped(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    if isinstance(node, cst.BinaryOperation | cst.AugAssign):
        # No array product takes a number: such a mutant would prove nothing by failing.
        scalar = any(is_constant(part) or is_count(part) for part in _operands(node))
        for number in range(2):
            other = _changed(node, {old: new[number] for old, new in _CONFUSED.items() if len(new) > number})
            product = other.startswith("MatrixMultiply")
            if other and not (product and (scalar or isinstance(code.parent(node), cst.Slice))):
                yield operator_changed(node.operator, other)


def product_for_power(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    match node:
        case cst.BinaryOperation(operator=cst.Power() as power):
            product = node.with_changes(operator=operator_changed(power, "Multiply").new)
            # A power binds more strongly than what stands around it, a product may not.
            yield Edit(node, parenthesized(product) if isinstance(code.parent(node), cst.BinaryOperation) else product)


def comparison_swapped(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.ComparisonTarget):
        for other in _COMPARISONS[type(node.operator).__name__]:
            yield operator_changed(node.operator, other)


def logic_swapped(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    match node:
        case cst.BooleanOperation(operator=operator):
            yield operator_changed(operator, "Or" if isinstance(operator, cst.And) else "And")
        case cst.UnaryOperation(operator=cst.Not(), expression=inner):
            yield replaced(node, inner)


def opposite_function(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    if isinstance(node, cst.Call) and called(node) in _OPPOSITES:
        opposite = _OPPOSITES[called(node)]
        if isinstance(node.func, cst.Attribute):
            yield renamed(node.func, opposite)
        else:
            yield replaced(node.func, cst.Name(opposite))


def another_constant(node: cst.CSTNode, code: Code) -> Iterator[Edit]:
    if _is_set_apart(node, code):
        return
    match node:
        case cst.Name(value="True" | "False" as value):
            yield replaced(node, cst.Name(str(value == "False")))
        case cst.Integer() | cst.Float():
            around = (cst.BinaryOperation, cst.UnaryOperation, cst.Attribute)
            bound = isinstance(code.parent(node), around)
            for other in _others(node.evaluated_value):
                yield replaced(node, expression(f"({other!r})" if bound and other < 0 else repr(other)))


def _is_set_apart(node: cst.CSTNode, code: Code) -> bool:
    """Tell whether a number is an axis, which has mutations of its own, or `strict`, which deserves none."""
    outer = code.parent(node)
    if isinstance(outer, cst.UnaryOperation):
        outer = code.parent(outer)
    return keyword(outer) in ("axis", "dim", "strict")


def _others(value: float) -> Iterator[float]:
    """Yield what a number may be mistaken for; a tiny one, such as guards a logarithm, is not doubled."""
    yield value + 1
    if isinstance(value, int) or value % 0.5 == 0:
        yield value - 1
    if value and abs(value) >= _SMALLEST_FACTOR:
        yield value * 2


def statement_dropped(node: cst.CSTNode, _: Code) -> Iterator[Edit]:
    yield from dropped(node)


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
