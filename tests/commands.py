"""Ways to run `gradeloop`."""

import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from cli import main

__all__ = ["ROOT", "program", "run"]

ROOT = Path(__file__).parents[1]


def run(*arguments: object) -> Result:
    """Run `gradeloop` with these arguments, in this process."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def program(*arguments: object, path: Path | None = None, cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """Run `gradeloop` in a process of its own, with `path` as the only folder that programs are looked for in."""
    environment = {**os.environ, "COLUMNS": "80", **({} if path is None else {"PATH": str(path)})}
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, timeout=120)
