"""Runs as their readers see them: the visible tests, what to fix first, and the score."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from grader.results.run import TestResult, score_of
from records.courses.members import Member
from records.queue.eta import QueuePosition
from records.submissions.attempts import Attempt, attempts_of, shown_of
from records.submissions.models import Run, Submission
from web.extensions import services
from web.marking.feedback import GraderFeedback
from web.submissions.notices import NoticePresenter
from web.submissions.queue_position import UNDERWAY, in_words
from web.ui.pages import PageAtAssignment

_PUBLIC = "test_public.py::"


@dataclass(frozen=True)
class TestView(TestResult):
    """A test as it is shown, with an anchor; `same_as` is that of where its diagnosis was shown before."""

    id: str = ""
    same_as: str | None = None

    @property
    def public(self) -> bool:
        """Whether students can read the test."""
        return self.name.startswith(_PUBLIC)


@dataclass(frozen=True)
class Diagnosis:
    """A diagnosis with its anchor, and the tests that it affects: their anchors and titles."""

    id: str
    text: str
    tests: list[tuple[str, str]]


@dataclass(frozen=True)
class RunPresenter:
    """A run as it is shown.

    Attributes:
        attempt: the number of the attempt, None for a check or a trial.
        points, max_points: of the tests that are shown; points are None while there are none.
        withheld: the number of tests that are not shown yet.
        unreleased: whether the result is unreleased, so that no test is shown.
        late: what lateness costs, as a sentence.
        as_student: whether staff see it as a student does.
    """

    run_id: str
    submission_id: str
    state: str
    kind: str
    attempt: int | None
    points: float | None
    max_points: float
    message: str
    queue_position: QueuePosition | None
    diagnoses: list[Diagnosis]
    tests: list[TestView]
    withheld: int
    unreleased: bool
    late: str
    as_student: bool
    urls: dict[str, str]
    created_at: datetime
    underway: str = UNDERWAY  # shown as soon as grading begins

    @property
    def waits(self) -> str:
        """Its queue position, in words; "" once it is finished."""
        return in_words(self.queue_position) if self.queue_position else ""

    @property
    def passed(self) -> int:
        """How many of the tests that are shown passed."""
        return sum(test.outcome == "passed" for test in self.tests)


@dataclass(frozen=True, kw_only=True)
class HistoryPage(PageAtAssignment):
    """What somebody submitted to an assignment, the latest first."""

    attempts: Sequence[Attempt]


@dataclass(frozen=True)
class ComparedFile:
    """A file of two submissions; "" where one has none of that name."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True)
class ComparePage(PageAtAssignment):
    """Two submissions side by side."""

    old: Submission
    new: Submission
    files: Sequence[ComparedFile]


@dataclass(frozen=True, kw_only=True)
class SubmissionPage(PageAtAssignment):
    """A submission with its files and results; attempt and run are None where none of its runs is for this reader."""

    submission: Submission
    attempt: Attempt | None
    run: RunPresenter | None
    feedback: GraderFeedback | None
    notices: Sequence[NoticePresenter]
    files: Mapping[str, str]
    is_own: bool


def attempt_of(session: Session, submission: Submission, member: Member, now: datetime) -> Attempt | None:
    """Return a submission as an attempt that a member may see; None if none of its runs is for them."""
    assignment = submission.assignment
    theirs = attempts_of(
        session, submission.person_id, [assignment], now, kinds=(submission.kind,), staff=member.is_staff
    )
    return next((one for one in theirs[assignment.id] if one.submission_id == submission.id), None)


def run_presenter(
    session: Session, run_id: str, member: Member, now: datetime, *, attempt: Attempt | None = None
) -> RunPresenter:
    """Return a run as a member sees it, who may; with its submission's attempt, if that is known."""
    run = session.get_one(Run, run_id)
    submission = run.submission
    shown = shown_of(session, submission, now, staff=member.is_staff)
    is_shown = run.state == "graded" and bool(shown)
    tests = [test.result() for test in run.tests] if run.state == "graded" else []
    seen = [test for test in tests if test.visibility in shown]
    diagnoses = _diagnoses(run.id, seen)
    explained = {one.text: one.id for one in diagnoses}
    return RunPresenter(
        run_id=run.id,
        submission_id=submission.id,
        state=run.state,
        kind=submission.kind,
        attempt=attempt.number if attempt and attempt.kind == "submit" else None,
        points=score_of(seen) if is_shown else None,
        max_points=_sum(test.max_points for test in seen) if is_shown else _expected(submission),
        message=run.message if is_shown or member.is_staff else "",
        queue_position=None if run.finished_at is not None else services().queue_positions.of(session, run),
        diagnoses=diagnoses,
        tests=[test_view(test, explained) for test in in_order(seen)],
        withheld=len(tests) - len(seen),
        unreleased=run.state == "graded" and not shown,
        late=_late(attempt) if attempt else "",
        as_student=member.as_student,
        urls=run_urls(run.id, submission.id, as_student=member.as_student),
        created_at=submission.created_at,
    )


def _diagnoses(run_id: str, tests: Iterable[TestResult]) -> list[Diagnosis]:
    affected: dict[str, list[TestResult]] = {}
    for test in tests:
        if test.diagnosis:
            affected.setdefault(test.diagnosis, []).append(test)
    return [
        Diagnosis(f"diagnosis-{run_id}-{number}", text, [(_anchor(test.name), test.title) for test in found])
        for number, (text, found) in enumerate(affected.items(), start=1)
    ]


def run_urls(run_id: str, submission_id: str, *, as_student: bool = False) -> dict[str, str]:
    """Return the addresses of a run; with `as_student`, as a student sees it."""
    view = "student" if as_student else None
    return {
        "result": url_for("runs.result", run_id=run_id, view=view),
        "events": url_for("runs.events", run_id=run_id, view=view),
        "state": url_for("runs.state", run_id=run_id),
        "submission": url_for("submissions.show", submission_id=submission_id),
    }


def test_view(test: TestResult, explained: dict[str, str]) -> TestView:
    """Return a test as it is shown, and add its anchor to those of tests that have explained a diagnosis."""
    anchor = _anchor(test.name)
    before = explained.setdefault(test.diagnosis, anchor) if test.diagnosis else anchor
    return TestView(**vars(test), id=anchor, same_as=None if before == anchor else before)


def _anchor(name: str) -> str:
    """Return a unique HTML id: characters that an id may not hold become their code points."""
    return "test-" + re.sub(r"[^\w-]", lambda found: f".{ord(found[0]):x}.", name, flags=re.ASCII)


def in_order(tests: Collection[TestResult]) -> list[TestResult]:
    """Return tests by what to fix first: failed before passed, public before hidden, diagnosed before others.

    Otherwise they keep the order of the suite, which goes from simple to complex.
    """

    def key(place_and_test: tuple[int, TestResult]) -> tuple[bool, bool, bool, int]:
        place, test = place_and_test
        return (test.outcome == "passed", not test.name.startswith(_PUBLIC), not test.diagnosis, place)

    return [test for _, test in sorted(enumerate(tests), key=key)]


def _sum(points: Iterable[float]) -> float:
    return round(sum(points), 4)


def _expected(submission: Submission) -> float:
    bundle = services().bundles.of(submission.version_hash)
    return float(bundle.points_of(public_only=submission.kind == "check"))


def _late(attempt: Attempt) -> str:
    if not attempt.percent_off:
        return ""
    worth = "" if attempt.final_score is None else f": {attempt.final_score:.4g} points count"
    return f"Submitted late, which takes {attempt.percent_off:g} % off{worth}."
