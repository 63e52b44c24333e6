"""Commenting on submissions: one by one, or many in one go."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from grader.records.admission import Refused
from grader.records.base import new_id
from grader.records.courses import Assignment
from grader.records.database import clock
from grader.records.log import AuditEntry
from grader.records.markings import Comment, Marking, next_revision, raise_revisions
from grader.records.notices import Notice
from grader.records.work import Submission

__all__ = ["MAX_COMMENT", "change_comment", "comment_on"]

MAX_COMMENT: Final = 10_000  # characters
_SAID: Final = "There is a comment from a grader."
_AT_ONCE: Final = 5000  # a statement has so many parameters at most


def comment_on(
    session: Session,
    submission_ids: Collection[str],
    text: str,
    person_id: str,
    file: str | None = None,
    line: int | None = None,
) -> list[str]:
    """Say something to whoever handed in each of some submissions, and return the ids of the comments.

    Students are told that there is something to read, unless the result is held back.

    Args:
        session: one that writes.
        submission_ids: about which; each once.
        text: what is said.
        person_id: who says it.
        file, line: what it is about, the line from 1; None for the whole.

    Raises:
        Refused: there is nothing said, or too much; nothing is written.
        LookupError: there is no such submission.
    """
    text = _checked(text)
    courses = _courses_of(session, submission_ids)
    if missing := set(submission_ids) - courses.keys():
        raise LookupError(f"there is no submission {min(missing)}")
    revisions = raise_revisions(session, courses, person_id)
    at = clock(session)
    said = {"file": file, "line": line, "text": text}
    comments = [
        {"id": new_id(), "submission_id": one, "person_id": person_id, "at": at, **said} for one in sorted(courses)
    ]
    entries = [
        {
            "at": at,
            "actor": person_id,
            "action": "comment",
            "subject": f"submission {one}",
            "course_id": course_id,
            "reason": "",
            "after": _told(said, revisions[one]),
        }
        for one, course_id in sorted(courses.items())
    ]
    if comments:
        session.execute(insert(Comment), comments)
        session.execute(insert(AuditEntry), entries)
        _tell_students(session, sorted(courses), at)
    return [str(comment["id"]) for comment in comments]


def change_comment(session: Session, comment: Comment, text: str, person_id: str, revision: int) -> None:
    """Say something else, or nothing any more where `text` is empty; the old words stay in the audit log.

    Raises:
        Refused: too much is said.
        MarkingConflict: somebody changed the marking of the submission since that revision.
    """
    text = _checked(text) if text.strip() else ""
    marking = next_revision(session, comment.submission_id, person_id, revision)
    before = {"file": comment.file, "line": comment.line, "text": comment.text}
    entry = AuditEntry(
        at=clock(session),
        actor=person_id,
        action="change comment" if text else "remove comment",
        subject=f"submission {comment.submission_id}",
        course_id=_courses_of(session, [comment.submission_id])[comment.submission_id],
        before=_told(before, revision),
        after=_told({**before, "text": text}, marking.revision) if text else {"revision": marking.revision},
    )
    session.add(entry)
    if text:
        comment.text = text
    else:
        session.delete(comment)
    session.flush()


def _tell_students(session: Session, submission_ids: Sequence[str], at: datetime) -> None:
    """Leave a notice where the student may see what is said, and has none of a grader's already."""
    unseen = select(Notice.id).where(
        Notice.submission_id == Submission.id, Notice.kind == "marked", Notice.seen_at.is_(None)
    )
    query = (
        select(Submission.id, Submission.person_id, Submission.run_id)
        .join(Assignment)
        .join(Marking, Marking.submission_id == Submission.id)
        .where(Submission.kind == "submit", ~Assignment.results_held, ~Marking.held, ~unseen.exists())
    )
    for begin in range(0, len(submission_ids), _AT_ONCE):
        found = session.execute(query.where(Submission.id.in_(submission_ids[begin : begin + _AT_ONCE])))
        notices = [
            {
                "id": new_id(),
                "person_id": row.person_id,
                "submission_id": row.id,
                "kind": "marked",
                "run_before": row.run_id,
                "run_after": row.run_id,
                "reason": _SAID,
                "at": at,
            }
            for row in found
        ]
        if notices:
            session.execute(insert(Notice), notices)


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise Refused("There is nothing in the comment yet.")
    if len(text) > MAX_COMMENT:
        raise Refused(f"A comment has at most {MAX_COMMENT:,} characters; this one has {len(text):,}.")
    return text


def _courses_of(session: Session, submission_ids: Collection[str]) -> dict[str, str]:
    ids = sorted(set(submission_ids))
    found: dict[str, str] = {}
    for begin in range(0, len(ids), _AT_ONCE):
        query = select(Submission.id, Assignment.course_id).join(Assignment)
        rows = session.execute(query.where(Submission.id.in_(ids[begin : begin + _AT_ONCE])))
        found |= {row.id: row.course_id for row in rows}
    return found


def _told(said: Mapping[str, Any], revision: int) -> dict[str, Any]:
    return {**{name: value for name, value in said.items() if value is not None}, "revision": revision}
