"""A bundle: one assignment as its author wrote it, checked, and rebuildable from its bytes alone."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Final

from grader.bundle.content import content_hash, is_ignored, layout_problems, size_problems, text_problems
from grader.bundle.manifest import CARDS_FILE, MANIFEST_FILE, Card, Manifest, read_cards, read_manifest, submitted_names
from grader.bundle.problems import BundleError, shown
from grader.bundle.samples import Sample, read_sample, read_samples, wrong_problems
from grader.bundle.source import parse, syntax_problem
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS, SuiteTest, find_tests

SLUG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
PROMPT_FILE: Final = "prompt.md"
SUPPORT_FILE: Final = "support.py"


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
        kept = {name: bytes(files[name]) for name in sorted(files) if not is_ignored(name)}
        problems += layout_problems(kept) + size_problems(kept) + text_problems(kept)
        return _Reading(slug, MappingProxyType(kept), problems).bundle()

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
        return sum((test.points for test in self.tests), Fraction(0))

    @property
    def max_public_score(self) -> Fraction:
        """The points of the tests that students can read."""
        return sum((test.points for test in self.tests if test.file == PUBLIC_TESTS), Fraction(0))

    def points_of(self, *, public_only: bool) -> Fraction:
        """Return the points of all tests, or of those that students can read."""
        return self.max_public_score if public_only else self.max_score


def _slug_problem(slug: str) -> str:
    return (
        f"{shown(slug) or 'The folder'}: a bundle's folder is named with lower-case letters, digits and `_`, "
        "a letter first, at most 64 in all."
    )


class _Reading:
    """One pass over a bundle's files; problems pile up until the end."""

    def __init__(self, slug: str, files: Mapping[str, bytes], problems: list[str]) -> None:
        self.slug = slug
        self.files = files
        self.problems = problems

    def bundle(self) -> Bundle:
        trees = self.trees()
        manifest = self.manifest()
        tests = self.tests(trees)
        cards = read_cards(self.files[CARDS_FILE], self.problems) if CARDS_FILE in self.files else ()
        self.check_prompt()
        expected = manifest.files if manifest else self.expected()
        starter = self.answer("starter", expected)
        reference = self.answer("reference", expected)
        right = self.samples("right", trees, expected)
        wrong = self.samples("wrong", trees, expected)
        self.problems += wrong_problems(self.files, trees, wrong)
        self.check_declared(manifest, wrong)
        if self.problems or manifest is None:
            raise BundleError(dict.fromkeys(self.problems))
        version = content_hash("gradeloop bundle", self.files)
        return Bundle(self.slug, version, manifest, self.files, starter, reference, right, wrong, tests, cards)

    def trees(self) -> Mapping[str, ast.Module]:
        trees = {}
        for name, data in self.files.items():
            if name.endswith(".py"):
                try:
                    trees[name] = parse(data)
                except SyntaxError as error:
                    self.problems.append(f"{shown(name)}: {syntax_problem(error)}.")
                except UnicodeDecodeError:
                    continue  # said once already, for every file alike
        return trees

    def manifest(self) -> Manifest | None:
        data = self.files.get(MANIFEST_FILE)
        return None if data is None else read_manifest(data, self.problems)

    def expected(self) -> tuple[str, ...]:
        # Read apart from the rest: a slip in the title must not hide what is wrong with the samples.
        data = self.files.get(MANIFEST_FILE)
        return () if data is None else submitted_names(data)

    def tests(self, trees: Mapping[str, ast.Module]) -> tuple[SuiteTest, ...]:
        files = [name for name in (PUBLIC_TESTS, HIDDEN_TESTS) if name in trees]
        before = len(self.problems)
        tests = tuple(test for name in files for test in find_tests(name, trees[name], self.problems))
        if len(files) == 2 and len(self.problems) == before and not any(test.points for test in tests):
            self.problems.append(f"{HIDDEN_TESTS}: the points of all tests add up to 0.")
        return tests

    def check_declared(self, manifest: Manifest | None, wrong: Mapping[str, Sample]) -> None:
        for entry in manifest.leave_one_out if manifest else ():
            unknown = [name for name in (entry.wrong, *entry.also) if name not in wrong]
            self.problems += [
                f"{MANIFEST_FILE}: `leave_one_out` names {shown(name)}: no such answer in wrong/." for name in unknown
            ]

    def check_prompt(self) -> None:
        if PROMPT_FILE in self.files and not self.files[PROMPT_FILE].strip():
            self.problems.append(f"{PROMPT_FILE}: the statement is empty.")

    def answer(self, name: str, expected: tuple[str, ...]) -> Mapping[str, bytes]:
        return read_sample(self.files, name, expected, self.problems) if expected else {}

    def samples(self, folder: str, trees: Mapping[str, ast.Module], expected: tuple[str, ...]) -> Mapping[str, Sample]:
        return read_samples(self.files, trees, folder, expected, self.problems) if expected else {}
