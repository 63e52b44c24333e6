"""The gradebook, for programs: what each student has at each assignment, in pages or as a file."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Final

from flask import Response

from records.courses.models import Assignment
from records.database.engine import clock
from records.marking.gradebook import Gradebook, GradebookCell, StudentRow, gradebook_of, in_order_of
from web.api import gradebook_schemas as schemas
from web.api.blueprint import bp, fails
from web.extensions import services
from web.gradebook.files import send_gradebook
from web.gradebook.forms import GradebookFilter
from web.security.permissions import Permission, current_member, requires

_FILE: Final[dict[int, dict[str, Any]]] = {
    200: {
        "description": "A table, the whole as JSON, or a zip with a results.json for each active submission.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}

_NO_ATTEMPT: Final = SimpleNamespace(percent_off=0.0, rubric=0.0, override=None)


@bp.get("/courses/<course>/gradebook")
@requires(Permission.GRADE)
@bp.input(schemas.GradebookQuery, location="query")
@bp.output(schemas.GradebookOut)
@fails(404, 422)
def show_gradebook(course: str, query_data: schemas.GradebookQuery) -> schemas.GradebookOut:
    """Show what each student has at each assignment; for staff."""
    with services().database.read() as session:
        member = current_member()
        course_id, at = member.course.id, clock(session)
        book = gradebook_of(session, course_id, at, section=query_data.section, withdrawn=query_data.withdrawn)
    rows = in_order_of(book.rows, "name")
    begin = (query_data.page - 1) * query_data.per_page
    return schemas.GradebookOut.of(
        book,
        query_data,
        assignments=list(map(_column, book.assignments)),
        students=_students(book, rows[begin : begin + query_data.per_page]),
        total=len(rows),
    )


@bp.get("/courses/<course>/gradebook/export")
@requires(Permission.GRADE)
@bp.input(schemas.GradebookFileQuery, location="query")
@fails(404, 422, answers=_FILE)
def export_gradebook(course: str, query_data: schemas.GradebookFileQuery) -> Response:
    """Send the whole gradebook as a file; for staff."""
    with services().database.read() as session:
        member = current_member()
        if query_data.form != "json":
            return send_gradebook(
                session, member.course, query_data.form, GradebookFilter(withdrawn=query_data.withdrawn)
            )
        book = gradebook_of(session, member.course.id, clock(session), withdrawn=query_data.withdrawn)
    students = _students(book, in_order_of(book.rows, "name"))
    whole = schemas.WholeGradebookOut.of(book, assignments=list(map(_column, book.assignments)), students=students)
    disposition = f'attachment; filename="{member.course.slug}-gradebook.json"'
    headers = {"Content-Disposition": disposition}
    return Response(f"{whole.model_dump_json(indent=1)}\n", mimetype="application/json", headers=headers)


def _column(assignment: Assignment) -> schemas.ColumnOut:
    max_points = assignment.version.max_score if assignment.version else 0.0
    return schemas.ColumnOut.of(assignment, max_points=max_points, in_total=assignment.visibility == "visible")


def _students(book: Gradebook, rows: Sequence[StudentRow]) -> list[schemas.StudentOut]:
    return [
        schemas.StudentOut.of(
            row, cells=[_cell(assignment, cell) for assignment, cell in zip(book.assignments, row.cells, strict=True)]
        )
        for row in rows
    ]


def _cell(assignment: Assignment, cell: GradebookCell) -> schemas.CellOut:
    attempt = cell.attempt
    return schemas.CellOut.of(
        attempt or _NO_ATTEMPT,
        assignment=assignment.slug,
        submission=attempt.submission_id if attempt else None,
        points=cell.final_score,
        max_points=cell.max_points,
        attempt=attempt.number if attempt else None,
        attempts=cell.submitted,
        submitted_at=attempt.created_at if attempt else None,
        flags=list(cell.flags),
    )
