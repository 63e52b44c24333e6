"""Bundles are read from folders that hold regular files and nothing else."""

import os
from pathlib import Path

import pytest

from grader.bundle.bundle import Bundle
from grader.bundle.disk import read_bundle, read_bundles
from grader.bundle.problems import BundleError


@pytest.fixture
def folder(tmp_path: Path, files: dict[str, bytes]) -> Path:
    """A bundle on the disk."""
    return write(tmp_path / "double", files)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def problems(path: Path) -> list[str]:
    with pytest.raises(BundleError) as caught:
        read_bundle(path)
    return caught.value.problems


def test_a_folder_is_read(folder, files):
    assert read_bundle(folder) == Bundle.from_files("double", files)


def test_times_modes_caches_and_backups_do_not_change_the_version(folder):
    before = read_bundle(folder).version
    os.utime(folder / "prompt.md", (1, 1))
    (folder / "prompt.md").chmod(0o600)
    write(folder, {"__pycache__/x.pyc": b"\xff", ".idea/x": b"x", "prompt.md~": b"old", ".x.swp": b"\xff"})
    (folder / ".#prompt.md").symlink_to("nowhere")  # an editor's lock
    assert read_bundle(folder).version == before


def test_the_slug_is_the_name_of_the_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    assert read_bundle(Path()).slug == "double"
    assert read_bundle(folder / "right" / "..").slug == "double"


def test_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    assert problems(tmp_path / "none") == [f"{tmp_path}/none: there is no such folder."]
    assert problems(tmp_path / "file") == [f"{tmp_path}/file: there is no such folder."]


def test_links_are_refused(folder):
    (folder / "prompt.md").unlink()
    (folder / "prompt.md").symlink_to("/etc/passwd")
    (folder / "starter").symlink_to("right")
    assert problems(folder)[:2] == [
        "prompt.md: this is a symbolic link; a bundle holds regular files only.",
        "starter: this is a symbolic link; a bundle holds regular files only.",
    ]


def test_a_pipe_is_refused_and_not_waited_for(folder):
    os.mkfifo(folder / "support.py")
    assert problems(folder) == ["support.py: this is not a regular file; a bundle holds regular files only."]


def test_a_huge_file_is_not_read(folder):
    with (folder / "support.py").open("wb") as stream:
        stream.truncate(2**40)
    assert problems(folder) == ["support.py: the file is larger than 1 MiB."]


def test_a_folder_nested_too_deeply_is_refused(folder):
    write(folder, {"right/a/b/c/d/e/f.py": b""})
    assert "right/a/b/c/d/: this folder is nested too deeply." in problems(folder)


def test_a_name_that_is_not_text_is_shown_as_such(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.py")).write_bytes(b"")
    assert problems(folder) == ["\\udcff.py: unknown file."]


def test_several_bundles_are_read_in_order(tmp_path, files):
    paths = [write(tmp_path / name, files) for name in ("triple", "double")]
    assert [bundle.slug for bundle in read_bundles(paths)] == ["triple", "double"]


def test_two_bundles_of_one_slug_are_refused(tmp_path, files, monkeypatch):
    monkeypatch.chdir(tmp_path)  # long paths are cut where they are told
    one, two = (write(Path(course) / "double", files) for course in ("one", "two"))
    with pytest.raises(BundleError) as caught:
        read_bundles([one, two])
    assert caught.value.problems == [f"{one} and {two}: both bundles have the slug `double`."]


def test_the_problems_of_several_bundles_are_named_together(tmp_path, files):
    one = write(tmp_path / "one", files | {"prompt.md": b""})
    two = write(tmp_path / "two", files | {"cards.toml": b"cards = []"})
    with pytest.raises(BundleError) as caught:
        read_bundles([one, two])
    assert caught.value.problems == [
        f"{one}: prompt.md: the statement is empty.",
        f"{two}: cards.toml: `cards` must have at least one item.",
    ]
