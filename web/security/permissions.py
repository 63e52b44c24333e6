"""What somebody may see: whatever is not theirs is not found, so that nothing is told by refusing."""

from dataclasses import dataclass, replace

from flask import abort, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import STAFF, Assignment, Course, Membership, Role
from records.submissions.models import Run, Submission


@dataclass(frozen=True)
class Member:
    """Somebody in a course; `poses` is set where staff look at something as a student would."""

    person_id: str
    course: Course
    role: Role
    poses: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this person teaches or grades here."""
        return self.role in STAFF

    @property
    def manages(self) -> bool:
        """Whether this person decides on people, assignments and dates."""
        return self.role in ("instructor", "admin")


def as_student(member: Member) -> Member:
    """Return the member from which somebody sees what a student would, and no more."""
    return replace(member, role="student", poses=member.is_staff)


def as_asked(member: Member) -> Member:
    """Return a member, or that of a student where the address asks to see as one."""
    return as_student(member) if request.args.get("view") == "student" else member


@dataclass(frozen=True)
class Where:
    """Where somebody is, as plain words that outlive a transaction: slugs, and what they are there."""

    course: str
    is_staff: bool
    manages: bool
    assignment: str | None = None


def member_of(session: Session, person_id: str, slug: str) -> Member:
    """Return somebody's member in a course, or answer that there is no such course."""
    query = (
        select(Membership)
        .join(Course)
        .where(Course.slug == slug, Membership.person_id == person_id)
        .options(joinedload(Membership.course))
    )
    membership = session.scalar(query) or abort(404, f"There is no course {slug} that you may see.")
    return _seated(Member(person_id, membership.course, membership.role))


def _seated(member: Member) -> Member:
    """Note where somebody is, for the ways that are shown above the page."""
    g.where = Where(member.course.slug, member.is_staff, member.manages)
    return member


def staff_member(session: Session, person_id: str, slug: str) -> Member:
    """Return the member of somebody who teaches or grades in a course, or answer that there is nothing here."""
    member = member_of(session, person_id, slug)
    return member if member.is_staff else abort(404)


def managing_member(session: Session, person_id: str, slug: str) -> Member:
    """Return the member of somebody who decides on people and assignments, or answer that there is nothing here."""
    member = member_of(session, person_id, slug)
    return member if member.manages else abort(404)


def assignment_at(session: Session, member: Member, slug: str) -> Assignment:
    """Return an assignment that somebody may see, with its version, or answer that there is none."""
    query = (
        select(Assignment)
        .where(Assignment.course_id == member.course.id, Assignment.slug == slug)
        .options(joinedload(Assignment.version))
    )
    assignment = session.scalar(query)
    if assignment is None or (assignment.visibility != "visible" and not member.is_staff):
        abort(404, f"This course has no assignment {slug} that you may see.")
    g.where = replace(g.where, assignment=assignment.slug)
    return assignment


def submission_of(session: Session, person_id: str, submission_id: str) -> tuple[Submission, Member]:
    """Return a submission that somebody may see, and who they are in its course."""
    related = joinedload(Submission.assignment)
    query = (
        select(Submission, Membership)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Membership, Membership.course_id == Assignment.course_id)
        .where(Submission.id == submission_id, Membership.person_id == person_id)
        .options(
            related.joinedload(Assignment.version),
            related.joinedload(Assignment.course),
            joinedload(Submission.person),
        )
    )
    submission, membership = session.execute(query).one_or_none() or abort(404)
    member = _seated(Member(person_id, submission.assignment.course, membership.role))
    if submission.person_id != person_id and not member.is_staff:
        abort(404)
    g.where = replace(g.where, assignment=submission.assignment.slug)
    return submission, member


def run_of(session: Session, person_id: str, run_id: str) -> tuple[Run, Submission, Member]:
    """Return a run that somebody may see, its submission, and their member."""
    run = session.get(Run, run_id) or abort(404)
    submission, member = submission_of(session, person_id, run.submission_id)
    if run.queue != "interactive" and run.id != submission.run_id and not member.is_staff:
        abort(404)  # a rerun that nobody has decided on yet
    return run, submission, member
