"""Courses and assignments, for programs."""

from records.courses.memberships import memberships_of
from records.courses.policy import policy_for
from records.database.engine import clock
from records.errors import NotAllowed
from records.submissions.admission import attempt_status, begin_refusal
from records.submissions.overview import AssignmentOverview, assignment_overviews
from web.api.blueprint import bp, fails
from web.api.schemas import AssignmentOut, Assignments, AssignmentSummaryOut, CourseOut, Courses, PolicyOut
from web.api.tokens import holder
from web.extensions import services
from web.security.permissions import Permission, assignment_at, current_member, requires


@bp.get("/courses")
@requires(Permission.LOGGED_IN)
@bp.output(Courses)
@fails()
def list_courses() -> Courses:
    """List the courses that the token's owner is in."""
    with services().database.read() as session:
        memberships = memberships_of(session, holder())
    return Courses(courses=[CourseOut.of(one.course, role=one.role) for one in memberships])


@bp.get("/courses/<course>/assignments")
@requires(Permission.VIEW_COURSE)
@bp.output(Assignments)
@fails(404)
def list_assignments(course: str) -> Assignments:
    """List the assignments of a course, and how the token's owner stands at each."""
    with services().database.read() as session:
        overviews = assignment_overviews(session, current_member())
    return Assignments(assignments=list(map(_summary, overviews)))


@bp.get("/courses/<course>/assignments/<assignment>")
@requires(Permission.VIEW_COURSE)
@bp.output(AssignmentOut)
@fails(404, 409)
def show_assignment(course: str, assignment: str) -> AssignmentOut:
    """Show an assignment: its statement, what to begin with, and the owner's policy now."""
    member = current_member()
    with services().database.read() as session:
        found = assignment_at(session, assignment)
        now = clock(session)
        reason = begin_refusal(found, policy_for(session, holder(), found), now, staff=member.is_staff)
        if reason is not None:
            raise NotAllowed(reason)
        assert found.version_hash is not None
        bundle = services().bundles.of(found.version_hash)
        status = attempt_status(session, member, found, now)
    return AssignmentOut.of(
        bundle.manifest,
        bundle,
        course=course,
        slug=found.slug,
        topics=list(bundle.manifest.topics),
        statement=bundle.prompt,
        starter={name: data.decode() for name, data in bundle.starter.items()},
        policy=PolicyOut.of(status, active=status.active_rule),
    )


def _summary(overview: AssignmentOverview) -> AssignmentSummaryOut:
    return AssignmentSummaryOut.of(
        overview.assignment,
        overview,
        due_at=overview.policy.due_at,
        open_yet=overview.is_open,
        closed=overview.is_closed,
        submitted=len(overview.attempts),
        points=overview.active.final_score if overview.active else None,
    )
