"""The way to a page, as it stands above it: (text, address or None)."""

from flask import url_for

from records.courses.members import Member
from records.courses.models import Assignment

Breadcrumb = tuple[str, str | None]


def breadcrumbs_to(member: Member, assignment: Assignment) -> list[Breadcrumb]:
    """Return the way to an assignment; its own page, where it comes last, is not linked."""
    course = member.course
    return [
        (course.title, url_for("courses.show", course=course.slug)),
        (assignment.title, url_for("assignments.show", course=course.slug, assignment=assignment.slug)),
    ]
