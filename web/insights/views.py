"""Insights: what to explain next, how the points are spread, and the figures of each test."""

from typing import Final

from flask import Blueprint, request

from records.insights import figures
from records.insights.classes import overview_of, students_by_mistake
from web.extensions import services
from web.insights.forms import InsightsQuery
from web.insights.presenters import InsightsPage, class_or_404, path_to_insights
from web.security.permissions import Permission, requires
from web.ui.pages import render_page

bp = Blueprint("insights", __name__, url_prefix="/courses/<course>/assignments/<assignment>")

_EXPLAINED: Final = 3


@bp.get("/insights")
@requires(Permission.GRADE)
def show(course: str, assignment: str) -> str:
    """Show what the class understands, and how good the tests are."""
    query = InsightsQuery(request.args)
    with services().database.read() as session:
        at = class_or_404(session, assignment)
        overview = overview_of(session, at.member.course.id, at.results)
        met = students_by_mistake(session, at.assignment, withdrawn=at.results.withdrawn)
    results, groups = at.results, at.results.groups()
    tests = figures.figures(results.latest if query.which == "latest" else results.active, results.first)
    page = InsightsPage(
        member=at.member,
        assignment=at.assignment,
        results=results,
        overview=overview,
        groups=groups,
        explained=[group for group in groups if group.is_mistake][:_EXPLAINED],
        met=met,
        tests=sorted(tests, key=lambda test: test.rate) if query.hardest_first else tests,
        which=query.which,
        hardest=query.hardest_first,
        min_students=figures.ENOUGH,
        path=path_to_insights(),
    )
    return render_page("insights/show.html", page)
