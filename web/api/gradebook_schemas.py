"""The API's schemas of the gradebook."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from records.marking.gradebook import Flag
from web.api.base import Output, Query


class _StudentsQuery(Query):
    """Which students."""

    withdrawn: Annotated[bool, Field(description="Whether students who have withdrawn are among them.")] = False


class GradebookQuery(_StudentsQuery):
    """Which part of a gradebook."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    per_page: Annotated[int, Field(ge=1, le=500)] = 100
    section: Annotated[str | None, Field(max_length=100, description="Only this section.")] = None


class GradebookFileQuery(_StudentsQuery):
    """The format of the file."""

    form: Annotated[
        Literal["csv", "json", "gradescope"],
        Field(description="A table, all students as JSON, or results.json files for Gradescope."),
    ]


class ColumnOut(Output):
    """An assignment of a gradebook."""

    slug: str
    title: str
    max_points: float
    in_total: Annotated[bool, Field(description="Whether students see it, so that it is part of the totals.")]
    results_unreleased: Annotated[bool, Field(description="Whether students are not shown results yet.")]


class CellOut(Output):
    """A student at an assignment."""

    assignment: Annotated[str, Field(description="Its slug.")]
    submission: Annotated[str | None, Field(description="The active submission, else the last; null for none.")]
    points: Annotated[float | None, Field(description="The final score: after rubric, lateness and override.")]
    max_points: float
    attempt: Annotated[int | None, Field(ge=1, description="Its number.")]
    attempts: Annotated[int, Field(ge=0, description="How many there are.")]
    submitted_at: AwareDatetime | None
    percent_off: Annotated[float, Field(description="What lateness takes off.")]
    rubric: Annotated[float, Field(description="What rubric items give, or take where it is less than 0.")]
    override: Annotated[float | None, Field(description="The points that count instead; null for no override.")]
    flags: list[Flag]


class StudentOut(Output):
    """A student, with a cell for each assignment in their order."""

    name: str
    email: str
    section: str
    withdrawn: bool
    total: float
    cells: list[CellOut]


class WholeGradebookOut(Output):
    """A gradebook, its students by name."""

    assignments: list[ColumnOut]
    students: list[StudentOut]
    max_total: float


class GradebookOut(WholeGradebookOut):
    """A page of a gradebook, its students by name."""

    page: Annotated[int, Field(ge=1)]
    per_page: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=0, description="How many students there are in all.")]
