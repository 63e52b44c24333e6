"""Pages: a template is handed one presenter, a frozen dataclass named after the page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, url_for

from records.courses.members import CourseRef, Member
from records.courses.models import Assignment

Breadcrumb = tuple[str, str | None]  # a text and an address; the last one of a page is shown without a link


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a template is handed as `page`; `path` leads to it from the course or assignment that it belongs to."""

    path: Sequence[Breadcrumb] = ()

    @property
    def breadcrumbs(self) -> Sequence[Breadcrumb]:
        """The whole path, shown above the page."""
        return self.path


@dataclass(frozen=True, kw_only=True)
class PageInCourse(Page):
    """A page of a course, for one of its people."""

    member: Member

    @property
    def course(self) -> CourseRef:
        """The course."""
        return self.member.course

    @property
    def breadcrumbs(self) -> Sequence[Breadcrumb]:
        """The path from the course."""
        return [(self.course.title, url_for("courses.show", course=self.course.slug)), *self.path]


@dataclass(frozen=True, kw_only=True)
class PageAtAssignment(PageInCourse):
    """A page of an assignment, for one of the course's people."""

    assignment: Assignment

    @property
    def breadcrumbs(self) -> Sequence[Breadcrumb]:
        """The path from the course, by the assignment."""
        url = url_for("assignments.show", course=self.course.slug, assignment=self.assignment.slug)
        course, *below = super().breadcrumbs
        return [course, (self.assignment.title, url), *below]


def render_page(template: str, page: Page) -> str:
    """Return the HTML of a page."""
    return render_template(template, page=page, breadcrumbs=page.breadcrumbs)
