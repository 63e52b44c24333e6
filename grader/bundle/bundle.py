"""A bundle: one assignment as its author wrote it, checked, and rebuildable from its bytes alone."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from grader.bundle.content import (
    SAMPLE_FOLDERS,
    content_hash,
    is_ignored,
    layout_problems,
    size_problems,
    text_problems,
)
from grader.bundle.manifest import CARDS_FILE, MANIFEST_FILE, Card, Deck, Manifest, submitted_names
from grader.bundle.problems import BundleError, shown
from grader.bundle.samples import Sample, read_sample, read_samples, wrong_problems
from grader.bundle.source import imported, parse, syntax_problem
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS, SuiteTest, find_tests
from grader.bundle.tables import read_table
from grader.environments import ENVIRONMENTS

SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
PROMPT_FILE: Final = "prompt.md"
SUPPORT_FILE: Final = "support.py"

_FOR_SUITES: Final = frozenset({"grader", "pytest", "support"})


@dataclass(frozen=True)
class Bundle:
    """One assignment: all its files by relative path, and what they say."""

    slug: str
    version: str
    manifest: Manifest
    files: Mapping[str, bytes] = field(repr=False)
    starter: Mapping[str, bytes] = field(repr=False)
    reference: Mapping[str, bytes] = field(repr=False)
    right: Mapping[str, Sample] = field(repr=False)
    wrong: Mapping[str, Sample] = field(repr=False)
    tests: tuple[SuiteTest, ...] = field(repr=False)
    cards: tuple[Card, ...] = field(repr=False)

    @classmethod
    def from_files(cls, slug: str, files: Mapping[str, bytes]) -> "Bundle":
        """Build a bundle from its bytes; raise BundleError with every problem that is found."""
        problems = [] if SLUG.fullmatch(slug) else [_slug_problem(slug)]
        kept = MappingProxyType({name: bytes(files[name]) for name in sorted(files) if not is_ignored(name)})
        problems += layout_problems(kept) + size_problems(kept) + text_problems(kept)
        trees = _trees(kept, problems)
        manifest = read_table(MANIFEST_FILE, kept, Manifest, problems)
        tests = _tests(trees, problems)
        deck = read_table(CARDS_FILE, kept, Deck, problems)
        if PROMPT_FILE in kept and not kept[PROMPT_FILE].strip():
            problems.append(f"{PROMPT_FILE}: the statement is empty.")
        # Read apart from the rest: a slip in the title must not hide what is wrong with the samples.
        expected = manifest.files if manifest else submitted_names(kept.get(MANIFEST_FILE, b""))
        starter, reference = (read_sample(kept, name, expected, problems) for name in ("starter", "reference"))
        right, wrong = (read_samples(kept, trees, folder, expected, problems) for folder in SAMPLE_FOLDERS)
        problems += wrong_problems(kept, trees, wrong)
        if manifest:
            problems += _declared_problems(manifest, wrong) + _import_problems(manifest, trees)
        if problems or manifest is None:
            raise BundleError(dict.fromkeys(problems))
        version = content_hash("gradeloop bundle", kept)
        return cls(slug, version, manifest, kept, starter, reference, right, wrong, tests, deck.cards if deck else ())

    def __hash__(self) -> int:
        return hash((self.slug, self.version))

    @property
    def module(self) -> str:
        """The name of the module under test: that of the first handed-in file."""
        return self.manifest.files[0].removesuffix(".py")

    @property
    def prompt(self) -> str:
        """The statement: Markdown with TeX."""
        return self.files[PROMPT_FILE].decode("utf-8-sig")

    @property
    def support(self) -> bytes | None:
        """The public helper code, if there is any."""
        return self.files.get(SUPPORT_FILE)

    @property
    def readable(self) -> dict[str, str]:
        """The files that students may read besides the statement and the starter, as text by name."""
        names = (PUBLIC_TESTS, SUPPORT_FILE)
        return {name: self.files[name].decode("utf-8-sig") for name in names if name in self.files}

    @property
    def max_score(self) -> Fraction:
        """The points of all tests together."""
        return self.points_of(public_only=False)

    def points_of(self, *, public_only: bool) -> Fraction:
        """Return the points of all tests, or of those that students can read."""
        tests = (test for test in self.tests if test.file == PUBLIC_TESTS or not public_only)
        return sum((test.points for test in tests), Fraction(0))


def _slug_problem(slug: str) -> str:
    return (
        f"{shown(slug) or 'The folder'}: a bundle's folder is named with lower-case letters, digits and `_`, "
        "a letter first, at most 64 in all."
    )


def _trees(files: Mapping[str, bytes], problems: list[str]) -> Mapping[str, ast.Module]:
    trees = {}
    for name, data in files.items():
        if name.endswith(".py"):
            try:
                trees[name] = parse(data)
            except SyntaxError as error:
                problems.append(f"{shown(name)}: {syntax_problem(error)}.")
            except UnicodeDecodeError:
                continue  # said once already, for every file alike
    return trees


def _import_problems(manifest: Manifest, trees: Mapping[str, ast.Module]) -> list[str]:
    environment = ENVIRONMENTS[manifest.environment]
    files = [name for name in (PUBLIC_TESTS, HIDDEN_TESTS, SUPPORT_FILE) if name in trees]
    return [
        f'{file}: `{name}` cannot be imported with `environment = "{manifest.environment}"`.'
        for file in files
        for name in imported(trees[file])
        if not (environment.offers(name) or name in _FOR_SUITES)
    ]


def _declared_problems(manifest: Manifest, wrong: Mapping[str, Sample]) -> list[str]:
    named = {name: None for entry in manifest.leave_one_out for name in (entry.wrong, *entry.also)}
    unknown = [name for name in named if name not in wrong]
    return [f"{MANIFEST_FILE}: `leave_one_out` names {shown(name)}: no such answer in wrong/." for name in unknown]


def _tests(trees: Mapping[str, ast.Module], problems: list[str]) -> tuple[SuiteTest, ...]:
    files = [name for name in (PUBLIC_TESTS, HIDDEN_TESTS) if name in trees]
    before = len(problems)
    tests = tuple(test for name in files for test in find_tests(name, trees[name], problems))
    if len(files) == 2 and len(problems) == before and not any(test.points for test in tests):
        problems.append(f"{HIDDEN_TESTS}: the points of all tests add up to 0.")
    return tests
