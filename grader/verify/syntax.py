"""A syntax tree as mutations see it: what stands where, and the change of one node."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Final, TypeAlias, TypeVar, cast

import libcst as cst
from libcst.helpers import parse_template_expression
from libcst.metadata import CodeRange, MetadataWrapper, ParentNodeProvider, PositionProvider

_ATOMS: Final = (cst.Name, cst.BaseNumber, cst.BaseString, cst.Call, cst.Attribute, cst.Subscript, cst.Tuple, cst.List)
_COUNTS: Final = frozenset({"n", "m", "N", "M", "B", "batch_size", "count", "size", "total"})
_KEYWORDS: Final = frozenset({"True", "False", "None"})

Expression = TypeVar("Expression", bound=cst.BaseExpression)


@dataclass(frozen=True)
class Edit:
    """A change of one node: `new` takes the place of `old`."""

    old: cst.CSTNode
    new: cst.CSTNode


class Code:
    """A module's syntax tree, with the parent and the place of each node."""

    def __init__(self, source: str) -> None:
        wrapper = MetadataWrapper(cst.parse_module(source))
        self.module = wrapper.module
        self._end = source[len(self.module.code) :]  # libcst loses a carriage return that ends a file
        self._parents: Any = wrapper.resolve(ParentNodeProvider)
        self._positions: Any = wrapper.resolve(PositionProvider)

    def parent(self, node: cst.CSTNode) -> cst.CSTNode | None:
        """Return the node around a node; None for the module."""
        return cast("cst.CSTNode | None", self._parents.get(node))

    def start(self, node: cst.CSTNode) -> tuple[int, int]:
        """Return the line, from 1, and the column at which a node begins."""
        place: CodeRange = self._positions[node]
        return place.start.line, place.start.column

    def apply(self, edit: Edit) -> str:
        """Return the source after an edit; only what is around the node is built anew."""
        old, new = edit.old, edit.new
        while (around := self.parent(old)) is not None:
            old, new = around, _with_child(around, old, new)
        assert isinstance(new, cst.Module)
        return new.code + self._end

    @cached_property
    def numpy(self) -> str | None:
        """The name under which the source imports NumPy."""
        for node in walk(self.module):
            if isinstance(node, cst.ImportAlias) and node.evaluated_name == "numpy":
                return node.evaluated_alias or node.evaluated_name
        return None


def _with_child(node: cst.CSTNode, old: cst.CSTNode, new: cst.CSTNode) -> cst.CSTNode:
    for field in fields(node):
        value = getattr(node, field.name)
        if value is old:
            return node.with_changes(**{field.name: new})
        if isinstance(value, list | tuple) and any(child is old for child in value):
            return node.with_changes(**{field.name: [new if child is old else child for child in value]})
    raise ValueError("not a part of that node")


# What a mutation is: the edits it makes at a node.
Operator: TypeAlias = Callable[[cst.CSTNode, Code], Iterator[Edit]]


def walk(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Yield a node and all below it."""
    yield node
    for child in node.children:
        yield from walk(child)


def replaced(old: cst.BaseExpression, new: cst.BaseExpression) -> Edit:
    """Return the edit that puts an expression in another's place, inside the parentheses around that."""
    if isinstance(old, cst.Tuple):
        return Edit(old, new)
    return Edit(old, new.with_changes(lpar=[*old.lpar, *new.lpar], rpar=[*new.rpar, *old.rpar]))


def expression(template: str, **parts: cst.BaseExpression) -> cst.BaseExpression:
    """Return the expression that a text stands for, with a node for each name in braces."""
    return parse_template_expression(template, cst.PartialParserConfig(), **parts)


def bare(node: Expression) -> Expression:
    """Return an expression without the parentheses around it."""
    return node if isinstance(node, cst.Tuple | cst.GeneratorExp) else node.with_changes(lpar=[], rpar=[])


def parenthesized(node: Expression) -> Expression:
    """Return an expression in parentheses."""
    return node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def operand(node: cst.BaseExpression, kinds: tuple[type[cst.CSTNode], ...] = ()) -> cst.BaseExpression:
    """Return an expression fit to stand beside an operator, in parentheses where it needs them."""
    return bare(node) if isinstance(node, (*_ATOMS, *kinds)) else parenthesized(bare(node))


def shifted(node: cst.BaseExpression, by: int) -> Edit:
    """Return the edit that makes an integer expression larger by 1 or -1."""
    number = literal_int(node)
    if number is not None:
        return replaced(node, expression(str(number + by)))
    sign = "+" if by > 0 else "-"
    return replaced(node, expression(f"{{old}} {sign} 1", old=operand(node, (cst.BinaryOperation,))))


def operator_changed(old: cst.CSTNode, name: str) -> Edit:
    """Return the edit that puts the operator of a class's name in another's place, with the same space around it."""
    spaces = {key: getattr(old, key) for key in ("whitespace_before", "whitespace_after") if hasattr(old, key)}
    return Edit(old, getattr(cst, name)(**spaces))


def renamed(node: cst.Attribute, name: str) -> Edit:
    """Return the edit that asks a value for another attribute."""
    return Edit(node.attr, cst.Name(name))


def dropped(node: cst.CSTNode, names: frozenset[str] | None = None) -> Iterator[Edit]:
    """Drop an expression statement, if it calls one of `names`."""
    if isinstance(node, cst.Expr) and (names is None or called(node.value) in names):
        yield Edit(node, cst.Pass(semicolon=node.semicolon))


def is_name(node: cst.CSTNode | None) -> bool:
    """Tell whether a node is a name, and not one of Python's constants."""
    return isinstance(node, cst.Name) and node.value not in _KEYWORDS


def is_constant(node: cst.CSTNode) -> bool:
    """Tell whether a node is a constant as written in full."""
    return isinstance(node, cst.BaseNumber | cst.SimpleString | cst.Ellipsis) or (
        isinstance(node, cst.Name) and node.value in _KEYWORDS
    )


def literal_int(node: cst.CSTNode) -> int | None:
    """Return an integer as written in full, with or without a minus; None for any other node."""
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        number = literal_int(node.expression)
        return None if number is None else -number
    return int(node.value, 0) if isinstance(node, cst.Integer) else None


def called(node: cst.CSTNode | None) -> str:
    """Return the last name of the function that a node calls, or nothing."""
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return str(name)
    return ""


def positional(call: cst.Call) -> Sequence[cst.BaseExpression]:
    """Return the arguments of a call that are given by their place."""
    return [argument.value for argument in call.args if argument.keyword is None and argument.star != "**"]


def keyword(node: cst.CSTNode | None) -> str:
    """Return the name of an argument that is given by name, or nothing."""
    return node.keyword.value if isinstance(node, cst.Arg) and node.keyword else ""


def is_count(node: cst.CSTNode) -> bool:
    """Tell whether a node looks like a number of rows, as `n`, `len(x)`, `x.shape[0]` and `x.size` do."""
    match node:
        case cst.Name(value=name):
            return name in _COUNTS or name.startswith(("n_", "num_"))
        case cst.Attribute(attr=cst.Name(value="size")):
            return True
        case cst.Subscript(value=cst.Attribute(attr=cst.Name(value="shape"))):
            return True
    return called(node) in ("len", "numel", "size")
