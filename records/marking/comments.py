"""Commenting on submissions: one by one, or many in one go."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.audit import AuditEntry
from records.database.base import new_id
from records.database.engine import chunks, clock
from records.errors import NotAllowed
from records.marking.models import Comment, next_revision, raise_revisions
from records.submissions.models import Submission
from records.submissions.notices import notify

MAX_COMMENT: Final = 10_000  # characters
_SAID: Final = "There is a comment from a grader."


def comment_on(
    session: Session,
    submission_ids: Collection[str],
    text: str,
    person_id: str,
    file: str | None = None,
    line: int | None = None,
) -> list[str]:
    """Say something to whoever submitted each of some submissions, and return the ids of the comments.

    Students are told that there is something to read, as soon as the result is released.

    Args:
        session: one that writes.
        submission_ids: about which; each once.
        text: what is said.
        person_id: who says it.
        file, line: what it is about, the line from 1; None for the whole.

    Raises:
        NotAllowed: there is nothing said, or too much; nothing is written.
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
            "submission_id": one,
            "course_id": course_id,
            "reason": "",
            "after": _told(said, revisions[one]),
        }
        for one, course_id in sorted(courses.items())
    ]
    if comments:
        session.execute(insert(Comment), comments)
        session.execute(insert(AuditEntry), entries)
        notify(session, sorted(courses), _SAID, anew=False)
    return [str(comment["id"]) for comment in comments]


def change_comment(session: Session, comment: Comment, text: str, person_id: str, revision: int) -> None:
    """Say something else, or nothing any more where `text` is empty; the old words stay in the audit log.

    Raises:
        NotAllowed: too much is said.
        MarkingConflict: somebody changed the marking of the submission since that revision.
    """
    text = _checked(text) if text.strip() else ""
    marking = next_revision(session, comment.submission_id, person_id, revision)
    before = {"file": comment.file, "line": comment.line, "text": comment.text}
    entry = AuditEntry(
        at=clock(session),
        actor=person_id,
        action="change comment" if text else "remove comment",
        submission_id=comment.submission_id,
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


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise NotAllowed("There is nothing in the comment yet.")
    if len(text) > MAX_COMMENT:
        raise NotAllowed(f"A comment has at most {MAX_COMMENT:,} characters; this one has {len(text):,}.")
    return text


def _courses_of(session: Session, submission_ids: Collection[str]) -> dict[str, str]:
    ids = sorted(set(submission_ids))
    found: dict[str, str] = {}
    for some in chunks(ids):
        query = select(Submission.id, Assignment.course_id).join(Assignment)
        rows = session.execute(query.where(Submission.id.in_(some)))
        found |= {row.id: row.course_id for row in rows}
    return found


def _told(said: Mapping[str, Any], revision: int) -> dict[str, Any]:
    return {**{name: value for name, value in said.items() if value is not None}, "revision": revision}
