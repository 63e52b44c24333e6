"""The numbers that faults leave, in a file, for the tests may run in another process than the one that reports."""

import json
from pathlib import Path
from typing import Any, Final

__all__ = ["forget", "keep", "told"]

_OUT: Final = Path(__file__).parents[3] / "build" / "faults.json"


def forget() -> None:
    """Forget those of an earlier run of the tests."""
    _OUT.unlink(missing_ok=True)


def keep(fault: str, numbers: dict[str, Any]) -> None:
    """Add the numbers of a fault."""
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(json.dumps({**_kept(), fault: numbers}, indent=2) + "\n")


def told() -> list[str]:
    """Return a line for each fault."""
    return [
        f"{fault}: " + ", ".join(f"{name} {number}" for name, number in numbers.items())
        for fault, numbers in _kept().items()
    ]


def _kept() -> dict[str, Any]:
    return json.loads(_OUT.read_text()) if _OUT.exists() else {}
