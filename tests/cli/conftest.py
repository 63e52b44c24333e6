"""Ways to run a command, and folders to run it on."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli import main

ROOT = Path(__file__).parents[2]
Invoke = Callable[..., Result]
Shell = Callable[..., "subprocess.CompletedProcess[str]"]


def run(*arguments: object) -> Result:
    """Run `gradeloop` with these arguments, in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def program(*arguments: object, path: Path | None = None, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run `gradeloop` in a process of its own, with `path` as the only folder that programs are looked for in."""
    environment = {**os.environ, **({} if path is None else {"PATH": str(path)})}
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, timeout=120)


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
