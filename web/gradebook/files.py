"""The gradebook as a file: CSV for spreadsheets, or a zip of results for Gradescope."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flask import Response, abort
from sqlalchemy.orm import Session

from grader.exports.gradescope import to_gradescope
from records.courses.members import CourseRef
from records.marking.gradebook import Gradebook, StudentRow
from records.marking.queries import active_runs
from records.submissions.attempts import Attempt
from web.gradebook.forms import GradebookFilter
from web.gradebook.presenters import filtered_gradebook, sorted_rows
from web.ui.csv import Value, sent_csv
from web.ui.zip import sent_zip

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9@._+-]")


def send_gradebook(session: Session, course: CourseRef, form: str, wanted: GradebookFilter) -> Response:
    """Return the gradebook as a file: `form` is "csv" or "gradescope"; anything else is answered with 404."""
    book = filtered_gradebook(session, course, wanted)
    if form == "csv":
        headings, rows = _table(book, wanted)
        return sent_csv(f"{course.slug}-gradebook", headings, rows)
    if form != "gradescope":
        abort(404)
    return sent_zip(f"{course.slug}-gradescope", _gradescope_files(session, book))


def _table(book: Gradebook, wanted: GradebookFilter) -> tuple[list[str], Iterator[list[Value]]]:
    headings = ["Name", "E-mail", "Section", *(["Withdrawn"] if wanted.withdrawn else [])]
    for assignment in book.assignments:
        of = assignment.slug
        headings += [f"{of}: points", f"{of}: of", f"{of}: attempt", f"{of}: attempts", f"{of}: late %", f"{of}: flags"]
    headings += ["Total", "Total: of"]
    rows = sorted_rows(book, wanted)
    return headings, ([*_values(row, withdrawn=wanted.withdrawn), row.total, book.max_total] for row in rows)


def _values(row: StudentRow, *, withdrawn: bool) -> list[Value]:
    values: list[Value] = [row.name, row.email, row.section, *(["yes" if row.withdrawn else ""] if withdrawn else [])]
    for cell in row.cells:
        attempt = cell.attempt
        late = attempt.percent_off if attempt is not None and attempt.percent_off else None
        number = attempt.number if attempt is not None else None
        values += [cell.final_score, cell.max_points, number, cell.submitted, late, ", ".join(cell.flags)]
    return values


def _gradescope_files(session: Session, book: Gradebook) -> Iterator[tuple[str, str]]:
    """Yield a results.json in Gradescope's format for each active submission."""
    active = {
        cell.attempt.submission_id: (assignment.slug, row.email, cell.attempt)
        for row in book.rows
        for assignment, cell in zip(book.assignments, row.cells, strict=True)
        if cell.attempt is not None and cell.final_score is not None
    }
    folders: set[str] = set()
    for submission_id, graded in _graded(session, list(active)):
        slug, email, attempt = active[submission_id]
        folder = f"{slug}/{_UNSAFE.sub('_', email)}"
        folder = folder if folder not in folders else f"{folder}-{submission_id[:8]}"
        folders.add(folder)
        yield f"{folder}/results.json", json.dumps(_results(graded, attempt), indent=1)


def _graded(session: Session, submission_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the results of grading in Gradescope's format; last those scored by a grader alone, without tests."""
    without_run = dict.fromkeys(submission_ids)
    for run in active_runs(session, submission_ids):
        without_run.pop(run.submission_id)
        yield run.submission_id, to_gradescope(run.result())
    for submission_id in without_run:
        yield submission_id, {"output": "This was not graded by tests."}


def _results(graded: Mapping[str, Any], attempt: Attempt) -> dict[str, Any]:
    output = [graded["output"]]
    if attempt.rubric:
        output.append(f"Rubric items: {attempt.rubric:+.12g} points.")
    if attempt.percent_off:
        output.append(f"Submitted late: {attempt.percent_off:g} % off.")
    if attempt.override is not None:
        output.append(f"A grader set the score to {attempt.override:.12g} points.")
    return {**graded, "score": attempt.final_score, "output": "\n".join(filter(None, output))}
