"""Reading a roster: a table of people as a university exports it, checked row by row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast, get_args

from records.courses.models import Role
from records.courses.roster import RosterEntry
from records.people.accounts import EMAIL

MAX_ROSTER_BYTES: Final = 4 * 1024 * 1024
MAX_ROSTER_ROWS: Final = 50_000
_COLUMNS: Final[Mapping[str, Sequence[str]]] = {
    "email": ("email", "e-mail", "mail", "email address", "e-mail address"),
    "name": ("name", "full name", "student", "student name"),
    "first": ("first name", "given name", "forename"),
    "last": ("last name", "family name", "surname"),
    "section": ("section", "sections", "group"),
    "role": ("role",),
}
_ROLES: Final = get_args(Role)


@dataclass(frozen=True)
class Roster:
    """A file as read: people, a sentence with its row number for each mistake, and the file as text."""

    entries: tuple[RosterEntry, ...]
    errors: tuple[str, ...]
    text: str = ""


def read_roster(data: bytes) -> Roster:
    """Read a table whose first row has headings: e-mail, and perhaps name (or first and last name), section and role.

    What a table has no column for is None, and so is an empty role: it says nothing about it.
    Columns may be separated by commas, semicolons or tabs; UTF-8, UTF-16 and Windows-1252 are recognized.
    """
    if len(data) > MAX_ROSTER_BYTES:
        return Roster((), (f"The file is larger than {MAX_ROSTER_BYTES // 2**20} MiB.",))
    text = _decoded(data)
    if text is None or "\0" in text:
        return Roster((), ("The file is not text. Export the table as CSV, in UTF-8.",))
    try:
        rows = _rows(text)
    except csv.Error as error:
        return Roster((), (f"The file cannot be read as a table: {error}.",))
    if len(rows) > MAX_ROSTER_ROWS + 1:
        return Roster((), (f"The file has more than {MAX_ROSTER_ROWS:,} rows.",))
    if not rows:
        return Roster((), ("The file is empty.",))
    return replace(_read(rows), text=text)


def _decoded(data: bytes) -> str | None:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if wide else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _rows(text: str) -> list[tuple[int, list[str]]]:
    heading = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]


def _read(rows: Sequence[tuple[int, list[str]]]) -> Roster:
    places = _places(rows[0][1])
    if "email" not in places:
        return Roster((), ("Row 1: the headings must have an e-mail column.",))
    if ("first" in places) != ("last" in places) and "name" not in places:
        return Roster((), ("Row 1: the headings must have a name column, or both first name and last name.",))
    entries: list[RosterEntry] = []
    errors: list[str] = []
    first_seen: dict[str, int] = {}
    for number, cells in rows[1:]:
        values = {name: " ".join(cells[place].split()) if place < len(cells) else "" for name, place in places.items()}
        problems = list(_problems(values))
        email = values["email"].casefold()
        if email and email in first_seen:
            problems.append(f"{email} is in row {first_seen[email]} already")
        first_seen.setdefault(email, number)
        errors += [f"Row {number}: {problem}." for problem in problems]
        if not problems:
            entries.append(_entry(number, email, values))
    if not rows[1:]:
        errors.append("The file has headings but no people.")
    return Roster(tuple(entries), tuple(errors))


def _places(headings: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(heading.split()).casefold() for heading in headings]
    found: dict[str, int] = {}
    for column, names in _COLUMNS.items():
        place = next((plain.index(name) for name in names if name in plain), None)
        if place is not None:
            found[column] = place
    return found


def _problems(values: Mapping[str, str]) -> Iterator[str]:
    if not values["email"]:
        yield "there is not an e-mail address"
    elif not EMAIL.fullmatch(values["email"]):
        yield f"{values['email'][:100]} is not an e-mail address"
    name = _name(values)
    if name == "":
        yield "there is no name"
    elif name and len(name) > 100:
        yield "the name is longer than 100 characters"
    if values.get("role") and values["role"].casefold() not in _ROLES:
        yield f"{values['role'][:40]} is not a role; roles are {', '.join(_ROLES)}"
    if len(values.get("section", "")) > 100:
        yield "the section is longer than 100 characters"


def _name(values: Mapping[str, str]) -> str | None:
    """Return somebody's name, None where the table has no names."""
    if not values.keys() & {"name", "first"}:
        return None
    return values.get("name") or f"{values.get('first', '')} {values.get('last', '')}".strip()


def _entry(number: int, email: str, values: Mapping[str, str]) -> RosterEntry:
    role = cast(Role | None, values.get("role", "").casefold() or None)
    return RosterEntry(number, email, _name(values), values.get("section"), role)
