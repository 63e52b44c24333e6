"""What a student submits: names from an allow-list, bounded sizes, bytes untouched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from grader.bundle.content import content_hash
from grader.bundle.disk import TOO_LARGE, UnreadableError, read_regular
from grader.bundle.manifest import Manifest
from grader.bundle.names import PYTHON_FILE_NAME, folded, reserved_reason
from grader.bundle.problems import shown

MAX_SUBMISSION_BYTES: Final = 1024 * 1024
MAX_SUBMISSION_FILES: Final = 20


class SubmissionRefused(Exception):
    """Files that were not taken in; the text is one plain sentence for the student."""


@dataclass(frozen=True)
class SubmittedFiles:
    """The files of one submission under the names that the assignment asks for."""

    files: Mapping[str, bytes] = field(repr=False)

    @property
    def id(self) -> str:
        """The SHA-256, in hex, of names and bytes: the same files have the same id."""
        return content_hash("gradeloop submission", self.files)


def read_submission(manifest: Manifest, files: Mapping[str, bytes]) -> SubmittedFiles:
    """Take uploaded files, given by name, as a submission; raise SubmissionRefused where they cannot be."""
    _check_count(len(files), manifest.files)
    if sum(map(len, files.values())) > MAX_SUBMISSION_BYTES:
        raise SubmissionRefused(_too_large())
    named = _matched(files, manifest.files)
    return SubmittedFiles(MappingProxyType({name: bytes(named[name]) for name in manifest.files}))


def read_submission_paths(manifest: Manifest, paths: Sequence[Path]) -> SubmittedFiles:
    """Take files from the disk as a submission: regular files only, no links, nothing read past the limit."""
    _check_count(len(paths), manifest.files)
    files: dict[str, bytes] = {}
    left = MAX_SUBMISSION_BYTES
    for path in paths:
        if path.name in files:
            raise SubmissionRefused(f"Two of the files are named {shown(path.name)}; submit one of them.")
        try:
            files[path.name] = read_regular(path, left)
        except UnreadableError as reason:
            if str(reason) == TOO_LARGE:
                raise SubmissionRefused(_too_large()) from None
            raise SubmissionRefused(f"{shown(str(path))} {reason}, so it cannot be submitted.") from None
        left -= len(files[path.name])
    return read_submission(manifest, files)


def _too_large() -> str:
    return f"Your files are larger than {MAX_SUBMISSION_BYTES // 2**20} MiB together, which is too large."


def _check_count(count: int, expected: Sequence[str]) -> None:
    if count == 0:
        raise SubmissionRefused(f"Nothing was submitted; submit {_in_words(expected)}.")
    if count > MAX_SUBMISSION_FILES:
        raise SubmissionRefused(f"You submitted {count} files; submit only {_in_words(expected)}.")


def _check_kind(name: str, expected: Sequence[str]) -> None:
    if "/" in name or "\\" in name:
        raise SubmissionRefused(f"{shown(name)} has a folder in its name; submit the file alone.")
    if not folded(name).endswith(".py"):
        raise SubmissionRefused(f"{shown(name)} is not a Python file; submit {_in_words(expected)}.")


def _check_name(name: str, expected: Sequence[str]) -> None:
    if reason := reserved_reason(name):
        raise SubmissionRefused(f"{shown(name)} {reason}, so it cannot be submitted.")
    _check_kind(name, expected)
    if not PYTHON_FILE_NAME.fullmatch(name):
        raise SubmissionRefused(
            f"{shown(name)} is not a name that can be taken; use the letters A to Z, digits and underscores, "
            f"as in {expected[0]}."
        )


def _matched(files: Mapping[str, bytes], expected: Sequence[str]) -> dict[str, bytes]:
    """Return the files by expected name: capitals do not matter, nor does the name of an only file."""
    if len(files) == len(expected) == 1:
        ((name, data),) = files.items()
        _check_kind(name, expected)
        return {expected[0]: data}  # whatever a browser or a download has made of the name
    matched: dict[str, bytes] = {}
    for name, data in files.items():
        _check_name(name, expected)
        plain = name.casefold()
        if plain not in expected:
            raise SubmissionRefused(f"{name} is not asked for; submit {_in_words(expected)}.")
        if plain in matched:
            raise SubmissionRefused(f"Two of the files are named {plain}; submit one of them.")
        matched[plain] = data
    if missing := [name for name in expected if name not in matched]:
        verb = "is" if len(missing) == 1 else "are"
        raise SubmissionRefused(f"{_in_words(missing)} {verb} missing; submit {_in_words(expected)}.")
    return matched


def _in_words(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
