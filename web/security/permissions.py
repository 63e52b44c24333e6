"""What somebody may see: whatever is not theirs is not found, so that nothing is told by refusing."""

from dataclasses import dataclass, replace

from flask import abort, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from records.courses.models import STAFF, Assignment, Course, Enrolment, Role
from records.submissions.models import Run, Submission


@dataclass(frozen=True)
class Seat:
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


def as_student(seat: Seat) -> Seat:
    """Return the seat from which somebody sees what a student would, and no more."""
    return replace(seat, role="student", poses=seat.is_staff)


def as_asked(seat: Seat) -> Seat:
    """Return a seat, or that of a student where the address asks to see as one."""
    return as_student(seat) if request.args.get("view") == "student" else seat


@dataclass(frozen=True)
class Where:
    """Where somebody is, as plain words that outlive a transaction: slugs, and what they are there."""

    course: str
    is_staff: bool
    manages: bool
    assignment: str | None = None


def seat_in(session: Session, person_id: str, slug: str) -> Seat:
    """Return somebody's seat in a course, or answer that there is no such course."""
    query = (
        select(Enrolment)
        .join(Course)
        .where(Course.slug == slug, Enrolment.person_id == person_id)
        .options(joinedload(Enrolment.course))
    )
    enrolment = session.scalar(query) or abort(404, f"There is no course {slug} that you may see.")
    return _seated(Seat(person_id, enrolment.course, enrolment.role))


def _seated(seat: Seat) -> Seat:
    """Note where somebody is, for the ways that are shown above the page."""
    g.where = Where(seat.course.slug, seat.is_staff, seat.manages)
    return seat


def staff_seat(session: Session, person_id: str, slug: str) -> Seat:
    """Return the seat of somebody who teaches or grades in a course, or answer that there is nothing here."""
    seat = seat_in(session, person_id, slug)
    return seat if seat.is_staff else abort(404)


def managing_seat(session: Session, person_id: str, slug: str) -> Seat:
    """Return the seat of somebody who decides on people and assignments, or answer that there is nothing here."""
    seat = seat_in(session, person_id, slug)
    return seat if seat.manages else abort(404)


def assignment_at(session: Session, seat: Seat, slug: str) -> Assignment:
    """Return an assignment that somebody may see, with its version, or answer that there is none."""
    query = (
        select(Assignment)
        .where(Assignment.course_id == seat.course.id, Assignment.slug == slug)
        .options(joinedload(Assignment.version))
    )
    assignment = session.scalar(query)
    if assignment is None or (assignment.visibility != "visible" and not seat.is_staff):
        abort(404, f"This course has no assignment {slug} that you may see.")
    g.where = replace(g.where, assignment=assignment.slug)
    return assignment


def submission_of(session: Session, person_id: str, submission_id: str) -> tuple[Submission, Seat]:
    """Return a submission that somebody may see, and their seat: their own, or one of a course where they are staff."""
    related = joinedload(Submission.assignment)
    query = (
        select(Submission, Enrolment)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Enrolment, Enrolment.course_id == Assignment.course_id)
        .where(Submission.id == submission_id, Enrolment.person_id == person_id)
        .options(
            related.joinedload(Assignment.version),
            related.joinedload(Assignment.course),
            joinedload(Submission.person),
        )
    )
    submission, enrolment = session.execute(query).one_or_none() or abort(404)
    seat = _seated(Seat(person_id, submission.assignment.course, enrolment.role))
    if submission.person_id != person_id and not seat.is_staff:
        abort(404)
    g.where = replace(g.where, assignment=submission.assignment.slug)
    return submission, seat


def run_of(session: Session, person_id: str, run_id: str) -> tuple[Run, Submission, Seat]:
    """Return a run that somebody may see, its submission, and their seat."""
    run = session.get(Run, run_id) or abort(404)
    submission, seat = submission_of(session, person_id, run.submission_id)
    if run.lane != "interactive" and run.id != submission.run_id and not seat.is_staff:
        abort(404)  # a rerun that nobody has decided on yet
    return run, submission, seat
