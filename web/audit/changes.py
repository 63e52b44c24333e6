"""What an entry of the audit log changed, in words."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from records.database.audit import AuditEntry

_MAX_VALUE: Final = 2_000  # characters
_NOT_SHOWN: Final = frozenset({"revision"})


class Change(NamedTuple):
    """One value that was changed: its name, and what it was and is; "" for nothing."""

    name: str
    before: str
    after: str


def changes_in(entry: AuditEntry) -> list[Change]:
    """Return what an entry changed, besides its own reason."""
    before, after = _as_mapping(entry.before), _as_mapping(entry.after)
    names = [name for name in dict.fromkeys([*before, *after]) if name not in _NOT_SHOWN]
    changes = [Change(name.replace("_", " "), in_words(before.get(name)), in_words(after.get(name))) for name in names]
    changed = [change for change in changes if change.before != change.after]
    return [change for change in changed if not change.after or change.after != entry.reason]


def in_words(value: Any) -> str:
    """Return plain data as somebody reads it; "" for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{round(value, 4):.12g}"
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {in_words(one)}" for name, one in value.items())
    text = str(value)
    return text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…"


def _as_mapping(data: Any) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    return {} if data is None else {"value": data}
