"""What differs between two versions of an assignment: its files, its tests and their points."""

import difflib
import hashlib
from dataclasses import dataclass
from typing import Final

from grader.bundle.bundle import Bundle
from grader.bundle.content import is_text
from grader.bundle.suite import HIDDEN_TESTS, PUBLIC_TESTS, SuiteTest

_FIRST: Final = ("prompt.md", "starter", PUBLIC_TESTS, HIDDEN_TESTS, "assignment.toml", "reference")
_NAMES: Final = {
    "prompt.md": "Statement",
    PUBLIC_TESTS: "Public tests",
    HIDDEN_TESTS: "Hidden tests",
    "assignment.toml": "Settings",
    "cards.toml": "Flash cards",
    "support.py": "Support code",
}


@dataclass(frozen=True)
class FileChange:
    """A file that differs: what it is, and its text, None where it is not there."""

    name: str
    title: str
    old: str | None
    new: str | None

    @property
    def unified(self) -> str:
        """The lines that differ, with three around them, as a unified diff."""
        old, new = (self.old or "").splitlines(), (self.new or "").splitlines()
        return "\n".join(difflib.unified_diff(old, new, "old", "new", lineterm=""))


@dataclass(frozen=True)
class TestChange:
    """A test that is new, gone, or worth or shown otherwise; `old` and `new` are None where it is not there."""

    __test__ = False  # pytest: not a test, though it is called one

    title: str
    old: SuiteTest | None
    new: SuiteTest | None


@dataclass(frozen=True)
class Difference:
    """What differs; `files` in the order in which they matter to students."""

    files: list[FileChange]
    tests: list[TestChange]
    old_points: float
    new_points: float


def difference(old: Bundle, new: Bundle) -> Difference:
    """Return what differs from one version to another."""
    before, after = _texts(old), _texts(new)
    names = sorted((name for name in before | after if before.get(name) != after.get(name)), key=_rank)
    return Difference(
        files=[FileChange(name, _title(name), before.get(name), after.get(name)) for name in names],
        tests=_tests(old, new),
        old_points=float(old.max_score),
        new_points=float(new.max_score),
    )


def _texts(bundle: Bundle) -> dict[str, str]:
    return {name: _text(name, data) for name, data in bundle.files.items()}


def _text(name: str, data: bytes) -> str:
    if is_text(name):
        return data.decode("utf-8-sig")
    return f"{len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}\n"


def _rank(name: str) -> tuple[int, str]:
    top = name.partition("/")[0].removesuffix(".py") if name not in _FIRST else name
    return (_FIRST.index(top) if top in _FIRST else len(_FIRST), name)


def _title(name: str) -> str:
    top = name.partition("/")[0]
    folders = {"right": "Right answer", "wrong": "Wrong answer", "starter": "Starter", "reference": "Reference"}
    return _NAMES.get(name) or folders.get(top.removesuffix(".py"), "File")


def _tests(old: Bundle, new: Bundle) -> list[TestChange]:
    before = {(test.file, test.name): test for test in old.tests}
    after = {(test.file, test.name): test for test in new.tests}
    pairs = ((before.get(key), after.get(key)) for key in dict.fromkeys((*before, *after)))
    return [TestChange((one or other).title, one, other) for one, other in pairs if _differ(one, other)]  # type: ignore[union-attr]


def _differ(one: SuiteTest | None, other: SuiteTest | None) -> bool:
    if one is None or other is None:
        return True
    return (one.points, one.visibility, one.title) != (other.points, other.visibility, other.title)
