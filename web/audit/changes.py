"""What an entry of the audit log changed, in words."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from records.database.audit import AuditEntry

_LONG: Final = 2_000  # characters
_UNSAID: Final = frozenset({"revision"})


class Change(NamedTuple):
    """One value that was changed: its name, and what it was and is; "" for nothing."""

    name: str
    before: str
    after: str


def changes_in(entry: AuditEntry) -> list[Change]:
    """Return what an entry changed, besides its own reason."""
    before, after = _plain(entry.before), _plain(entry.after)
    names = [name for name in dict.fromkeys([*before, *after]) if name not in _UNSAID]
    changes = [Change(name.replace("_", " "), words_of(before.get(name)), words_of(after.get(name))) for name in names]
    told = [change for change in changes if change.before != change.after]
    return [change for change in told if not change.after or change.after != entry.reason]


def words_of(value: Any) -> str:
    """Return plain data as somebody reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{round(value, 4):.12g}"
    if isinstance(value, list):
        return ", ".join(map(words_of, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {words_of(one)}" for name, one in value.items())
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"


def _plain(data: Any) -> Mapping[str, Any]:
    if isinstance(data, Mapping):
        return data
    return {} if data is None else {"value": data}
