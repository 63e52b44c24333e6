"""Whoever withdraws from a course keeps their work, counts nowhere any more, and can be enrolled again."""

import pytest
from sqlalchemy import select

from records.courses.members import Member, member_at_submission, member_of_course, students_in
from records.courses.memberships import enroll, set_withdrawn
from records.courses.models import Course, Membership
from records.database.audit import AuditEntry
from records.database.engine import Database, clock
from records.errors import NotAllowed
from records.insights.classes import class_results, overview_of, students_by_mistake
from records.insights.searches import request_search
from records.marking.gradebook import gradebook_of
from records.marking.queries import first_submitter
from records.reruns.selection import select_submissions, selection_sizes, shown_tests
from records.submissions.admission import Refusal, attempt_status
from records.submissions.submit import SubmittedFiles, last_files, submit
from tests.records.graded_class import Class, failed, passed
from tests.records.samples import SOURCE

FILES = SubmittedFiles({"double.py": SOURCE})


@pytest.fixture
def course(database: Database) -> Class:
    """Ada and Ben, who both submitted."""
    some = Class(database)
    some.submit("Ada", failed(wrong="dropped", diagnosis="It drops one."))
    some.submit("Ben", passed())
    with database.write() as session:
        session.add(Membership(course_id=some.course_id, person_id=some.grader, role="instructor"))
    return some


def person_of(course: Class, name: str) -> str:
    with course.database.read() as session:
        return next(one.id for one in students_in(session, course.course_id, withdrawn=True) if one.name == name)


def change(course: Class, name: str, *, withdrawn: bool) -> None:
    with course.database.write() as session:
        membership = session.get_one(Membership, (course.course_id, person_of(course, name)))
        assert set_withdrawn(session, manager(course), membership, withdrawn=withdrawn, reason="They wrote so.")


def manager(course: Class) -> Member:
    with course.database.read() as session:
        slug = session.get_one(Course, course.course_id).slug
        member = member_of_course(session, course.grader, slug)
    assert member is not None
    return member


def seen(course: Class, *, withdrawn: bool = False) -> dict[str, int]:
    """How many students each place that counts a class takes in."""
    with course.database.read() as session:
        now, task = clock(session), course.task
        results = class_results(session, task, now, withdrawn=withdrawn)
        sizes = selection_sizes(session, course.course_id, task, now, withdrawn=withdrawn)
        failing = ("test_hidden.py::test_shape", course.course_id, task)
        return {
            "gradebook": len(gradebook_of(session, course.course_id, now, withdrawn=withdrawn).rows),
            "insights": len(results.latest),
            "enrolled": overview_of(session, course.course_id, results).students,
            "mistakes": sum(students_by_mistake(session, task, withdrawn=withdrawn).values()),
            "similarity": len(last_files(session, task.id, 10, withdrawn=withdrawn)),
            "rerun": sizes["all"],
            "tests": sum(one.total for one in shown_tests(session, task, withdrawn=withdrawn)),
            "failing": len(
                select_submissions(session, *failing[1:], "failing", now, test=failing[0], withdrawn=withdrawn)
            ),
        }


def test_whoever_withdrew_counts_nowhere_unless_asked_for(course: Class) -> None:
    everybody = seen(course)
    assert everybody == dict.fromkeys(everybody, 2) | {"mistakes": 1, "failing": 1}
    change(course, "Ada", withdrawn=True)
    assert seen(course) == dict.fromkeys(everybody, 1) | {"mistakes": 0, "failing": 0}
    assert seen(course, withdrawn=True) == everybody
    change(course, "Ada", withdrawn=False)
    assert seen(course) == everybody


def test_a_grader_goes_on_to_those_who_are_enrolled(course: Class) -> None:
    change(course, "Ada", withdrawn=True)
    with course.database.read() as session:
        assert first_submitter(session, course.task) == person_of(course, "Ben")


def test_a_search_with_withdrawn_students_is_another_search(course: Class) -> None:
    with course.database.write() as session:
        plain, whole = (request_search(session, course.task, course.grader, withdrawn=one) for one in (False, True))
        assert plain.id != whole.id
        assert (plain.withdrawn, whole.withdrawn) == (False, True)


def test_whoever_withdrew_reads_their_work_and_submits_nothing(course: Class) -> None:
    ada = person_of(course, "Ada")
    change(course, "Ada", withdrawn=True)
    with course.database.write() as session:
        member = member_at_submission(session, ada, course.submissions["Ada"])
        assert member is not None
        assert member.withdrawn
        assert attempt_status(session, member, course.task, clock(session)).closed == Refusal.WITHDRAWN
        for kind in ("submit", "check"):
            with pytest.raises(NotAllowed, match="withdrawn"):
                submit(session, ada, course.task.id, FILES, kind=kind)
    change(course, "Ada", withdrawn=False)
    with course.database.write() as session:
        assert submit(session, ada, course.task.id, FILES, kind="check").kind == "check"


def test_a_code_for_joining_does_not_bring_them_back(course: Class) -> None:
    change(course, "Ada", withdrawn=True)
    with course.database.write() as session:
        enroll(session, session.get_one(Course, course.course_id), person_of(course, "Ada"))
    assert seen(course)["gradebook"] == 1


def test_staff_who_withdrew_are_no_staff(course: Class) -> None:
    change(course, "Ben", withdrawn=True)
    with course.database.write() as session:
        membership = session.get_one(Membership, (course.course_id, person_of(course, "Ben")))
        membership.role = "grader"
    with course.database.read() as session:
        ben = session.scalars(select(Membership.person_id).where(Membership.role == "grader")).one()
        assert member_at_submission(session, ben, course.submissions["Ada"]) is None
        member = member_at_submission(session, ben, course.submissions["Ben"])
        assert member is not None
        assert not member.is_staff


def test_it_is_permitted_as_a_change_of_role_is(course: Class) -> None:
    by = manager(course)
    with course.database.write() as session:
        own = session.get_one(Membership, (course.course_id, course.grader))
        ada = session.get_one(Membership, (course.course_id, person_of(course, "Ada")))
        ada.role = "instructor"
        with pytest.raises(PermissionError):
            set_withdrawn(session, by, ada, withdrawn=True)
        own.role = "grader"
        with pytest.raises(NotAllowed, match="Your own"):
            set_withdrawn(session, by, own, withdrawn=True)


def test_it_is_in_the_audit_log_once(course: Class) -> None:
    change(course, "Ada", withdrawn=True)
    with course.database.write() as session:
        ada = session.get_one(Membership, (course.course_id, person_of(course, "Ada")))
        assert not set_withdrawn(session, manager(course), ada, withdrawn=True)
    change(course, "Ada", withdrawn=False)
    with course.database.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.person_id == ada.person_id).order_by(AuditEntry.id))
        assert [(one.action, one.actor, one.reason) for one in found] == [
            ("withdraw", course.grader, "They wrote so."),
            ("reinstate", course.grader, "They wrote so."),
        ]
