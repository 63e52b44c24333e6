"""The folder of a new assignment."""

from pathlib import Path

import pytest

from grader.bundle.disk import read_bundle


def test_a_new_assignment_is_complete_and_named_after_its_slug(gradeloop, tmp_path: Path) -> None:
    result = gradeloop("new", "loss_functions", "--directory", tmp_path)
    assert result.exit_code == 0
    bundle = read_bundle(tmp_path / "loss_functions")
    assert bundle.manifest.title == "Loss functions"
    assert "TITLE" not in bundle.prompt
    assert len(bundle.right) >= 2
    assert len(bundle.wrong) >= 3
    assert bundle.cards


def test_what_to_do_next_is_said_with_the_folders_own_path(gradeloop, tmp_path: Path) -> None:
    said = "".join(gradeloop("new", "mine", "--directory", tmp_path).stdout.split())
    assert f"gradeloopverify{tmp_path}/mine" in said
    assert f"gradeloopgrade{tmp_path}/mine{tmp_path}/mine/wrong/summed.py" in said
    assert (tmp_path / "mine/wrong/summed.py").is_file()


@pytest.mark.parametrize("slug", ["Mine", "my-task", "1st", "../mine", "a/b", "été", "a" * 65, "", "mine ", "mine\n"])
def test_a_slug_that_no_bundle_has_is_refused(gradeloop, tmp_path: Path, slug: str) -> None:
    result = gradeloop("new", slug, "--directory", tmp_path)
    assert result.exit_code == 2
    assert "a bundle's folder is named with lower-case letters, digits and `_`" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_already_is_left_alone(gradeloop, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("dear")
    result = gradeloop("new", "mine", "--directory", tmp_path)
    assert result.exit_code == 2
    assert f"{tmp_path / 'mine'} exists already; nothing was changed." in result.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


def test_the_folder_to_make_it_in_must_be_there(gradeloop, tmp_path: Path) -> None:
    assert gradeloop("new", "mine", "--directory", tmp_path / "nowhere").exit_code == 2


@pytest.mark.parametrize("beside", [True, False])
def test_it_is_made_in_assignments_if_there_is_such_a_folder(shell, tmp_path: Path, beside: bool) -> None:
    if beside:
        (tmp_path / "assignments").mkdir()
    done = shell("new", "mine", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / ("assignments/mine" if beside else "mine")).is_dir()
