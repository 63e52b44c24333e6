"""Answers that come with a bundle: the starter, the reference, and those in `right/` and `wrong/`."""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from grader.bundle.problems import listed, shown

SAMPLE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


@dataclass(frozen=True)
class Sample:
    """One answer as a student might hand it in; the docstring is that of its first file, a line a paragraph."""

    name: str
    files: Mapping[str, bytes]
    docstring: str = ""


def read_sample(
    files: Mapping[str, bytes], name: str, expected: Sequence[str], problems: list[str]
) -> Mapping[str, bytes]:
    """Return `NAME.py` or the folder `NAME/` as {handed-in name: bytes}; {} where it is missing or wrong.

    Nothing is wrong where no names are `expected`, as with a manifest that cannot be read.
    """
    if not expected:
        return MappingProxyType({})
    single = files.get(f"{name}.py")
    folder = {path.removeprefix(f"{name}/"): files[path] for path in files if path.startswith(f"{name}/")}
    if single is not None and folder:
        problems.append(f"{name}: there is both a file {name}.py and a folder {name}/; keep one of them.")
    elif single is not None and len(expected) == 1:
        return MappingProxyType({expected[0]: single})
    elif single is not None:
        problems.append(f"{name}.py: make this a folder {name}/ that holds {listed(expected)}.")
    elif folder and set(folder) == set(expected):
        return MappingProxyType({file: folder[file] for file in expected})
    elif folder:
        problems.append(f"{name}/: holds {listed(map(shown, folder))}, but `files` names {listed(expected)}.")
    return MappingProxyType({})


def read_samples(
    files: Mapping[str, bytes],
    trees: Mapping[str, ast.Module],
    folder: str,
    expected: Sequence[str],
    problems: list[str],
) -> Mapping[str, Sample]:
    """Return the samples of `right/` or `wrong/` by name, sorted; none where no names are `expected`."""
    samples: dict[str, Sample] = {}
    if not expected:
        return samples
    for name in sorted(_names(files, folder, problems)):
        found = read_sample(files, f"{folder}/{name}", expected, problems)
        if found:
            tree = trees.get(f"{folder}/{name}.py") or trees.get(f"{folder}/{name}/{expected[0]}")
            samples[name] = Sample(name, found, _reflowed(ast.get_docstring(tree) or "") if tree else "")
    return MappingProxyType(samples)


def _names(files: Mapping[str, bytes], folder: str, problems: list[str]) -> set[str]:
    names = set()
    for path in files:
        if path.startswith(f"{folder}/") and not path.endswith("/conftest.py"):
            top, is_folder, _ = path.removeprefix(f"{folder}/").partition("/")
            name = top if is_folder else top.removesuffix(".py")
            if not is_folder and name == top:
                problems.append(f"{shown(path)}: a sample is a .py file, or a folder of them.")
            elif not SAMPLE_NAME.fullmatch(name):
                problems.append(f"{shown(path)}: name a sample with letters, digits, `_` and `-` only.")
            else:
                names.add(name)
    return names


def _reflowed(text: str) -> str:
    """Join the lines of each paragraph, which end where the author's editor broke them; lists and code stay."""
    kept = re.sub(r"(?<=\S)[ \t]*\n(?![ \t\n]|[-*] )", " ", text.strip())
    return re.sub(r"[ \t]+$", "", kept, flags=re.MULTILINE)


def wrong_problems(
    files: Mapping[str, bytes], trees: Mapping[str, ast.Module], wrong: Mapping[str, Sample]
) -> list[str]:
    """Name every wrong answer whose docstring, its feedback, is missing or is another's."""
    problems = []
    first: dict[str, str] = {}
    for name, sample in wrong.items():
        single = f"wrong/{name}.py"
        path = single if single in files else f"wrong/{name}/{next(iter(sample.files))}"
        feedback = " ".join(sample.docstring.split())
        if path not in trees:
            continue  # it does not compile, which was said
        if not feedback:
            problems.append(f"{path}: has no docstring; it is the feedback that a student reads.")
        elif feedback in first:
            problems.append(f"{path}: has the same docstring as {first[feedback]}.")
        first.setdefault(feedback, path)
    return problems
