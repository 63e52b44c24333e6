"""The audit log of a course: who changed which grade, date, bundle or role, when and why."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Response, url_for

from records.audit.queries import AuditFilter, audit_entries, audited_actions, audited_actors
from records.courses.members import CourseRef
from records.database.engine import Database
from web.audit.forms import FilterForm
from web.audit.presenters import HEADINGS, AuditPage, row_of
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.ui.csv import Value, sent_csv
from web.ui.pages import render_page

_PER_PAGE: Final = 50
_PER_QUERY: Final = 1000  # of an export

bp = Blueprint("audit", __name__, url_prefix="/courses/<course>/audit")


@bp.get("")
@requires(Permission.MANAGE)
def show(course: str) -> Any:
    """List who changed what, the latest first."""
    form = FilterForm.from_request()
    with services().database.read() as session:
        member = current_member()
        entries = audit_entries(session, member.course.id, form.wanted, _PER_PAGE + 1)
        actions, actors = audited_actions(session, member.course.id), audited_actors(session, member.course.id)
    arguments = {"course": course, **form.arguments()}
    shown = entries[:_PER_PAGE]
    page = AuditPage(
        member=member,
        form=form,
        rows=[row_of(one, member.course) for one in shown],
        actions=actions,
        actors=actors,
        export=url_for("audit.export", **arguments),
        older=url_for("audit.show", **arguments, before=shown[-1].entry.id) if len(entries) > _PER_PAGE else None,
        newest=url_for("audit.show", **arguments) if form.wanted.before else None,
        path=[("Audit log", None)],
    )
    return render_page("audit/show.html", page), 422 if form.problem else 200


@bp.get("/export")
@requires(Permission.MANAGE)
def export(course: str) -> Response:
    """Send the entries that the filter wants as CSV."""
    member, wanted, database = current_member(), FilterForm.from_request().wanted, services().database
    return sent_csv(f"{member.course.slug}-audit", list(HEADINGS), _exported(database, member.course, wanted))


def _exported(database: Database, course: CourseRef, wanted: AuditFilter) -> Iterator[list[Value]]:
    """Yield all entries, a few queries' worth at a time: a log may be larger than memory."""
    while True:
        with database.read() as session:
            entries = audit_entries(session, course.id, wanted, _PER_QUERY)
        if not entries:
            return
        wanted = replace(wanted, before=entries[-1].entry.id)
        for one in entries:
            yield row_of(one, course).as_csv()
