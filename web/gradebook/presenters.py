"""What the template of the gradebook is handed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from records.courses.members import CourseRef, Member
from records.database.engine import clock
from records.marking.gradebook import Gradebook, StudentRow, gradebook_of, in_order_of, sections_of
from web.gradebook.forms import COLUMN_PREFIX, GradebookFilter
from web.ui.pages import PageInCourse

ROWS_PER_PAGE: Final = 100
_COLUMNS: Final = ("name", "email", "section", "total")


@dataclass(frozen=True, kw_only=True)
class GradebookPage(PageInCourse):
    """One page of a gradebook: its rows begin at `begin`."""

    book: Gradebook
    rows: Sequence[StudentRow]
    begin: int
    filter: GradebookFilter
    last_page: int
    sections: Sequence[str]
    column_prefix: str = COLUMN_PREFIX

    def address(self, endpoint: str = "gradebook.show", **changes: Any) -> str:
        """Return the address of this page with another filter."""
        arguments: dict[str, Any] = replace(self.filter, **changes).arguments()
        return url_for(endpoint, course=self.course.slug, **arguments)


def gradebook_page(session: Session, member: Member, wanted: GradebookFilter) -> GradebookPage:
    """Return a page of the gradebook; the last one if the page asked for is beyond it."""
    book = filtered_gradebook(session, member.course, wanted)
    rows = sorted_rows(book, wanted)
    last_page = max(1, -(-len(rows) // ROWS_PER_PAGE))
    shown = replace(wanted, page=min(wanted.page, last_page))
    begin = (shown.page - 1) * ROWS_PER_PAGE
    return GradebookPage(
        member=member,
        book=book,
        rows=rows[begin : begin + ROWS_PER_PAGE],
        begin=begin,
        filter=shown,
        last_page=last_page,
        sections=sections_of(session, member.course.id),
        path=[("Gradebook", None)],
    )


def filtered_gradebook(session: Session, course: CourseRef, wanted: GradebookFilter) -> Gradebook:
    """Return the gradebook of the students that a filter lets through, on all pages."""
    return gradebook_of(
        session,
        course.id,
        clock(session),
        section=wanted.section_name,
        search=wanted.search,
        withdrawn=wanted.withdrawn,
    )


def sorted_rows(book: Gradebook, wanted: GradebookFilter) -> list[StudentRow]:
    """Return the rows of a gradebook in the order that a filter names, by default by name."""
    slugs = [assignment.slug for assignment in book.assignments]
    column: str | int = wanted.sort if wanted.sort in _COLUMNS else "name"
    slug = wanted.sort.removeprefix(COLUMN_PREFIX)
    if wanted.sort.startswith(COLUMN_PREFIX) and slug in slugs:
        column = slugs.index(slug)
    return in_order_of(book.rows, column, descending=wanted.descending)
