"""Drafts of known-wrong answers from what students handed in: what the code does stays, who wrote it goes."""

import ast
import re
import textwrap
from collections.abc import Iterable, Mapping
from typing import Final

__all__ = ["Undraftable", "draft_of_wrong_answer", "name_for"]

_WIDTH: Final = 100
_LEAST_LETTERS: Final = 3  # of a part of a name: shorter ones are in every other word
_PARTS: Final = re.compile(r"[^\W\d_]+")
_HUMPS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])|[\W\d_]+")
_DOCUMENTED: Final = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Undraftable(Exception):
    """This cannot be made a known-wrong answer; the text says why."""


def name_for(test: str, taken: Iterable[str]) -> str:
    """Return a name that is not taken for a known-wrong answer that fails a test."""
    function = test.partition("[")[0].rpartition("::")[2].removeprefix("test_")
    name = "fails_" + (re.sub(r"[^A-Za-z0-9_]", "", function)[:40] or "a_test")
    known, number = set(taken), 2
    candidate = name
    while candidate in known:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def draft_of_wrong_answer(
    files: Mapping[str, bytes], starter: Mapping[str, bytes], sentence: str, who: Iterable[str]
) -> dict[str, str]:
    """Return a submission's files as a known-wrong answer, without comments, docstrings and who wrote it.

    Args:
        files: the submission's, the first of which takes the docstring.
        starter: the starter's: what it names stays as it is called.
        sentence: the feedback, or what to write there.
        who: names and addresses that must not be in it.

    Raises:
        Undraftable: a file is no Python that can be read.
    """
    parts = {part.lower() for text in who for part in _PARTS.findall(text) if len(part) >= _LEAST_LETTERS}
    trees = {name: _parsed(name, data) for name, data in files.items()}
    fixed = {name for data in starter.values() for name in _bound(_parsed("starter", data))}
    own = {name for tree in trees.values() for name in _bound(tree)} - fixed
    told = parts | {f"{part}s" for part in parts}
    telling = sorted(name for name in own if told & set(_words(name)))
    without = _Anonymous({name: f"name_{number}" for number, name in enumerate(telling, 1)}, parts)
    texts = {name: ast.unparse(ast.fix_missing_locations(without.visit(tree))) for name, tree in trees.items()}
    first = next(iter(texts))
    texts[first] = f'"""{_docstring(sentence)}"""\n\n{texts[first]}'
    return {name: f"{text}\n" for name, text in texts.items()}


def _parsed(name: str, data: bytes) -> ast.Module:
    try:
        return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Undraftable(f"{name} is no Python that can be read, and a known-wrong answer must be.") from None


def _bound(tree: ast.Module) -> Iterable[str]:
    """Yield the names that code gives to things; those of libraries are not among them."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
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
    """Takes docstrings out, and gives telling names others; comments are gone by themselves."""

    def __init__(self, names: Mapping[str, str], parts: set[str]) -> None:
        self._names = names
        any_part = "|".join(sorted(parts, key=len, reverse=True))
        self._telling = (
            re.compile(rf"(?<![^\W\d_])(?:{any_part})(?:'?s)?(?![^\W\d_])", re.IGNORECASE) if parts else None
        )

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("id", "attr", "arg", "name", "asname", "rest"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                setattr(node, field, self._names.get(value, value))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [self._names.get(name, name) for name in node.names]
        if isinstance(node, ast.MatchClass):
            node.kwd_attrs = [self._names.get(name, name) for name in node.kwd_attrs]
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or ([] if isinstance(node, ast.Module) else [ast.Pass()])
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if isinstance(node.value, str) and self._telling is not None:
            node.value = self._telling.sub("somebody", node.value)
        elif isinstance(node.value, bytes) and self._telling is not None:
            text = node.value.decode("utf-8", "surrogateescape")  # as bytes that are no text, it comes back as it was
            node.value = self._telling.sub("somebody", text).encode("utf-8", "surrogateescape")
        return node


def _docstring(sentence: str) -> str:
    text = sentence.replace("\\", "\\\\").replace('"""', "'''")
    paragraphs = [textwrap.fill(" ".join(one.split()), _WIDTH) for one in text.split("\n\n") if one.strip()]
    return "\n\n".join(paragraphs).removesuffix('"') + ("'" if text.rstrip().endswith('"') else "")
