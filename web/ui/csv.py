"""CSV for spreadsheets, in which no cell is a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from flask import Response, stream_with_context

Value = str | int | float | None

# Spreadsheets read text that begins like this as a formula; our own numbers are not text.
_BEGINNINGS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
_BOM: Final = "\ufeff"  # without it, some spreadsheets do not read UTF-8


def without_formulas(value: Value) -> str:
    """Return the text of a cell; an apostrophe disarms what a spreadsheet would read as a formula."""
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
    """Return a response that downloads a table under this name; it is streamed."""
    data = (f"{_BOM if number == 0 else ''}{line}" for number, line in enumerate(csv_of(headings, rows)))
    disposition = f'attachment; filename="{name}.csv"'
    return Response(stream_with_context(data), mimetype="text/csv", headers={"Content-Disposition": disposition})
