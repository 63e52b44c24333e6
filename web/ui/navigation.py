"""Tabs above the pages of staff: one row for the course, one for the assignment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from flask import Flask, g, request, url_for

from records.courses.members import Member


class _Way(NamedTuple):
    text: str
    endpoint: str
    for_managers: bool = False


_COURSE: Final = (
    _Way("Course", "courses.show"),
    _Way("Gradebook", "gradebook.show"),
    _Way("Reruns", "reruns.index"),
    _Way("Not graded", "not_graded.show"),
    _Way("People", "people.show"),
    _Way("Audit log", "audit.show", for_managers=True),
    _Way("Settings", "course_settings.show", for_managers=True),
    _Way("New assignment", "versions.new", for_managers=True),
)
_ASSIGNMENT: Final = (
    _Way("As students see it", "assignments.show"),
    _Way("Insights", "insights.show"),
    _Way("Groups", "groups.index"),
    _Way("Versions", "versions.show"),
    _Way("Policy", "policy.show", for_managers=True),
    _Way("Similarity", "similarity.show"),
)
# The tab that is marked on pages without a tab of their own: by endpoint, or by blueprint.
_UNDER: Final[Mapping[str, str]] = {
    "groups": "groups.index",
    "versions.create": "versions.new",
    "assignments": "assignments.show",
    "reruns": "reruns.index",
    "editing": "versions.show",
    "marking": "gradebook.show",
    "course_settings": "course_settings.show",
    "people": "people.show",
    "similarity": "similarity.show",
    "submissions": "assignments.show",
    "policy": "policy.show",
    "trials": "versions.show",
    "versions": "versions.show",
}


@dataclass(frozen=True)
class Tab:
    """A tab; `current` marks the page that is shown."""

    text: str
    url: str
    current: bool


def install(app: Flask) -> None:
    """Make the tabs available to templates."""
    app.context_processor(lambda: {"tabs": tabs})


def tabs() -> list[tuple[str, list[Tab]]]:
    """Return the rows of tabs of this page, each with its name; none for who is no staff where they are."""
    member: Member | None = g.get("member")
    if member is None or not member.is_staff:
        return []
    course = {"course": member.course.slug}
    rows = [("Course", list(_row(_COURSE, member, course)))]
    if "assignment" in g:
        rows.append(("Assignment", list(_row(_ASSIGNMENT, member, {**course, "assignment": g.assignment}))))
    return rows


def _row(ways: Sequence[_Way], member: Member, place: Mapping[str, Any]) -> Iterator[Tab]:
    here = request.endpoint or ""
    own = {way.endpoint for way in (*_COURSE, *_ASSIGNMENT)}
    current = here if here in own else _UNDER.get(here, _UNDER.get(here.partition(".")[0], ""))
    for way in ways:
        if member.manages or not way.for_managers:
            yield Tab(way.text, url_for(way.endpoint, **place), way.endpoint == current)
