"""Comments on submissions, on one or on many at once."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from records.courses.models import Assignment
from records.database.audit import Audited, audit, audit_all
from records.database.base import new_id
from records.database.engine import chunks, clock
from records.errors import NotAllowed
from records.marking.models import Comment, next_revision, raise_revisions
from records.submissions.models import Submission
from records.submissions.notices import notify

MAX_COMMENT: Final = 10_000  # characters
_NOTICE: Final = "There is a comment from a grader."


def comment_on(
    session: Session,
    submission_ids: Collection[str],
    text: str,
    person_id: str,
    file: str | None = None,
    line: int | None = None,
) -> list[str]:
    """Comment on submissions, notify their students, and return the ids of the comments.

    A student sees the notice once the result is released.

    Args:
        submission_ids: the submissions; repeated ids count once.
        file, line: the place, the line from 1; None for the whole submission.

    Raises:
        NotAllowed: the comment is empty or too long.
        LookupError: there is no such submission.
    """
    text = _checked(text)
    courses = _courses_of(session, submission_ids)
    if missing := set(submission_ids) - courses.keys():
        raise LookupError(f"there is no submission {min(missing)}")
    revisions = raise_revisions(session, courses, person_id)
    at = clock(session)
    content = {"file": file, "line": line, "text": text}
    comments = [
        {"id": new_id(), "submission_id": one, "person_id": person_id, "at": at, **content} for one in sorted(courses)
    ]
    entries: list[Audited] = [
        {
            "submission_id": one,
            "course_id": course_id,
            "after": _as_data(content, revisions[one]),
        }
        for one, course_id in sorted(courses.items())
    ]
    if comments:
        session.execute(insert(Comment), comments)
        audit_all(session, person_id, "comment", entries)
        notify(session, sorted(courses), _NOTICE, replace=False)
    return [str(comment["id"]) for comment in comments]


def change_comment(session: Session, comment: Comment, text: str, person_id: str, revision: int) -> None:
    """Change a comment, or delete it where `text` is empty; the old text stays in the audit log.

    Raises:
        NotAllowed: the text is too long.
        MarkingConflict: somebody changed the marking of the submission since that revision.
    """
    text = _checked(text) if text.strip() else ""
    marking = next_revision(session, comment.submission_id, person_id, revision)
    before = {"file": comment.file, "line": comment.line, "text": comment.text}
    audit(
        session,
        person_id,
        "change comment" if text else "remove comment",
        submission_id=comment.submission_id,
        course_id=_courses_of(session, [comment.submission_id])[comment.submission_id],
        before=_as_data(before, revision),
        after=_as_data({**before, "text": text}, marking.revision) if text else {"revision": marking.revision},
    )
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


def _as_data(content: Mapping[str, Any], revision: int) -> dict[str, Any]:
    return {**{name: value for name, value in content.items() if value is not None}, "revision": revision}
