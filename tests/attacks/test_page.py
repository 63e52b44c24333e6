"""The page on security tells the limits and the tests that there are."""

import re
from pathlib import Path

import pytest

from grader import limits

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
PROMISES, _, REST = PAGE.partition("## Promises")[2].partition("## Limits")
NOT_LIMITS = {"SANDBOX_HIDDEN_PATHS", "SANDBOX_SCRATCH", "SHARED_DIRECTORY", "SOCKET_PATH"}
LIMITS = {name for name in vars(limits) if name.isupper()} - NOT_LIMITS


@pytest.mark.parametrize("name", sorted(LIMITS))
def test_every_limit_is_told_with_its_value(name: str) -> None:
    assert f"| `{name}` | {getattr(limits, name)} |" in PAGE


@pytest.mark.parametrize("path", limits.SANDBOX_HIDDEN_PATHS)
def test_every_covered_path_is_told(path: str) -> None:
    assert f"`{path}`" in PAGE


def test_every_test_that_is_named_is_there() -> None:
    named = re.findall(r"`(tests/[^`]+\.(?:py|toml))`", PAGE)

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_payload_keeps_a_promise() -> None:
    payloads = {path.stem for path in (ROOT / "tests" / "attacks" / "payloads").glob("*.py")}

    assert set(re.findall(r"`([a-gt][0-9]{2}_\w+)`", PROMISES)) == payloads
