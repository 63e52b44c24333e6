"""Reruns change nothing until somebody decides, then everything at once; on both databases."""

from functools import partial

import pytest
from sqlalchemy import func, select

from records.courses.models import Assignment
from records.database.audit import AuditEntry
from records.database.engine import Database, clock
from records.errors import NotAllowed
from records.marking.models import Marking
from records.people.models import Person
from records.queue.runs import claim_run, request_run
from records.reruns.applying import DecisionOutcome, Scope, apply_rerun, discard_rerun, undo_rerun
from records.reruns.changes import adjacent_submissions, submission_changes
from records.reruns.comparison import Comparison, compare
from records.reruns.lifecycle import cancel_rerun, pause_rerun, progress_of, resume_rerun
from records.reruns.models import Rerun, RerunItem
from records.reruns.selection import Selection, select_submissions, shown_tests
from records.submissions.models import Run, Submission
from records.submissions.notices import Notice, notify
from records.submissions.submit import store_submission
from tests.records.graded_class import Class, failed, passed
from tests.records.racing import at_once


@pytest.fixture
def year(database: Database) -> Class:
    """Ada fails a test, Ben passes it, Chen fails another."""
    year = Class(database)
    year.submit("Ada", failed("shape"), passed("value"), seed=11)
    year.submit("Ben", passed("shape"), passed("value"), seed=12)
    year.submit("Chen", passed("shape"), failed("value"), seed=13)
    return year


def compared(year: Class, rerun_id: str) -> Comparison:
    with year.database.read() as session:
        return compare(session, session.get_one(Rerun, rerun_id))


def notices(year: Class) -> list[tuple[str, str]]:
    with year.database.read() as session:
        query = select(Notice.kind, Person.name).join(Person, Person.id == Notice.person_id)
        return sorted((kind, name) for kind, name in session.execute(query))


def test_a_rerun_repeats_the_seeds_and_changes_no_grade(year: Class) -> None:
    before = year.points()
    rerun_id = year.begin(version_hash=year.fixed_version())
    with year.database.read() as session:
        runs = session.scalars(select(Run).where(Run.queue == "background")).all()
        assert {run.seed for run in runs} == {11, 12, 13}
        assert progress_of(session, [rerun_id])[rerun_id].underway == 3
    assert (
        year.finish("background", {"Ada": [passed("shape"), passed("value")]}, [failed("shape"), failed("value")]) == 3
    )
    assert year.points() == before
    assert notices(year) == []


def test_one_seed_may_be_given_to_all(year: Class) -> None:
    year.begin(seed=99)
    with year.database.read() as session:
        assert set(session.scalars(select(Run.seed).where(Run.queue == "background"))) == {99}


def test_the_comparison_says_who_rises_and_falls_and_which_tests_flip(year: Class) -> None:
    rerun_id = year.begin()
    new = passed("new", 1.0)
    after = {
        "Ada": [passed("shape"), passed("value"), new],
        "Ben": [failed("shape"), passed("value"), new],
        "Chen": None,
    }
    year.finish("background", after)
    found = compared(year, rerun_id)
    assert found.counts == {"rises": 1, "falls": 1, "same": 0, "not graded": 1, "waiting": 0}
    assert (found.gained, found.lost) == (3.0, 1.0)
    assert (found.max_before, found.max_after) == (4.0, 5.0)
    shape, fresh = found.tests
    assert (shape.title, shape.up, shape.down, shape.passed_before, shape.passed_after) == ("About shape.", 1, 1, 1, 1)
    assert (fresh.title, fresh.after_only, fresh.passed_after) == ("About new.", True, 2)
    assert found.steady == 1
    with year.database.read() as session:
        rerun = session.get_one(Rerun, rerun_id)
        items, total = submission_changes(session, rerun)
        assert [(one.name, one.change, one.before, one.after) for one in items] == [
            ("Ben", "falls", 4.0, 3.0),
            ("Ada", "rises", 2.0, 5.0),
            ("Chen", "not graded", 2.0, None),
        ]
        assert total == 3
        assert [flip.passes for flip in items[0].flips] == [False]
        flipped, _ = submission_changes(session, rerun, test="test_hidden.py::test_shape", name="BEN")
        assert [one.name for one in flipped] == ["Ben"]
        assert adjacent_submissions(session, rerun, items[1].submission_id)[2:] == (2, 3)


def test_applying_moves_all_at_once_and_undoing_moves_them_back(year: Class) -> None:
    before = year.points()
    rerun_id = year.begin()
    year.finish(
        "background",
        {"Ada": [passed("shape"), passed("value")], "Ben": [failed("shape"), passed("value")], "Chen": None},
    )
    decided = year.decide(rerun_id, apply_rerun, "all")
    assert decided == DecisionOutcome(submissions=2, notified=2)
    assert year.points() == {"Ada": 4.0, "Ben": 2.0, "Chen": 2.0}
    assert notices(year) == [("regraded", "Ada"), ("regraded", "Ben")]
    assert compared(year, rerun_id).counts["rises"] == 1
    with pytest.raises(NotAllowed, match="applied"):
        year.decide(rerun_id, apply_rerun, "all")
    assert year.decide(rerun_id, undo_rerun) == DecisionOutcome(submissions=2, notified=2)
    assert year.points() == before
    assert ("restored", "Ben") in notices(year)
    year.decide(rerun_id, apply_rerun, "rises")
    assert year.points() == {**before, "Ada": 4.0}


def test_a_chosen_few_can_be_applied(year: Class) -> None:
    rerun_id = year.begin()
    year.finish("background", {}, [passed("shape"), passed("value")])
    with pytest.raises(NotAllowed, match="nothing to apply"):
        year.decide(rerun_id, apply_rerun, "chosen", submission_ids=[])
    year.decide(rerun_id, apply_rerun, "chosen", submission_ids=[year.submissions["Chen"]])
    assert year.points() == {"Ada": 2.0, "Ben": 4.0, "Chen": 4.0}


def test_every_change_is_on_the_log(year: Class) -> None:
    rerun_id = year.begin()
    year.finish("background", {}, [passed("shape"), passed("value")])
    year.decide(rerun_id, apply_rerun, "rises", reason="Shapes were asked for wrongly.")
    with year.database.read() as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [entry.action for entry in entries] == ["begin rerun", "apply rerun", "regrade", "regrade"]
        assert {entry.reason for entry in entries[1:]} == {"Shapes were asked for wrongly."}
        assert {entry.course_id for entry in entries} == {year.course_id}
        (ada,) = [one for one in entries if one.submission_id == year.submissions["Ada"]]
        assert (ada.before["points"], ada.after["points"], ada.after["rerun"]) == (2.0, 4.0, rerun_id)


def test_nothing_is_applied_where_one_was_graded_meanwhile(year: Class) -> None:
    rerun_id = year.begin()
    year.finish("background", {}, [passed("shape"), passed("value")])
    with year.database.write() as session:
        request_run(session, session.get_one(Submission, year.submissions["Chen"]), queue="interactive")
    year.finish("interactive", {}, [failed("shape"), failed("value")])
    assert compared(year, rerun_id).stale == 1
    with pytest.raises(NotAllowed, match="counts by now for Chen"):
        year.decide(rerun_id, apply_rerun, "all")
    assert year.points() == {"Ada": 2.0, "Ben": 4.0, "Chen": 0.0}
    assert notices(year) == []
    year.decide(rerun_id, apply_rerun, "current")
    assert year.points() == {"Ada": 4.0, "Ben": 4.0, "Chen": 0.0}


def test_a_run_that_comes_late_does_not_take_the_place_of_what_was_decided(year: Class) -> None:
    rerun_id = year.begin("Ada", "Ben")
    year.finish("background", {}, [passed("shape"), passed("value")])
    with year.database.write() as session:
        request_run(session, session.get_one(Submission, year.submissions["Ada"]), queue="interactive")
    year.decide(rerun_id, apply_rerun, "all")
    applied = year.points()
    year.finish("interactive", {}, [failed("shape"), failed("value")])
    assert year.points() == applied
    year.decide(rerun_id, undo_rerun)
    assert year.points() != applied


def test_students_are_told_of_what_they_can_see_now_or_once_it_is_let_go(database: Database) -> None:
    year = Class(database)
    for name in ("Ada", "Ben", "Chen"):
        year.submit(name, failed("shape", visibility="hidden" if name == "Ada" else "visible"))
    with database.write() as session:
        session.add(Marking(submission_id=year.submissions["Ben"], unreleased=True, person_id=year.grader))
    rerun_id = year.begin()
    year.finish("background", {"Ada": [passed("shape", visibility="hidden")]}, [passed("shape")])
    assert year.decide(rerun_id, apply_rerun, "all") == DecisionOutcome(submissions=3, notified=1, later=1)
    assert notices(year) == [("regraded", "Ben"), ("regraded", "Chen")]


def test_another_rerun_of_the_same_submissions_waits_for_a_decision(year: Class) -> None:
    first = year.begin("Ada", "Ben")
    with pytest.raises(NotAllowed, match=r'one of these .* "The test of shapes was wrong\.", asked for by Grete'):
        year.begin("Ben", "Chen")
    year.begin("Chen")
    year.finish("background", {}, [passed("shape"), passed("value")])
    year.decide(first, discard_rerun)
    assert year.points()["Ada"] == 2.0
    year.begin("Ada")


def test_of_two_at_the_same_moment_one_begins(year: Class) -> None:
    def begin() -> str:
        try:
            return year.begin()
        except NotAllowed:
            return ""

    assert sorted(map(bool, at_once(begin, begin))) == [False, True]
    with year.database.read() as session:
        assert session.scalar(select(func.count()).select_from(RerunItem)) == 3


def test_of_two_who_decide_at_the_same_moment_one_is_refused(year: Class) -> None:
    rerun_id = year.begin()
    year.finish("background", {}, [passed("shape"), passed("value")])

    def apply(scope: Scope) -> int:
        try:
            decided = year.decide(rerun_id, apply_rerun, scope)
        except NotAllowed:
            return 0
        assert isinstance(decided, DecisionOutcome)
        return decided.submissions

    done = sorted(at_once(partial(apply, "all"), partial(apply, "rises")))
    assert done in ([0, 2], [0, 3])
    with year.database.read() as session:
        applied = select(func.count()).select_from(RerunItem).where(RerunItem.applied)
        assert session.scalar(applied) == done[1]


def test_nothing_is_undone_under_a_later_rerun(year: Class) -> None:
    first = year.begin()
    year.finish("background", {}, [passed("shape"), passed("value")])
    year.decide(first, apply_rerun, "all")
    second = year.begin("Ada")
    with pytest.raises(NotAllowed, match="Another rerun holds one of these"):
        year.decide(first, undo_rerun)
    year.decide(second, cancel_rerun)
    year.decide(first, undo_rerun)
    assert year.points()["Ada"] == 2.0


def test_who_was_never_graded_rises_and_falls_back_when_that_is_undone(year: Class) -> None:
    with year.database.write() as session:
        ada = session.get_one(Submission, year.submissions["Ada"]).person
        lost = store_submission(session, person=ada, assignment=year.task, files={"double.py": b"x = 1\n"})
        request_run(session, lost, queue="interactive")
    year.submissions["lost"] = lost.id
    year.finish("interactive", {"lost": None})
    rerun_id = year.begin("lost")
    year.finish("background", {}, [passed("shape")])
    assert compared(year, rerun_id).counts["rises"] == 1
    year.decide(rerun_id, apply_rerun, "rises")
    assert year.points()["lost"] == 2.0
    year.decide(rerun_id, undo_rerun)
    assert year.points()["lost"] is None


def test_pausing_takes_back_what_is_not_begun_and_resuming_goes_on(year: Class) -> None:
    rerun_id = year.begin()
    with year.database.write() as session:
        begun = claim_run(session, "background", "a slot", 60)
    year.decide(rerun_id, pause_rerun)
    with year.database.read() as session:
        progress = progress_of(session, [rerun_id])[rerun_id]
        assert (progress.running, progress.queued, progress.idle) == (1, 0, 2)
    assert begun is not None
    assert year.finish("background", {}, [passed()]) == 0
    assert year.decide(rerun_id, resume_rerun) == 2
    assert year.finish("background", {}, [passed()]) == 2


def test_what_could_not_be_graded_is_tried_again(year: Class) -> None:
    rerun_id = year.begin()
    year.finish("background", {"Ben": None}, [passed("shape"), passed("value")])
    assert compared(year, rerun_id).counts["not graded"] == 1
    assert year.decide(rerun_id, resume_rerun) == 1
    year.finish("background", {}, [passed("shape"), passed("value")])
    assert compared(year, rerun_id).counts["not graded"] == 0


def test_a_cancelled_rerun_can_be_looked_at_and_never_applied(year: Class) -> None:
    rerun_id = year.begin()
    year.decide(rerun_id, cancel_rerun)
    assert compared(year, rerun_id).counts["waiting"] == 3
    for act in (resume_rerun, pause_rerun, discard_rerun, undo_rerun):
        with pytest.raises(NotAllowed, match="cancelled"):
            year.decide(rerun_id, act)
    year.begin()


def test_nothing_is_applied_while_something_is_being_graded(year: Class) -> None:
    rerun_id = year.begin()
    for act, arguments in ((apply_rerun, ["all"]), (discard_rerun, [])):
        with pytest.raises(NotAllowed, match="still to be graded"):
            year.decide(rerun_id, act, *arguments)


def test_a_students_runs_take_turns_in_the_rerun_queue(year: Class) -> None:
    with year.database.write() as session:
        ada = session.get_one(Submission, year.submissions["Ada"]).person
        for _ in range(2):
            handed = store_submission(session, person=ada, assignment=year.task, files={"double.py": b"x = 1\n"})
            year.submissions[f"more {handed.id}"] = handed.id
    year.begin()
    order = []
    for _ in range(5):
        with year.database.write() as session:
            taken = claim_run(session, "background", "a slot", 60)
            assert taken is not None
            order.append(session.get_one(Run, taken.id).person_id == ada.id)
    assert order == [True, False, False, True, True]


@pytest.mark.parametrize(
    ("which", "names"),
    [
        ("picked", "Ada Ben Old"),
        ("all", "Ada Ben Chen Old"),
        ("latest", "Ada Ben Chen"),
        ("active", "Old Ben Chen"),
        ("failing", "Ada Old"),
    ],
)
def test_choices(year: Class, which: Selection, names: str) -> None:
    with year.database.write() as session:
        ada = session.get_one(Submission, year.submissions["Ada"])
        at = ada.created_at.replace(year=2020)
        old = store_submission(session, person=ada.person, assignment=year.task, files={"double.py": b"x"}, at=at)
        store_submission(session, person=ada.person, assignment=year.task, files={"double.py": b"x"}, kind="check")
        request_run(session, old, queue="interactive")
    year.submissions["Old"] = old.id
    year.finish("interactive", {}, [failed("shape"), passed("value", 9.0)])
    with year.database.write() as session:
        ada = session.get_one(Submission, year.submissions["Ada"]).person
        waiting = store_submission(session, person=ada, assignment=year.task, files={"double.py": b"x"})
        request_run(session, waiting, queue="interactive")
    picked = [year.submissions["Ada"], year.submissions["Ben"], old.id, waiting.id]
    with year.database.read() as session:
        task = session.get_one(Assignment, year.task.id)
        test = "test_hidden.py::test_shape"
        now = clock(session)
        chosen = select_submissions(session, task.course.id, task, which, now, test=test, submission_ids=picked)
        assert set(chosen) == {year.submissions[name] for name in names.split()}
        (first, *_) = shown_tests(session, task)
        assert (first.name, first.failed, first.total) == (test, 2, 4)


def test_what_is_not_an_attempt_here_is_not_rerun(year: Class, database: Database) -> None:
    other = Class(database).submit("Eve", passed())
    year.submissions["Eve"] = other
    with pytest.raises(NotAllowed, match="nothing was begun"):
        year.begin("Ada", "Eve")
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Rerun)) == 0


def test_a_grader_who_changes_something_again_leaves_one_notice(year: Class) -> None:
    with year.database.write() as session:
        submission = session.get_one(Submission, year.submissions["Ada"])
        notify(session, [submission.id], "First.")
        notify(session, [submission.id], "Second.")
    with year.database.read() as session:
        assert [one.reason for one in session.scalars(select(Notice))] == ["Second."]
