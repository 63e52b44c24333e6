"""Which isolation this machine can raise."""

from pathlib import Path

import pytest

from tests.commands import ROOT
from worker.benches.bench import Bench
from worker.isolation.docker.containers import Docker

ISOLATION = ("No network", "Read-only", "Out of sight", "Alone", "Unprivileged", "Limited")


def test_each_isolation_is_tried_and_told(gradeloop, bench: Bench) -> None:
    result = gradeloop("doctor")
    marks = {line.strip()[2:]: line.strip()[0] for line in result.stdout.splitlines() if line.strip()[:1] in "✓✗"}
    titles = list(marks)
    assert titles[:2] == [
        "bubblewrap is installed",
        "Outer isolation: bubblewrap, around the judge and around the sandbox",
    ]
    assert titles[2].startswith("Inner isolation: namespaces of its own for each submission")
    assert [title.split(":")[0] for title in titles[3:]] == list(ISOLATION)
    assert (marks[titles[2]] == "✓") is bench.namespaces
    assert result.exit_code == (0 if set(marks.values()) == {"✓"} else 1)


def test_docker_isolation_are_tried_where_they_are_chosen(
    gradeloop, docker_isolation: Docker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADELOOP_ISOLATION", "docker")
    monkeypatch.setenv("GRADELOOP_IMAGE_NUMPY", docker_isolation.images["numpy"])
    result = gradeloop("doctor")
    assert "✓ Outer isolation: Docker, around the judge and around the sandbox" in result.stdout
    assert "✗" not in result.stdout
    assert result.exit_code == 0


def test_a_submission_is_graded_behind_docker_isolation_where_they_are_chosen(
    gradeloop, docker_isolation: Docker, double: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADELOOP_ISOLATION", "docker")
    monkeypatch.setenv("GRADELOOP_IMAGE_NUMPY", docker_isolation.images["numpy"])
    answer = double / "double.py"
    (double / "reference.py").rename(answer)
    result = gradeloop("grade", ROOT / "tests/bundles/double", answer)
    assert result.exit_code == 0
    assert "4 of 4" in result.stdout or "4/4" in result.stdout


def test_without_bubblewrap_it_says_what_to_install(shell, no_programs: Path) -> None:
    done = shell("doctor", path=no_programs)
    said = " ".join(done.stdout.split())
    assert done.returncode == 3
    assert "✗ bubblewrap is installed: it is not" in said
    assert "`bwrap` is not installed; install the package `bubblewrap`." in said
    assert "What may help: - Install bubblewrap" in said


def test_a_bubblewrap_that_may_not_work_is_quoted(shell, no_programs: Path) -> None:
    for name, lines in {"bwrap": "echo 'bwrap: No permissions \033[2J' >&2\nexit 1", "setpriv": "exit 1"}.items():
        (no_programs / name).write_text(f"#!/bin/sh\n{lines}\n")
        (no_programs / name).chmod(0o755)
    done = shell("doctor", path=no_programs)
    assert done.returncode == 3
    assert "bwrap: No permissions" in " ".join(done.stdout.split())
    assert "\x1b" not in done.stdout
