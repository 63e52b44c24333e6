"""Marking in the records: comments on many at once, revisions, rubric items, and two who mark at the same time."""

from functools import partial

import pytest
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.audit import AuditEntry
from records.database.engine import Database
from records.errors import NotAllowed
from records.marking.comments import MAX_COMMENT, comment_on
from records.marking.marking import MarkingValues, add_item, change_item, changes_since, save_values
from records.marking.models import Comment, Marking, MarkingConflict, RubricItem
from records.submissions.models import Submission
from records.submissions.notices import Notice
from tests.records.racing import at_once
from tests.records.samples import assignment, person, submission


@pytest.fixture
def made(database: Database) -> tuple[list[str], str]:
    """Three submissions of one assignment, and a grader."""
    with database.write() as session:
        task = assignment(session)
        grader = person(session, "Grete")
        return [submission(session, person(session), task).id for _ in range(3)], grader.id


def revision(session: Session, submission_id: str) -> int:
    marking = session.get(Marking, submission_id)
    return marking.revision if marking else 0


def test_one_comment_goes_to_many_in_one_go(database: Database, made: tuple[list[str], str]) -> None:
    ids, grader = made
    with database.write() as session:
        comment_on(session, ids[:1], "First.", grader)
        said = comment_on(session, [*ids, ids[0]], "  Look at\r\nthe axis. ", grader, "double.py", 2)
    assert len(said) == 3
    with database.read() as session:
        comments = session.query(Comment).filter_by(line=2).all()
        entries = session.query(AuditEntry).filter_by(action="comment").all()
        assert [revision(session, one) for one in ids] == [2, 1, 1]
    assert {(one.submission_id, one.text, one.file) for one in comments} == {
        (one, "Look at\nthe axis.", "double.py") for one in ids
    }
    assert len(entries) == 4
    with database.read() as session:  # one notice each, though the first has two comments
        assert sorted(notice.submission_id for notice in session.query(Notice)) == sorted(ids)
    assert all(entry.course_id is not None for entry in entries)


@pytest.mark.parametrize("text", ["", " \n", "x" * (MAX_COMMENT + 1)])
def test_what_says_nothing_or_too_much_is_refused(database: Database, made: tuple[list[str], str], text: str) -> None:
    ids, grader = made
    with pytest.raises(NotAllowed), database.write() as session:
        comment_on(session, ids, text, grader)
    with pytest.raises(LookupError), database.write() as session:
        comment_on(session, [*ids, "nothing"], "Hello.", grader)
    with database.read() as session:
        assert session.query(Comment).count() == 0
        assert session.query(Marking).count() == 0


def test_comments_on_none_are_none(database: Database, made: tuple[list[str], str]) -> None:
    with database.write() as session:
        assert comment_on(session, [], "Hello.", made[1]) == []


def test_of_two_who_mark_at_once_one_is_told(database: Database, made: tuple[list[str], str]) -> None:
    ids, grader = made

    def decide(points: float) -> str:
        try:
            with database.write() as session:
                submitted = session.get_one(Submission, ids[0])
                save_values(session, submitted, MarkingValues(override=points, reason="because"), grader, 0)
        except MarkingConflict:
            return "told"
        return "kept"

    assert sorted(at_once(partial(decide, 1.0), partial(decide, 2.0))) == ["kept", "told"]
    with database.read() as session:
        [entry] = session.query(AuditEntry).filter_by(action="override").all()
        assert entry.after["override"] == session.get_one(Marking, ids[0]).override_points


def test_each_act_is_on_the_log_by_its_own_name(database: Database, made: tuple[list[str], str]) -> None:
    ids, grader = made
    with database.write() as session:
        first = session.get_one(Submission, ids[0])
        item = add_item(session, first.assignment, "Style", 1.0, grader)
        save_values(session, first, MarkingValues(unreleased=True), grader, 0)
        marks = MarkingValues(frozenset({item.id}), 3.0, "Well argued.")
        save_values(session, first, marks, grader, 1)
        told = changes_since(session, ids[0], 1)
    assert {entry.action: (entry.reason, entry.before, entry.after) for entry in told} == {
        "override": (
            "Well argued.",
            {"override": None, "reason": "", "revision": 1},
            {"override": 3.0, "reason": "Well argued.", "revision": 2},
        ),
        "release": ("", {"unreleased": True, "revision": 1}, {"unreleased": False, "revision": 2}),
        "mark": ("", {"rubric": [], "revision": 1}, {"rubric": ["Style (+1)"], "revision": 2}),
    }


def test_an_items_points_are_changed_where_it_holds(database: Database, made: tuple[list[str], str]) -> None:
    ids, grader = made
    with database.write() as session:
        first = session.get_one(Submission, ids[0])
        item = add_item(session, first.assignment, " Good  style ", 1.0, grader)
        for one in ids[:2]:
            marks = MarkingValues(frozenset({item.id}))
            save_values(session, session.get_one(Submission, one), marks, grader, 0)
    with database.write() as session:
        again = session.get_one(RubricItem, item.id)
        assert again.title == "Good style"
        assert change_item(session, again, "Style", 1.0, grader) == []
        assert sorted(change_item(session, again, "Style", 0.5, grader)) == sorted(ids[:2])
    with database.read() as session:
        assert [revision(session, one) for one in ids] == [2, 2, 0]
        told = changes_since(session, ids[0], 1)
    assert [(entry.actor, entry.after["revision"]) for entry in told] == [(grader, 2)]


@pytest.mark.parametrize(
    ("title", "points"), [("Style", 2.0), ("", 1.0), ("x" * 201, 1.0), ("Other", 0.0), ("Other", 1e9)]
)
def test_an_item_that_is_none_is_refused(
    database: Database, made: tuple[list[str], str], title: str, points: float
) -> None:
    ids, grader = made
    with database.write() as session:
        task = session.get_one(Submission, ids[0]).assignment
        add_item(session, task, "Style", 1.0, grader)
    with pytest.raises(NotAllowed), database.write() as session:
        add_item(session, session.get_one(Assignment, task.id), title, points, grader)


def test_an_item_that_is_retired_stands_and_is_offered_no_more(database: Database, made: tuple[list[str], str]) -> None:
    ids, grader = made
    with database.write() as session:
        first, second = (session.get_one(Submission, one) for one in ids[:2])
        item = add_item(session, first.assignment, "Style", 1.0, grader)
        marks = MarkingValues(frozenset({item.id}))
        save_values(session, first, marks, grader, 0)
        change_item(session, item, "Style", 1.0, grader, retired=True)
        save_values(session, first, MarkingValues(marks.items, unreleased=True), grader, 1)
        with pytest.raises(NotAllowed):
            save_values(session, second, marks, grader, 0)
        add_item(session, first.assignment, "Style", 2.0, grader)
