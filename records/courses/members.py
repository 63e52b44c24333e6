"""Members: who somebody is in the course of a page, a submission, a run, a rerun or a job, as plain values.

Each lookup is one query, and returns None where there is no such thing, or where somebody may not see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from records.courses.lookup import find_assignment
from records.courses.models import STAFF, Assignment, Course, Membership, Role
from records.people.models import Person
from records.queue.jobs import Job
from records.reruns.models import Rerun
from records.submissions.models import Run, Submission


@dataclass(frozen=True)
class CourseRef:
    """A course as every page of it needs it; outlives the transaction that read it."""

    id: str
    slug: str
    title: str
    join_code: str | None
    time_zone: str


@dataclass(frozen=True)
class Member:
    """Somebody in a course; `as_student` is set where staff look at something as a student would.

    Whoever is `withdrawn` sees their own work and nothing else, whatever their role was.
    """

    person_id: str
    course: CourseRef
    role: Role
    as_student: bool = False
    withdrawn: bool = False

    @property
    def is_staff(self) -> bool:
        """Whether this person teaches or grades here."""
        return self.role in STAFF and not self.withdrawn

    @property
    def manages(self) -> bool:
        """Whether this person decides on people, assignments and dates."""
        return self.role in ("instructor", "admin") and not self.withdrawn


class Student(NamedTuple):
    """A student of a course; the section is "" for none."""

    id: str
    name: str
    email: str
    section: str
    withdrawn: bool


_Query = Select[str, str, str, str | None, str, Role, datetime | None]
_COLUMNS: Final = (
    *(Course.id, Course.slug, Course.title, Course.join_code, Course.time_zone),
    *(Membership.role, Membership.withdrawn_at),
)
ENROLLED: Final = Membership.withdrawn_at.is_(None)
_IS_STAFF: Final = and_(Membership.role.in_(STAFF), ENROLLED)


def member_of_course(session: Session, person_id: str, slug: str) -> Member | None:
    """Return who somebody is in a course."""
    return _member(session, person_id, _of(person_id).where(Course.slug == slug))


def is_found(search: str) -> ColumnElement[bool]:
    """Return the condition that a person's name or e-mail address has every word of a search."""
    words = [
        or_(Person.name.icontains(word, autoescape=True), Person.email.icontains(word, autoescape=True))
        for word in search.split()
    ]
    return and_(true(), *words)


def students_in(
    session: Session, course_id: str, *, section: str | None = None, search: str = "", withdrawn: bool = False
) -> Sequence[Student]:
    """Return the students of a course, or of one section, whom a search finds, by name; `withdrawn` ones if asked."""
    query = (
        select(Person.id, Person.name, Person.email, Membership.section, Membership.withdrawn_at.is_not(None))
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.course_id == course_id, Membership.role == "student", is_found(search))
        .order_by(Person.name, Person.email)
    )
    if section is not None:
        query = query.where(Membership.section == section)
    if not withdrawn:
        query = query.where(ENROLLED)
    return [Student(*row) for row in session.execute(query)]


def by_enrolled() -> ColumnElement[bool]:
    """Return the condition that whoever submitted a `Submission` has not withdrawn from its course."""
    theirs, task = aliased(Membership), aliased(Assignment)
    withdrawn = (
        select(theirs.person_id)
        .join(task, task.course_id == theirs.course_id)
        .where(theirs.person_id == Submission.person_id, task.id == Submission.assignment_id)
        .where(theirs.withdrawn_at.is_not(None))
    )
    return ~withdrawn.correlate(Submission).exists()


def visible_assignment(session: Session, member: Member, slug: str) -> Assignment | None:
    """Return an assignment of a member's course with its version; None where there is none that they may see."""
    assignment = find_assignment(session, member.course.id, slug)
    return assignment if assignment and (member.is_staff or assignment.visibility == "visible") else None


def member_at_submission(session: Session, person_id: str, submission_id: str) -> Member | None:
    """Return who somebody is in the course of a submission that is theirs, or that they may see as staff."""
    query = _at_submissions(person_id).where(Submission.id == submission_id)
    return _member(session, person_id, query)


def member_at_run(session: Session, person_id: str, run_id: str) -> Member | None:
    """Return who somebody is in the course of a run; of a rerun that is not decided on, for staff alone."""
    decided = or_(Run.queue == "interactive", Run.id == Submission.run_id, _IS_STAFF)
    query = _at_submissions(person_id).join(Run, Run.submission_id == Submission.id)
    return _member(session, person_id, query.where(Run.id == run_id, decided))


def member_at_rerun(session: Session, person_id: str, rerun_id: str) -> Member | None:
    """Return who somebody is in the course of a rerun."""
    query = _of(person_id).join(Rerun, Rerun.course_id == Course.id).where(Rerun.id == rerun_id)
    return _member(session, person_id, query)


def member_at_job(session: Session, person_id: str, job_id: str) -> Member | None:
    """Return who somebody is in the course of a job."""
    query = _of(person_id).join(Assignment, Assignment.course_id == Course.id)
    return _member(session, person_id, query.join(Job, Job.assignment_id == Assignment.id).where(Job.id == job_id))


def _of(person_id: str) -> _Query:
    joined = select(*_COLUMNS).select_from(Membership).join(Course, Course.id == Membership.course_id)
    return joined.where(Membership.person_id == person_id)


def _at_submissions(person_id: str) -> _Query:
    joined = _of(person_id).join(Assignment, Assignment.course_id == Course.id)
    submitted = joined.join(Submission, Submission.assignment_id == Assignment.id)
    return submitted.where(or_(Submission.person_id == person_id, _IS_STAFF))


def _member(session: Session, person_id: str, query: _Query) -> Member | None:
    row = session.execute(query).one_or_none()
    return Member(person_id, CourseRef(*row[:5]), row.role, withdrawn=row.withdrawn_at is not None) if row else None
