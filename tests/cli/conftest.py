"""Ways to run a command, and folders to run it on."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from tests.commands import ROOT, program, run

Invoke = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def gradeloop() -> Invoke:
    """Run `gradeloop` with these arguments, in this process."""
    return run


@pytest.fixture(scope="session")
def shell() -> Shell:
    """Run `gradeloop` in a process of its own."""
    return program


@pytest.fixture
def double(tmp_path: Path) -> Path:
    """A small assignment in good order, to be spoilt."""
    return shutil.copytree(ROOT / "tests/bundles/double", tmp_path / "double")


@pytest.fixture
def no_programs(tmp_path: Path) -> Path:
    """A folder without a single program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder
