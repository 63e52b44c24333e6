"""The people of a course: who is in it, their roles, the code for joining, and importing a roster."""

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from records.courses import memberships, roster
from records.courses.models import Membership, Role
from records.courses.roster import ForbiddenRoles, RosterRefused
from records.errors import NotAllowed
from web.courses.forms import JoinCodeForm, PeopleFilter, RoleForm, RosterForm, WithdrawnForm
from web.courses.presenters import ImportedPage, ImportPage, PeoplePage
from web.courses.roster_file import Roster, read_roster
from web.extensions import services
from web.security.permissions import Permission, current_member, requires
from web.ui.pages import Breadcrumb, render_page

_ROWS = 200  # of a page

bp = Blueprint("people", __name__, url_prefix="/courses/<course>/people")


@bp.get("")
@requires(Permission.GRADE)
def show(course: str) -> ResponseReturnValue:
    """List who is in a course."""
    wanted = PeopleFilter(request.args)
    with services().database.read() as session:
        member = current_member()
        found = memberships.find_people(
            session,
            member.course.id,
            wanted.q.data,
            wanted.page_number,
            _ROWS,
            withdrawn=wanted.withdrawn.data,
        )
    page = PeoplePage(
        member=member,
        found=found,
        search=wanted.q.data,
        withdrawn=wanted.withdrawn.data,
        path=[("People", None)],
    )
    return render_page("courses/people.html", page)


@bp.post("/code")
@requires(Permission.MANAGE)
def change_code(course: str) -> ResponseReturnValue:
    """Make a new code for joining, or close the course to joining."""
    close = JoinCodeForm().close.data
    with services().database.write() as session:
        change = memberships.close_joining if close else memberships.change_join_code
        change(session, current_member())
    flash("Nobody can join by a code now." if close else "The old code no longer works; this is the new one.", "good")
    return redirect(url_for("people.show", course=course), 303)


@bp.post("/<person_id>/role")
@requires(Permission.MANAGE)
def change_role(course: str, person_id: str) -> ResponseReturnValue:
    """Give somebody another role."""
    form = RoleForm()
    with services().database.write() as session:
        member = current_member()
        membership = session.get(Membership, (member.course.id, person_id)) or abort(404)
        if not form.validate():
            abort(403)
        role = cast(Role, form.role.data)
        try:
            memberships.change_role(session, member, membership, role)
            message = (f"{membership.person.name} is {role} now.", "good")
        except PermissionError:
            abort(403)
        except NotAllowed as refusal:
            message = (str(refusal), "warn")
    flash(*message)
    return redirect(url_for("people.show", course=course), 303)


@bp.post("/<person_id>/withdrawn")
@requires(Permission.MANAGE)
def set_withdrawn(course: str, person_id: str) -> ResponseReturnValue:
    """Withdraw somebody from the course, or enrol them again."""
    form = WithdrawnForm()
    withdrawn = form.withdrawn.data
    with services().database.write() as session:
        member = current_member()
        membership = session.get(Membership, (member.course.id, person_id)) or abort(404)
        try:
            memberships.set_withdrawn(session, member, membership, withdrawn=withdrawn, reason=form.reason.data)
            now = "withdrawn; what they submitted stays" if withdrawn else "enrolled again"
            message = (f"{membership.person.name} is {now}.", "good")
        except PermissionError:
            abort(403)
        except NotAllowed as refusal:
            message = (str(refusal), "warn")
    flash(*message)
    return redirect(url_for("people.show", course=course, withdrawn="1" if withdrawn else None), 303)


@bp.get("/import")
@requires(Permission.MANAGE)
def import_form(course: str) -> ResponseReturnValue:
    """Ask for a roster."""
    page = ImportPage(member=current_member(), form=RosterForm(), path=_path_to_import(course))
    return render_page("courses/import.html", page)


@bp.post("/import")
@requires(Permission.MANAGE)
def import_roster(course: str) -> ResponseReturnValue:
    """Show what a roster would change; with `confirmed`, change it."""
    form = RosterForm()
    read = read_roster(form.content())
    if form.confirmed.data and not read.errors:
        return _import(course, read, form.to_withdraw())
    errors, comparison = read.errors, None
    with services().database.read() as session:
        member = current_member()
        try:
            comparison = roster.compare_roster(session, member, read.entries)
        except RosterRefused as refused:
            errors = (*errors, *refused.sentences)
    page = ImportPage(
        member=member,
        roster=read,
        errors=errors,
        comparison=None if errors else comparison,
        form=form,
        path=_path_to_import(course),
    )
    return render_page("courses/import.html", page), 422 if errors else 200


def _import(course: str, read: Roster, withdraw: Sequence[str]) -> str:
    with services().database.write() as session:
        member = current_member()
        try:
            comparison, secrets = roster.import_roster(session, member, read.entries, withdraw)
        except ForbiddenRoles:
            abort(403)
        except RosterRefused:
            abort(422)
    page = ImportedPage(member=member, comparison=comparison, secrets=secrets, path=_path_to_import(course))
    return render_page("courses/imported.html", page)


def _path_to_import(course: str) -> list[Breadcrumb]:
    return [("People", url_for("people.show", course=course)), ("Import", None)]
