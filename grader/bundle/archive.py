"""Bundles as zip archives, of whoever sends them: nothing is unpacked onto a disk, and no header is believed.

An entry's name is judged before anything else, and its bytes are counted while they are inflated. What is refused is
named, all of it at once.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

from grader.bundle.bundle import Bundle
from grader.bundle.content import MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES, MAX_FILE_BYTES, is_ignored, too_large
from grader.bundle.manifest import MANIFEST_FILE
from grader.bundle.names import folded
from grader.bundle.problems import BundleError, listed, shown

_MAX_ENTRIES: Final = 4 * MAX_BUNDLE_FILES  # folders, caches and hidden files are entries too
_ENTRY: Final = b"PK\x01\x02"  # begins each in the archive's directory
# The others inflate a block whole, however large it becomes.
_READ_HERE: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OF_A_FINDER: Final = "__MACOSX"
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_ENCRYPTED: Final = 0x1
_CHUNK_BYTES: Final = 64 * 1024


def read_bundle_zip(data: bytes, name: str) -> Bundle:
    """Read the bundle in a zip archive; its file's `name` names the assignment where that lies in no folder.

    Raises:
        BundleError: it is none; with every problem that is found.
    """
    problems: list[str] = []
    files = _collected(data, problems)
    if problems:
        raise BundleError(dict.fromkeys(problems))
    folder, files = _without_folder(files)
    return Bundle.from_files(folder or PurePosixPath(name.replace("\\", "/")).name.removesuffix(".zip"), files)


def bundle_zip(slug: str, files: Mapping[str, bytes]) -> bytes:
    """Return a bundle's files as a zip archive, in a folder of its slug; the same files make the same bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{slug}/{name}")
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _collected(data: bytes, problems: list[str]) -> dict[str, bytes]:
    """Return the files of an archive; what is wrong with it is added to `problems`."""
    if data.count(_ENTRY) > _MAX_ENTRIES:  # counted before they are read, which takes long
        problems.append(f"The archive has more than {_MAX_ENTRIES:,} entries.")
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            kept = _kept(archive.infolist(), problems)
            return {} if problems else _inflated(archive, kept, problems)
    except (zipfile.BadZipFile, ValueError, EOFError, OverflowError, NotImplementedError):
        problems.append("This is no zip archive, or it is damaged.")
        return {}


def _kept(entries: list[zipfile.ZipInfo], problems: list[str]) -> dict[str, zipfile.ZipInfo]:
    """Return the files that are to be read, by name; refuse what may not be there at all."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = entry.orig_filename.removeprefix("./")
        problem = path_problem(name)
        if problem:
            problems.append(f"{shown(entry.orig_filename)}: {problem}")
        elif name.startswith(f"{_OF_A_FINDER}/") or is_ignored(name.rstrip("/")):
            continue
        elif problem := _kind_problem(entry):
            problems.append(f"{shown(name)}: {problem}")
        elif name in found:
            problems.append(f"{shown(name)}: this name is in the archive twice.")
        elif not name.endswith("/"):
            found[name] = entry
    problems += _clashes(found)
    if len(found) > MAX_BUNDLE_FILES:
        problems.append(f"The bundle holds more than {MAX_BUNDLE_FILES} files.")
    return found


def path_problem(name: str) -> str:
    """Return what is wrong with a path inside an archive, after the path itself; "" for nothing."""
    if not name.isprintable():
        return "this name has characters that cannot be seen."
    if "\\" in name:
        return "this name has a backslash; folders are parted by `/`."
    if name.startswith("/") or _DRIVE.match(name):
        return "this name is absolute; all must lie inside the assignment's folder."
    parts = name.rstrip("/").split("/")
    if ".." in parts:
        return "this name leads out of the assignment's folder."
    return "this name has an empty part." if "" in parts or "." in parts else ""


def _kind_problem(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind == stat.S_IFLNK:
        return "this is a link; a bundle holds regular files only."
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "this is no regular file; a bundle holds regular files only."
    if entry.flag_bits & _ENCRYPTED:
        return "this file is encrypted."
    if entry.compress_type not in _READ_HERE:
        return "this file is packed in a way that is not read here; pack the folder as an ordinary zip."
    return ""


def _clashes(names: Mapping[str, object]) -> list[str]:
    """Name the files that some file system would take for one another, or for a folder of others."""
    problems = []
    first: dict[str, str] = {}
    folders: dict[str, str] = {}
    for name in names:
        other = first.setdefault(folded(name), name)
        if other != name:
            problems.append(f"{shown(other)} and {shown(name)}: these differ in their letters' case or form only.")
        for parent in list(PurePosixPath(name).parents)[:-1]:
            folders.setdefault(folded(str(parent)), name)
    problems += [
        f"{shown(name)}: this is a file, and a folder to {shown(folders[folded(name)])}."
        for name in names
        if folded(name) in folders
    ]
    return problems


def _inflated(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], problems: list[str]
) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MAX_BUNDLE_BYTES
    for name, entry in entries.items():
        try:
            files[name] = _bytes_of(archive, entry, min(left, MAX_FILE_BYTES))
        except (zipfile.BadZipFile, zlib.error, EOFError):
            problems.append(f"{shown(name)}: this file is damaged in the archive.")
            continue
        left -= len(files[name])
        if left < 0:
            problems.append(f"The bundle is larger than {MAX_BUNDLE_BYTES // 2**20} MiB in all.")
            return {}
        if len(files[name]) > MAX_FILE_BYTES:
            problems.append(too_large(name))
    return files


def _bytes_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    """Return the bytes of a file, or one more than `most` of them."""
    data = bytearray()
    with archive.open(entry) as stream:
        while len(data) <= most and (chunk := stream.read(min(_CHUNK_BYTES, most + 1 - len(data)))):
            data += chunk
    return bytes(data)


def _without_folder(files: Mapping[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """Return the name of the folder that the assignment lies in, or "", and the files as they are named inside it."""
    tops = list(dict.fromkeys(name.partition("/")[0] for name in files))
    homes = _homes(files)
    if not homes and len(tops) == 1 and all("/" in name for name in files):
        homes = tops
    if not homes or "" in homes:
        return "", dict(files)
    if len(homes) > 1:
        several = listed(map(shown, homes[:5]))
        raise BundleError([f"The archive holds more than one assignment: {several}. Pack the folder of one alone."])
    home = f"{homes[0]}/"
    if not all(name.startswith(home) for name in files):
        raise BundleError([f"The assignment lies in {shown(home)}, and more lies beside it. Pack that folder alone."])
    return PurePosixPath(home).name, {name.removeprefix(home): data for name, data in files.items()}


def _homes(names: Iterable[str]) -> list[str]:
    """Return the folders that have a manifest, those inside another one not counted; "" for no folder."""
    found = [name.removesuffix(MANIFEST_FILE) for name in names if PurePosixPath(name).name == MANIFEST_FILE]
    outer = [home for home in found if not any(home != other and home.startswith(other) for other in found)]
    return [home.rstrip("/") for home in outer]
