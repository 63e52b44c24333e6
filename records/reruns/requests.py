"""Rerun requests: which submissions somebody wants graded again, by what and why, checked and started."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.engine import clock
from records.reruns.lifecycle import begin_rerun
from records.reruns.models import Rerun
from records.reruns.selection import (
    SELECTIONS,
    Selection,
    describe_selection,
    select_submissions,
    shown_tests,
    versions_at,
)

MAX_REASON: Final = 500  # characters
_MIN_HASH: Final = 8  # characters of a hash that tell a version from others


class InvalidRerun(ValueError):
    """A request or a decision that makes no sense; the message says what to correct."""


@dataclass(frozen=True)
class RerunRequest:
    """A rerun somebody asks for.

    Attributes:
        which: a `Selection`, or whatever else was sent.
        version: a version's hash or its beginning; "" for the version in force.
        test: name of a test, for the submissions that fail it.
        submissions: ids, for the submissions picked by hand.
        seed: for all runs; None for the seed of each submission's previous run.
        withdrawn: whether students who have withdrawn are among those chosen.
    """

    which: str
    version: str = ""
    test: str = ""
    submissions: Sequence[str] = ()
    seed: int | None = None
    reason: str = ""
    withdrawn: bool = False


def start_rerun(
    session: Session, course_id: str, assignment: Assignment | None, request: RerunRequest, person_id: str
) -> tuple[Rerun, int]:
    """Start a rerun of an assignment, or of a whole course, and return it with its number of submissions.

    The caller wakes the background queue after the commit.

    Raises:
        InvalidRerun: the request makes no sense.
        NotAllowed: the rerun cannot start now.
    """
    which = _checked(assignment, request)
    submission_ids = select_submissions(
        session,
        course_id,
        assignment,
        which,
        clock(session),
        test=request.test,
        submission_ids=request.submissions,
        withdrawn=request.withdrawn,
    )
    titles = {test.name: test.title for test in shown_tests(session, assignment)} if assignment else {}
    rerun = Rerun(
        course_id=course_id,
        person_id=person_id,
        reason=request.reason.strip(),
        chosen=describe_selection(which, len(submission_ids), titles.get(request.test, request.test)),
        assignment_id=assignment.id if assignment else None,
        version_hash=_version(session, assignment, request.version),
        seed=request.seed,
    )
    return begin_rerun(session, rerun, submission_ids), len(submission_ids)


def check_reason(reason: str) -> None:
    """Check the length of a reason.

    Raises:
        InvalidRerun: the reason is too long.
    """
    if len(reason) > MAX_REASON:
        raise InvalidRerun(f"The reason is too long: {MAX_REASON} characters at most.")


def _checked(assignment: Assignment | None, request: RerunRequest) -> Selection:
    if request.which not in SELECTIONS:
        raise InvalidRerun("Choose which submissions to grade again.")
    if assignment is None and request.which != "course":
        raise InvalidRerun("Choose an assignment for these submissions. For a whole course, active submissions rerun.")
    if request.which == "failing" and not request.test:
        raise InvalidRerun("Choose the test that the submissions failed.")
    if request.which == "picked" and not request.submissions:
        raise InvalidRerun("No submission is picked.")
    if not request.reason.strip():
        raise InvalidRerun("Say why: students whose grade changes will read it.")
    check_reason(request.reason)
    return request.which


def _version(session: Session, assignment: Assignment | None, wanted: str) -> str | None:
    """Return the hash of the version to grade by; None for the version in force of each assignment of a course."""
    if assignment is None:
        if wanted:
            raise InvalidRerun("A whole course is graded by the versions in force; no other version can be chosen.")
        return None
    if not wanted:
        return assignment.version_hash
    matching = [version.hash for version, _ in versions_at(session, assignment) if version.hash.startswith(wanted)]
    if len(matching) != 1 or len(wanted) < _MIN_HASH:
        raise InvalidRerun("This assignment has no such version.")
    return matching[0]
