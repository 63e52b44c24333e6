"""Drafts of known-wrong answers from submissions: behaviour stays, traces of the author go."""

import ast
import re
import textwrap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_WIDTH: Final = 100
_MIN_LETTERS: Final = 3  # of a part of a name: shorter ones occur in many words
_PARTS: Final = re.compile(r"[^\W\d_]+")
_HUMPS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W\d_]+")
_NAMED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DOCUMENTED: Final = (ast.Module, *_NAMED)


class Undraftable(Exception):
    """This cannot be made a known-wrong answer; the text says why."""


def name_for(test: str, used: Iterable[str]) -> str:
    """Return an unused name for a known-wrong answer that fails a test."""
    function = test.partition("[")[0].rpartition("::")[2].removeprefix("test_")
    name = "fails_" + (re.sub(r"[^A-Za-z0-9_]", "", function)[:40] or "a_test")
    known, number = set(used), 2
    candidate = name
    while candidate in known:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def draft_of_wrong_answer(
    files: Mapping[str, bytes], starter: Mapping[str, bytes], sentence: str, who: Iterable[str]
) -> dict[str, str]:
    """Return a submission's files as a known-wrong answer, without comments, docstrings and traces of the author.

    Args:
        files: the submission's; the first gets the docstring.
        starter: the starter's; names in it stay.
        sentence: the feedback, or what to write there.
        who: names and addresses that must not be in it.

    Raises:
        Undraftable: a file is not valid Python.
    """
    parts = {part.lower() for text in who for part in _PARTS.findall(text) if len(part) >= _MIN_LETTERS}
    trees = {name: _parsed(name, data) for name, data in files.items()}
    own = _own(trees)
    fixed = {name for data in starter.values() for name in _bound(_parsed("starter", data))}
    personal = parts | {f"{part}s" for part in parts}
    telling = sorted(name for name in own.bound - fixed if personal & set(_words(name)))
    without = _Anonymous({name: f"name_{number}" for number, name in enumerate(telling, 1)}, own, parts)
    texts = {name: ast.unparse(ast.fix_missing_locations(without.visit(tree))) for name, tree in trees.items()}
    first = next(iter(texts))
    texts[first] = f'"""{_docstring(sentence)}"""\n\n{texts[first]}'
    return {name: f"{text}\n" for name, text in texts.items()}


@dataclass(frozen=True)
class _Own:
    """Which names are the submission's own, and which are from libraries.

    Attributes:
        modules: its files, as modules.
        bound: what it gives names to; without what is imported under the name that it has elsewhere.
        members: the attributes of its classes and objects.
        called: its functions and classes, which take keywords by names of its own.
        foreign: names of what it imports from elsewhere.
    """

    modules: frozenset[str]
    bound: frozenset[str]
    members: frozenset[str]
    called: frozenset[str]
    foreign: frozenset[str]

    def has_member(self, node: ast.Attribute) -> bool:
        """Return whether an attribute is one of the submission's own, and no library's of the same name."""
        if isinstance(node.value, ast.Name) and node.value.id in self.modules:
            return node.attr in self.bound
        return node.attr in self.members and not _is_of(node, self.foreign)

    def takes_keywords(self, call: ast.Call) -> bool:
        """Return whether a call is of a function of the submission, or hands one on, as `partial` does."""
        for one in (call.func, *call.args):
            name = one.id if isinstance(one, ast.Name) else one.attr if isinstance(one, ast.Attribute) else ""
            if name in self.called and not _is_of(one, self.foreign):
                return True
        return False


def _own(trees: Mapping[str, ast.Module]) -> _Own:
    nodes = [node for tree in trees.values() for node in ast.walk(tree)]
    modules = frozenset(name.removesuffix(".py") for name in trees)
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    foreign = [alias for node in imports if not _is_own(node, modules) for alias in node.names]
    unnamed = {alias.name.partition(".")[0] for alias in foreign if not alias.asname}
    bound = {name for tree in trees.values() for name in _bound(tree)}
    return _Own(
        modules=modules,
        bound=frozenset(bound - unnamed),
        members=frozenset(name for node in nodes for name in _members(node)),
        called=frozenset(name for node in nodes for name in _callables(node)),
        foreign=frozenset(unnamed | {alias.asname for alias in foreign if alias.asname}),
    )


def _is_own(node: ast.AST, modules: Collection[str]) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or node.module in modules
    return isinstance(node, ast.Import) and all(alias.name in modules for alias in node.names)


def _is_of(node: ast.AST, names: Collection[str]) -> bool:
    """Return whether an expression begins at one of some names."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in names


def _members(node: ast.AST) -> Iterable[str]:
    """Yield the attributes that code gives to its classes and objects."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    elif isinstance(node, ast.ClassDef):
        for child in node.body:
            yield from [child.name] if isinstance(child, _NAMED) else _bound(child)


def _callables(node: ast.AST) -> Iterable[str]:
    if isinstance(node, _NAMED):
        yield node.name
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _parsed(name: str, data: bytes) -> ast.Module:
    try:
        return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Undraftable(f"{name} is no Python that can be read, and a known-wrong answer must be.") from None


def _bound(tree: ast.AST) -> Iterable[str]:
    """Yield the names that code gives to things; those of libraries are not among them."""
    for node in ast.walk(tree):
        if isinstance(node, _NAMED):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias) and node.asname:
            yield node.asname
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            yield node.name
        elif isinstance(node, ast.MatchMapping) and node.rest:
            yield node.rest


def _words(name: str) -> Iterable[str]:
    return (word.lower() for word in _HUMPS.split(name) if word)


class _Anonymous(ast.NodeTransformer):
    """Removes docstrings and replaces names that reveal the author; parsing has dropped comments."""

    def __init__(self, names: Mapping[str, str], own: _Own, parts: set[str]) -> None:
        self._names = names
        self._own = own
        any_part = "|".join(sorted(parts, key=len, reverse=True))
        self._telling = (
            re.compile(rf"(?<![^\W\d_])(?:{any_part})(?:'?s)?(?![^\W\d_])", re.IGNORECASE) if parts else None
        )

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in () if isinstance(node, ast.keyword) else ("id", "arg", "name", "rest"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                setattr(node, field, self._named(value))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [self._named(name) for name in node.names]
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or ([] if isinstance(node, ast.Module) else [ast.Pass()])
        return super().generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if self._own.has_member(node):
            node.attr = self._named(node.attr)
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if self._own.takes_keywords(node):
            for keyword in node.keywords:
                keyword.arg = keyword.arg and self._named(keyword.arg)
        return self.generic_visit(node)

    def visit_MatchClass(self, node: ast.MatchClass) -> ast.AST:
        if not _is_of(node.cls, self._own.foreign):
            node.kwd_attrs = [self._named(name) for name in node.kwd_attrs]
        return self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        for alias in node.names:
            alias.name = self._named(alias.name) if _is_own(node, self._own.modules) else alias.name
            alias.asname = alias.asname and self._named(alias.asname)
        return node

    def visit_Import(self, node: ast.Import) -> ast.AST:
        for alias in node.names:
            alias.asname = alias.asname and self._named(alias.asname)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and self._telling is not None:
            node.value = self._telling.sub("somebody", node.value)
        elif isinstance(node.value, bytes) and self._telling is not None:
            text = node.value.decode("utf-8", "surrogateescape")  # as bytes that are no text, it comes back as it was
            node.value = self._telling.sub("somebody", text).encode("utf-8", "surrogateescape")
        return node

    def _named(self, name: str) -> str:
        return self._names.get(name, name)


def _docstring(sentence: str) -> str:
    text = sentence.replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [textwrap.fill(" ".join(one.split()), _WIDTH) for one in text.split("\n\n") if one.strip()]
    return "\n\n".join(paragraphs).removesuffix('"') + ("'" if text.rstrip().endswith('"') else "")
