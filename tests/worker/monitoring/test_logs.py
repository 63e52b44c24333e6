"""Log lines can be read by machines, Celery's too, and hold no password and no text of an exception."""

import json
import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys, warnings
import structlog
from worker.monitoring.logs import set_up_logs, trace_of
from worker.settings import Settings

set_up_logs(Settings(log_format=sys.argv[1]))
with structlog.contextvars.bound_contextvars(run="r1"):
    structlog.get_logger("gradeloop.test").info("run finished", tests=3)
logging.getLogger("celery.worker").warning("Connected to redis://:hunter2@broker:6379/0")
structlog.get_logger("gradeloop.test").info("opened", url="postgresql+psycopg://gradeloop:hunter2@host/name")
warnings.warn("old")
try:
    raise ValueError("print(secret)")
except ValueError as error:
    structlog.get_logger("gradeloop.test").error("broke", error=type(error).__name__, trace=trace_of(error))
"""


def written(form: str) -> str:
    done = subprocess.run([sys.executable, "-c", PROGRAM, form], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


def test_json_lines_say_what_happened_to_which_run() -> None:
    first, celery, *_ = map(json.loads, written("json").splitlines())
    assert (first["event"], first["run"], first["tests"], first["level"]) == ("run finished", "r1", 3, "info")
    assert (celery["logger"], celery["level"]) == ("celery.worker", "warning")
    assert first["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_holds_a_password_or_the_text_of_an_exception(form: str) -> None:
    text = written(form)
    assert "redis://:***@broker:6379/0" in text
    assert "postgresql+psycopg://gradeloop:***@host/name" in text
    assert "hunter2" not in text
    assert "ValueError" in text
    assert "secret" not in text


def test_text_lines_are_for_people() -> None:
    assert "run finished" in written("text").splitlines()[0]


def test_warnings_become_lines() -> None:
    assert any(json.loads(line)["logger"] == "py.warnings" for line in written("json").splitlines())
