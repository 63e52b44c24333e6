"""Permissions: each view declares who may see it, and that is checked before the view runs.

Whatever is not somebody's is not found, so that a refusal says nothing about it. A view that declares nothing keeps the
application from starting.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import Enum, auto
from typing import Any, Final, TypeVar, cast

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session, joinedload, undefer

from records.courses import members
from records.courses.members import Member
from records.courses.models import Assignment
from records.people.models import PersonalToken
from records.submissions.models import Run, Submission
from records.submissions.notices import Notice
from web.extensions import services
from web.security.session import user

_View = TypeVar("_View", bound=Callable[..., Any])


class Permission(Enum):
    """Who may see a view."""

    PUBLIC = auto()  # anybody, logged in or not
    LOGGED_IN = auto()  # anybody with an account
    OWN = auto()  # whoever the thing in the address belongs to, and nobody else
    VIEW_COURSE = auto()  # everybody in the course
    SUBMIT = auto()  # everybody in the course; what staff submit counts for nothing
    VIEW_SUBMISSION = auto()  # whoever submitted it, and staff of the course
    GRADE = auto()  # staff of the course
    MANAGE = auto()  # those who decide on people, assignments and dates

    def allows(self, member: Member) -> bool:
        """Tell whether somebody in the course may see a view that declares this."""
        return {Permission.GRADE: member.is_staff, Permission.MANAGE: member.manages}.get(self, True)


# By what stands in the address: who somebody is in the course of it. The first name that is there decides.
_MEMBERS: Final[Mapping[str, Callable[[Session, str, str], Member | None]]] = {
    "course": members.member_of_course,
    "submission_id": members.member_at_submission,
    "run_id": members.member_at_run,
    "rerun_id": members.member_at_rerun,
    "job_id": members.member_at_job,
}

# By what stands in the address: what belongs to one person alone.
_OWNED: Final[Mapping[str, type[Any]]] = {"notice_id": Notice, "token_id": PersonalToken}


def requires(permission: Permission) -> Callable[[_View], _View]:
    """Declare who may see a view."""

    def declare(view: _View) -> _View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(view: Callable[..., Any]) -> Permission | None:
    """Return what a view declares; None for nothing."""
    return cast(Permission | None, getattr(view, "permission", None))


def install(app: Flask) -> None:
    """Ask whoever wants more than the public pages to log in; `enforce` does the rest."""
    app.before_request(_expect_login)
    requires(Permission.PUBLIC)(app.view_functions["static"])


def enforce(app: Flask) -> None:
    """Check permissions before each view of the pages, and after the form's token; call this last.

    The API checks them when it knows whose token it is shown. A view without permission raises RuntimeError.
    """
    bare = sorted(name for name, view in app.view_functions.items() if permission_of(view) is None)
    if bare:
        raise RuntimeError(f"These views declare no permission: {', '.join(bare)}.")
    app.before_request(_check_page)


def check(person_id: str) -> None:
    """Answer 404 unless somebody may see the view of this request; `current_member` knows them afterwards."""
    permission = permission_of(current_app.view_functions[str(request.endpoint)]) or abort(404)
    if permission in (Permission.PUBLIC, Permission.LOGGED_IN):
        return
    with services().database.read() as session:
        if permission is Permission.OWN:
            _expect_owner(session, person_id)
            return
        found = _member_here(session, person_id)
    g.member = member = found or abort(404, _missing())
    if not permission.allows(member):
        abort(404)


def current_member() -> Member:
    """Return who somebody is in the course of this request; for views that declare a permission in a course."""
    return cast(Member, g.member)


def as_student(member: Member) -> Member:
    """Return the member from which somebody sees what a student would, and no more."""
    return replace(member, role="student", as_student=member.is_staff)


def as_asked(member: Member) -> Member:
    """Return a member, or that of a student where the address asks to see as one."""
    return as_student(member) if request.args.get("view") == "student" else member


def assignment_at(session: Session, slug: str) -> Assignment:
    """Return an assignment that somebody may see, with its version, or answer that there is none."""
    assignment = members.visible_assignment(session, current_member(), slug)
    if assignment is None:
        abort(404, f"This course has no assignment {slug} that you may see.")
    g.assignment = assignment.slug
    return assignment


def submission_at(session: Session, submission_id: str, *, with_files: bool = False) -> Submission:
    """Return the submission of this request, which has been checked, with its run, assignment, course and person."""
    related = joinedload(Submission.assignment)
    options = [
        related.joinedload(Assignment.version),
        related.joinedload(Assignment.course),
        joinedload(Submission.person),
        joinedload(Submission.run),
    ]
    if with_files:
        options.append(undefer(Submission.files))
    submission = session.get(Submission, submission_id, options=options) or abort(404)
    g.assignment = submission.assignment.slug
    return submission


def run_at(session: Session, run_id: str) -> Run:
    """Return the run of this request, which has been checked, with its submission and assignment."""
    of_submission = joinedload(Run.submission)
    of_assignment = of_submission.joinedload(Submission.assignment)
    options = (
        of_assignment.joinedload(Assignment.version),
        of_assignment.joinedload(Assignment.course),
        of_submission.joinedload(Submission.person),
    )
    run = session.get(Run, run_id, options=options) or abort(404)
    g.assignment = run.submission.assignment.slug
    return run


def _is_open() -> bool:
    """Tell whether this request is for a public page, for none, or for the API, which has a guard of its own."""
    if request.endpoint is None or request.blueprint == "api":
        return True
    return permission_of(current_app.view_functions[request.endpoint]) is Permission.PUBLIC


def _expect_login() -> ResponseReturnValue | None:
    if _is_open() or current_user.is_authenticated:
        return None
    answer: ResponseReturnValue = current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return answer


def _check_page() -> None:
    if not _is_open():
        check(user().person_id)


def _member_here(session: Session, person_id: str) -> Member | None:
    args = request.view_args or {}
    name = next((name for name in _MEMBERS if name in args), None)
    return _MEMBERS[name](session, person_id, args[name]) if name else None


def _expect_owner(session: Session, person_id: str) -> None:
    args = request.view_args or {}
    owned = next((session.get(kind, args[name]) for name, kind in _OWNED.items() if name in args), None)
    if owned is None or owned.person_id != person_id:
        abort(404)


def _missing() -> str | None:
    course = (request.view_args or {}).get("course")
    return f"There is no course {course} that you may see." if course else None
