"""The measurement of the portal measures: on a small scale, and without a word about how fast anything was."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.service

ROOT = Path(__file__).parents[2]
SMALL = ("--quick", "--rounds", "2", "--students", "12", "--seconds", "6")


def test_the_portal_is_measured_under_a_crowd_in_which_nothing_fails(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "tests.benchmarks", "portal", *SMALL, "--out", str(out)]

    measured = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert measured.returncode == 0, measured.stdout + measured.stderr
    figures = json.loads(out.read_text())["portal"]
    assert figures["idle"]["clicks"] == 2
    assert figures["idle"]["failures"] == {}
    assert figures["loaded"]["failures"] == {}
    assert figures["loaded"]["unfinished"] == 0
    assert figures["loaded"]["not_graded"] == 0
    assert figures["loaded"]["runs"] == figures["loaded"]["clicks"] >= 2 * 12  # each checks and submits
    assert figures["idle"]["score"]["count"] == 2
    assert {"assignment page", "save draft", "check", "submit", "result"} <= set(figures["loaded"]["requests"])
