"""Bundles as folders on a disk, and files of other people: links are not followed, sizes not believed."""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from grader.bundle.bundle import Bundle
from grader.bundle.content import MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES, MAX_FILE_BYTES, is_ignored, too_large
from grader.bundle.problems import BundleError, shown

MAX_DEPTH: Final = 4
FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
TOO_LARGE: Final = "is too large"
REASONS: Final = {
    errno.ELOOP: "is a symbolic link",
    errno.ENOENT: "does not exist",
    errno.ENXIO: "is not a regular file",
}


def read_bundle(path: Path) -> Bundle:
    """Read the bundle in the folder `path`; raise BundleError with every problem that is found."""
    folder = Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` would give a linked folder another slug
    if not folder.is_dir():
        raise BundleError([f"{shown(str(path))}: there is no such folder."])
    problems: list[str] = []
    files: dict[str, bytes] = {}
    _collect(folder, "", files, problems)
    try:
        bundle = Bundle.from_files(folder.name, files)
    except BundleError as error:
        raise BundleError(dict.fromkeys(problems + error.problems)) from None
    if problems:
        raise BundleError(problems)
    return bundle


def _collect(folder: Path, prefix: str, files: dict[str, bytes], problems: list[str]) -> None:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        problems.append(f"{shown(prefix)}: this folder cannot be read.")
        return
    for entry in entries:
        name = prefix + entry.name
        if is_ignored(name):
            continue
        if len(files) > MAX_BUNDLE_FILES or sum(map(len, files.values())) > MAX_BUNDLE_BYTES:
            return  # too much already, and said so when the files are checked
        if entry.is_dir() and not entry.is_symlink():
            if name.count("/") < MAX_DEPTH:
                _collect(entry, f"{name}/", files, problems)
            else:
                problems.append(f"{shown(name)}/: this folder is nested too deeply.")
        else:
            _take(entry, name, files, problems)


def _take(entry: Path, name: str, files: dict[str, bytes], problems: list[str]) -> None:
    try:
        files[name] = read_regular(entry, MAX_FILE_BYTES)
    except UnreadableError as reason:
        if str(reason) == TOO_LARGE:
            problems.append(too_large(name))
        else:
            problems.append(f"{shown(name)}: this {reason}; a bundle holds regular files only.")


def read_bundles(paths: Iterable[Path]) -> list[Bundle]:
    """Read several bundles; raise BundleError with all problems, a slug that is used twice among them."""
    bundles: list[Bundle] = []
    problems: list[str] = []
    first: dict[str, Path] = {}
    for path in paths:
        try:
            bundle = read_bundle(path)
        except BundleError as error:
            problems += [f"{shown(str(path))}: {problem}" for problem in error.problems]
            continue
        if bundle.slug in first:
            here, there = shown(str(path)), shown(str(first[bundle.slug]))
            problems.append(f"{there} and {here}: both bundles have the slug `{bundle.slug}`.")
        first.setdefault(bundle.slug, path)
        bundles.append(bundle)
    if problems:
        raise BundleError(problems)
    return bundles


class UnreadableError(Exception):
    """A path whose bytes are not taken; the text is the end of a sentence that begins with its name."""


def read_regular(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of a regular file of at most `max_bytes`; raise UnreadableError for anything else."""
    try:
        descriptor = os.open(path, FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UnreadableError(REASONS.get(getattr(error, "errno", 0), "cannot be read")) from error
    try:
        return _read(descriptor, max_bytes)
    finally:
        os.close(descriptor)


def _read(descriptor: int, max_bytes: int) -> bytes:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableError("is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableError("is not a regular file")
    if status.st_size > max_bytes:
        raise UnreadableError(TOO_LARGE)
    with open(descriptor, "rb", closefd=False) as stream:
        data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:  # it grew
        raise UnreadableError(TOO_LARGE)
    return data
