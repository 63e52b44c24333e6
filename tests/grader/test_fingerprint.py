"""Judge and sandbox carry the grading code that they import, and that alone says which release they are of."""

import shutil
import subprocess
import sys
from pathlib import Path

from grader.fingerprint import CARRIED, carried, fingerprint

LIST = """
import sys, grader.judge.server, grader.sandbox.server, grader.testing
print(*(name for name in sys.modules if name.startswith("grader.")))
"""
TELL = "from grader.fingerprint import fingerprint; print(fingerprint())"


def python(source: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-c", source], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_what_is_carried_is_what_judge_sandbox_and_suites_import() -> None:
    names = python(LIST, carried()[0].parents[1]).split()
    parts = {name.split(".")[1] for name in names}
    assert {name.removesuffix(".py") for name in CARRIED} == parts | {"__init__"}


def test_the_fingerprint_is_of_what_is_carried_alone(tmp_path: Path) -> None:
    copy = tmp_path / "grader"
    copy.mkdir()
    for path in carried():
        shutil.copytree(path, copy / path.name) if path.is_dir() else shutil.copy(path, copy)
    assert python(TELL, tmp_path).strip() == fingerprint()
    (copy / "exports").mkdir()
    (copy / "exports" / "__init__.py").write_text("")
    assert python(TELL, tmp_path).strip() == fingerprint()
    (copy / "judge" / "run.py").write_text("")
    assert python(TELL, tmp_path).strip() != fingerprint()
