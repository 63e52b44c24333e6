"""Breadcrumbs: the path to a page, shown above it, as pairs of text and address or None."""

from flask import url_for

from records.courses.members import Member
from records.courses.models import Assignment

Breadcrumb = tuple[str, str | None]


def breadcrumbs_to(member: Member, assignment: Assignment) -> list[Breadcrumb]:
    """Return the path to an assignment; the last breadcrumb of a page is shown without a link."""
    course = member.course
    return [
        (course.title, url_for("courses.show", course=course.slug)),
        (assignment.title, url_for("assignments.show", course=course.slug, assignment=assignment.slug)),
    ]
