"""Tables for spreadsheets: CSV in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from flask import Response, stream_with_context

Value = str | int | float | None

# What spreadsheets take for the beginning of a formula; a figure of ours is none.
_BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM: Final = "\ufeff"  # else some spreadsheets take UTF-8 for something else


def without_formulas(value: Value) -> str:
    """Return a cell: text that a spreadsheet would take for a formula is made plain by an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{round(value, 4):.12g}"
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if value.startswith(_BEGINNINGS) or value.lstrip().startswith(_BEGINNINGS) else value


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield a table as CSV, row by row, the headings first."""
    for row in chain([headings], rows):
        written = io.StringIO()
        csv.writer(written).writerow(map(without_formulas, row))
        yield written.getvalue()


def sent_csv(name: str, headings: Sequence[str], rows: Iterable[Sequence[Value]]) -> Response:
    """Return the answer that has a table saved as a file of this name; it is sent while it is made."""
    data = (f"{_BOM if number == 0 else ''}{line}" for number, line in enumerate(csv_of(headings, rows)))
    disposition = f'attachment; filename="{name}.csv"'
    return Response(stream_with_context(data), mimetype="text/csv", headers={"Content-Disposition": disposition})
