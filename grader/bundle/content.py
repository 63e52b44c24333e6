"""The bytes of a bundle: which files count, how large they may be, and the hash that is their version."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import PurePosixPath
from typing import Final

from grader.bundle.problems import did_you_mean, shown

MAX_FILE_BYTES: Final = 1024 * 1024
MAX_BUNDLE_BYTES: Final = 16 * 1024 * 1024
MAX_BUNDLE_FILES: Final = 1000

REQUIRED_FILES: Final = ("assignment.toml", "prompt.md", "test_public.py", "test_hidden.py")
OPTIONAL_FILES: Final = ("starter.py", "support.py", "reference.py", "cards.toml")
SAMPLE_FOLDERS: Final = ("right", "wrong")
FOLDERS: Final = (*SAMPLE_FOLDERS, "starter", "reference")
# Files of data beside the suite, by ending: text, and what NumPy saves, which begins with these bytes.
TEXT_DATA_ENDINGS: Final = (".csv", ".json", ".txt")
BINARY_DATA_BEGINNINGS: Final = {".npy": b"\x93NUMPY", ".npz": b"PK"}
DATA_ENDINGS: Final = (*TEXT_DATA_ENDINGS, *BINARY_DATA_BEGINNINGS)
_DATA_NAME: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,59}}({'|'.join(map(re.escape, DATA_ENDINGS))})")

BACKUP_ENDINGS: Final = ("~", ".bak", ".orig", ".rej", ".swp", ".swo", ".pyc", ".pyo")


def is_ignored(name: str) -> bool:
    """Say whether a relative path is a hidden file, a cache or an editor's backup, which no bundle holds."""
    return any(_is_ignored_part(part) for part in name.split("/"))


def is_data(name: str) -> bool:
    """Say whether a relative path is that of a file of data beside the suite, which the judge alone has."""
    return _DATA_NAME.fullmatch(name) is not None


def is_text(name: str) -> bool:
    """Say whether a file of a bundle holds text, as all do but what NumPy saves."""
    return not name.endswith(tuple(BINARY_DATA_BEGINNINGS))


def _is_ignored_part(part: str) -> bool:
    return (
        part.startswith(".")
        or part == "__pycache__"
        or part.endswith(BACKUP_ENDINGS)
        or (part.startswith("#") and part.endswith("#"))
    )


def content_hash(purpose: str, files: Mapping[str, bytes]) -> str:
    """Return the SHA-256, in hex, of the files' names and bytes, whatever their order."""
    digest = hashlib.sha256()
    # Each part is preceded by its length: no two different sets of files give the same stream.
    named = sorted((name.encode(), data) for name, data in files.items())
    for part in (purpose.encode(), *chain.from_iterable(named)):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def size_problems(files: Mapping[str, bytes]) -> list[str]:
    """Name every file that is absurdly large, and a bundle that is."""
    problems = [too_large(name) for name, data in files.items() if len(data) > MAX_FILE_BYTES]
    if sum(map(len, files.values())) > MAX_BUNDLE_BYTES:
        problems.append(f"The bundle is larger than {MAX_BUNDLE_BYTES // 2**20} MiB in all.")
    if len(files) > MAX_BUNDLE_FILES:
        problems.append(f"The bundle holds more than {MAX_BUNDLE_FILES} files.")
    return problems


def too_large(name: str) -> str:
    """Return the sentence for a file over the limit."""
    return f"{shown(name)}: the file is larger than {MAX_FILE_BYTES // 2**20} MiB."


def text_problems(files: Mapping[str, bytes]) -> list[str]:
    """Name every file that is not UTF-8 text, and the line where it stops being so; NumPy's must be NumPy's."""
    problems = []
    for name, data in files.items():
        if not is_text(name):
            if not data.startswith(BINARY_DATA_BEGINNINGS[PurePosixPath(name).suffix]):
                problems.append(f"{shown(name)}: this file is not what `numpy.save` or `numpy.savez` writes.")
            continue
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            problems.append(f"{shown(name)}: line {line} is not UTF-8 text.")
    return problems


def layout_problems(files: Mapping[str, bytes]) -> list[str]:
    """Name every file that is missing and every file or folder that has no place in a bundle."""
    problems = [f"{name}: this file is missing." for name in REQUIRED_FILES if name not in files]
    tops = sorted({(name.partition("/")[0], "/" in name) for name in files})
    problems += [
        f"{name}.py: this file is missing."
        for name in ("starter", "reference")
        if f"{name}.py" not in files and (name, True) not in tops
    ]
    problems += [
        f"{folder}/: there is no {folder} answer; write at least one as {folder}/NAME.py."
        for folder in SAMPLE_FOLDERS
        if (folder, True) not in tops
    ]
    problems += [
        f"{shown(name)}: a suite has no conftest.py; put helpers in the test files."
        for name in files
        if PurePosixPath(name).name == "conftest.py"
    ]
    known = REQUIRED_FILES + OPTIONAL_FILES
    for top, is_folder in tops:
        if is_folder and top not in FOLDERS:
            problems.append(f"{shown(top)}/: unknown folder{did_you_mean(top, FOLDERS)}{_data_hint(top, files)}")
        elif not is_folder and top not in (*known, "conftest.py") and not is_data(top):
            problems.append(f"{shown(top)}: {_unknown_file(top, known)}")
    return problems


def _unknown_file(name: str, known: Iterable[str]) -> str:
    if name.endswith(DATA_ENDINGS):
        return "a file of data is named with letters, digits, `_` and `-`, at most 60 before its ending."
    return f"unknown file{did_you_mean(name, known)}"


def _data_hint(folder: str, files: Iterable[str]) -> str:
    inside = [name for name in files if name.startswith(f"{folder}/")]
    if inside and all(name.endswith(DATA_ENDINGS) for name in inside):
        return " Files of data lie beside the suite, in no folder."
    return ""
