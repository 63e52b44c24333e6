"""What somebody may see: whatever is not theirs is not found, so that nothing is told by refusing."""

from dataclasses import dataclass, replace

from flask import abort, g, request
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from grader import records

__all__ = [
    "Seat",
    "Where",
    "as_asked",
    "as_student",
    "assignment_at",
    "managing_seat",
    "run_of",
    "seat_in",
    "staff_seat",
    "submission_of",
]


@dataclass(frozen=True)
class Seat:
    """Somebody in a course; `poses` is set where staff look at something as a student would."""

    person_id: str
    course: records.Course
    role: records.Role
    poses: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this person teaches or grades here."""
        return self.role in records.STAFF

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
        select(records.Enrolment)
        .join(records.Course)
        .where(records.Course.slug == slug, records.Enrolment.person_id == person_id)
        .options(joinedload(records.Enrolment.course))
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


def assignment_at(session: Session, seat: Seat, slug: str) -> records.Assignment:
    """Return an assignment that somebody may see, with its version, or answer that there is none."""
    query = (
        select(records.Assignment)
        .where(records.Assignment.course_id == seat.course.id, records.Assignment.slug == slug)
        .options(joinedload(records.Assignment.version))
    )
    assignment = session.scalar(query)
    if assignment is None or (assignment.visibility != "visible" and not seat.is_staff):
        abort(404, f"This course has no assignment {slug} that you may see.")
    g.where = replace(g.where, assignment=assignment.slug)
    return assignment


def submission_of(session: Session, person_id: str, submission_id: str) -> tuple[records.Submission, Seat]:
    """Return a submission that somebody may see, and their seat: their own, or one of a course where they are staff."""
    related = joinedload(records.Submission.assignment)
    query = (
        select(records.Submission, records.Enrolment)
        .join(records.Assignment, records.Assignment.id == records.Submission.assignment_id)
        .join(records.Enrolment, records.Enrolment.course_id == records.Assignment.course_id)
        .where(records.Submission.id == submission_id, records.Enrolment.person_id == person_id)
        .options(
            related.joinedload(records.Assignment.version),
            related.joinedload(records.Assignment.course),
            joinedload(records.Submission.person),
        )
    )
    submission, enrolment = session.execute(query).one_or_none() or abort(404)
    seat = _seated(Seat(person_id, submission.assignment.course, enrolment.role))
    if submission.person_id != person_id and not seat.is_staff:
        abort(404)
    g.where = replace(g.where, assignment=submission.assignment.slug)
    return submission, seat


def run_of(session: Session, person_id: str, run_id: str) -> tuple[records.Run, records.Submission, Seat]:
    """Return a run that somebody may see, its submission, and their seat."""
    run = session.get(records.Run, run_id) or abort(404)
    submission, seat = submission_of(session, person_id, run.submission_id)
    if run.lane != "interactive" and run.id != submission.run_id and not seat.is_staff:
        abort(404)  # a rerun that nobody has decided on yet
    return run, submission, seat
