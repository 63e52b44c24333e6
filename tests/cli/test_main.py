"""The command line as a whole."""

import subprocess
import sys

import pytest

COMMANDS = ("grade", "verify", "new", "doctor", "up", "worker", "scheduler", "web", "migrate", "send")


def test_help_names_every_command_and_exit_status(gradeloop) -> None:
    result = gradeloop("--help")
    assert result.exit_code == 0
    assert all(command in result.stdout for command in COMMANDS)
    assert "Exit status: 0 done, 1 a gate is shut or isolation is missing, 2 bad usage" in result.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself_and_its_exit_status(gradeloop, command: str) -> None:
    result = gradeloop(command, "-h")
    assert result.exit_code == 0
    assert "Exit status: 0" in result.stdout


@pytest.mark.parametrize(
    "arguments", [("bogus",), ("grade",), ("grade", "."), ("verify",), ("new",), ("doctor", "x"), ("worker",)]
)
def test_bad_usage_ends_with_2(gradeloop, arguments: tuple[str, ...]) -> None:
    result = gradeloop(*arguments)
    assert result.exit_code == 2
    assert "Error:" in result.stderr


def test_the_module_is_the_program_too(shell) -> None:
    done = shell("--version")
    assert done.returncode == 0
    assert done.stdout.startswith("gradeloop, version ")


def test_the_commands_load_neither_portal_nor_database_nor_broker_before_they_need_them() -> None:
    # Besides the seconds it takes: prometheus_client chooses when it is imported between one process and several.
    late = ("celery", "flask", "libcst", "prometheus_client", "redis", "sqlalchemy")
    code = f"import sys, cli; print([name for name in {late} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
