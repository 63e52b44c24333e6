"""The gradebook, for programs: what each student has at each assignment, or the whole of it as a file."""

from collections.abc import Sequence
from typing import Annotated, Any, Final, Literal

from flask import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from records.courses.models import Assignment
from records.database.engine import clock
from records.marking.gradebook import Flag, Gradebook, GradebookCell, StudentRow, gradebook_of, in_order_of
from web.api.blueprint import bp, fails
from web.extensions import services
from web.gradebook.views import sent_gradebook
from web.security.permissions import Permission, current_member, requires

_FILE: Final[dict[int, dict[str, Any]]] = {
    200: {
        "description": "A table, the whole as JSON, or a zip with a results.json for each submission that counts.",
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


class _Out(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class BookPage(BaseModel):
    """Which part of a gradebook."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=500)] = 100
    section: Annotated[str | None, Field(max_length=100, description="Of which section only.")] = None


class BookForm(BaseModel):
    """As what kind of file."""

    model_config = ConfigDict(extra="forbid")

    form: Annotated[
        Literal["csv", "json", "gradescope"],
        Field(description="A table, all students as JSON, or results.json files for Gradescope."),
    ]


class ColumnOut(_Out):
    """An assignment of a gradebook."""

    slug: str
    title: str
    max_points: float
    in_total: Annotated[bool, Field(description="Whether students see it, so that it is part of totals.")]
    results_unreleased: Annotated[bool, Field(description="Whether students are not shown results yet.")]


class CellOut(_Out):
    """A student at an assignment."""

    assignment: Annotated[str, Field(description="Its slug.")]
    submission: Annotated[
        str | None, Field(description="Of the attempt that counts, or else of the last; null for none.")
    ]
    points: Annotated[float | None, Field(description="That count, after rubric items, lateness or by an override.")]
    max_points: float
    attempt: Annotated[int | None, Field(ge=1, description="Its number.")]
    attempts: Annotated[int, Field(ge=0, description="How many there are.")]
    submitted_at: AwareDatetime | None
    percent_off: Annotated[float, Field(description="What lateness takes off.")]
    rubric: Annotated[float, Field(description="What rubric items give, or take where it is less than 0.")]
    override: Annotated[float | None, Field(description="What a grader made it worth; null for no override.")]
    flags: list[Flag]


class StudentOut(_Out):
    """A student, with a cell for each assignment in their order."""

    name: str
    email: str
    section: str
    total: float
    cells: list[CellOut]


class WholeBookOut(_Out):
    """A gradebook, its students by name."""

    assignments: list[ColumnOut]
    students: list[StudentOut]
    max_total: float


class BookOut(WholeBookOut):
    """A part of a gradebook, its students by name."""

    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="How many students there are in all.")]


@bp.get("/courses/<course>/gradebook")
@requires(Permission.GRADE)
@bp.input(BookPage, location="query")
@bp.output(BookOut)
@fails(404, 422)
def show_gradebook(course: str, query_data: BookPage) -> Any:
    """Show what each student has at each assignment; for those who teach or grade."""
    with services().database.read() as session:
        member = current_member()
        book = gradebook_of(session, member.course.id, clock(session), section=query_data.section)
    rows = in_order_of(book.rows, "name")
    begin = (query_data.page - 1) * query_data.per_page
    return {
        **_book(book, rows[begin : begin + query_data.per_page]),
        "page": query_data.page,
        "per_page": query_data.per_page,
        "total": len(rows),
    }


@bp.get("/courses/<course>/gradebook/export")
@requires(Permission.GRADE)
@bp.input(BookForm, location="query")
@fails(404, 422, answers=_FILE)
def export_gradebook(course: str, query_data: BookForm) -> Response:
    """Send the whole gradebook as a file; for those who teach or grade."""
    with services().database.read() as session:
        member = current_member()
        if query_data.form != "json":
            return sent_gradebook(session, member, query_data.form)
        book = gradebook_of(session, member.course.id, clock(session))
    whole = WholeBookOut.model_validate(_book(book, in_order_of(book.rows, "name")))
    disposition = f'attachment; filename="{member.course.slug}-gradebook.json"'
    headers = {"Content-Disposition": disposition}
    return Response(f"{whole.model_dump_json(indent=1)}\n", mimetype="application/json", headers=headers)


def _book(book: Gradebook, rows: Sequence[StudentRow]) -> dict[str, Any]:
    return {
        "assignments": list(map(_column, book.assignments)),
        "students": [_student(book, row) for row in rows],
        "max_total": book.max_total,
    }


def _column(assignment: Assignment) -> dict[str, Any]:
    return {
        "slug": assignment.slug,
        "title": assignment.title,
        "max_points": assignment.version.max_score if assignment.version else 0.0,
        "in_total": assignment.visibility == "visible",
        "results_unreleased": assignment.results_unreleased,
    }


def _student(book: Gradebook, row: StudentRow) -> dict[str, Any]:
    cells = [_cell(assignment, cell) for assignment, cell in zip(book.assignments, row.cells, strict=True)]
    return {"name": row.name, "email": row.email, "section": row.section, "total": row.total, "cells": cells}


def _cell(assignment: Assignment, cell: GradebookCell) -> dict[str, Any]:
    attempt = cell.attempt
    return {
        "assignment": assignment.slug,
        "submission": attempt.submission_id if attempt else None,
        "points": cell.final_score,
        "max_points": cell.max_points,
        "attempt": attempt.number if attempt else None,
        "attempts": cell.submitted,
        "submitted_at": attempt.created_at if attempt else None,
        "percent_off": attempt.percent_off if attempt else 0.0,
        "rubric": attempt.rubric if attempt else 0.0,
        "override": attempt.override if attempt else None,
        "flags": list(cell.flags),
    }
