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
from records.marking.models import Comment, Missing, expect_revision, next_revision, raise_revisions
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

    They stand at a place in a file, the line from 1, or on the whole submission. A student sees the notice once the
    result is released.

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


def change_comment(
    session: Session, submission: Submission, comment_id: str, text: str | None, person_id: str, revision: int
) -> None:
    """Change the text of a comment, or delete it where that is None; the old text stays in the audit log.

    Raises:
        Missing: the submission has no such comment.
        MarkingConflict: somebody changed the marking since this revision.
        NotAllowed: the text is empty or too long.
    """
    comment = session.get(Comment, comment_id)
    if comment is None:  # removed in the meantime
        expect_revision(session, submission.id, person_id, revision)
    if comment is None or comment.submission_id != submission.id:
        raise Missing(f"submission {submission.id} has no comment {comment_id}")
    if text is not None and not text.strip():
        raise NotAllowed("The comment is empty. To delete it, press Remove.")
    text = text and _checked(text)
    marking = next_revision(session, submission.id, person_id, revision)
    before = {"file": comment.file, "line": comment.line, "text": comment.text}
    audit(
        session,
        person_id,
        "change comment" if text else "remove comment",
        submission_id=submission.id,
        course_id=submission.assignment.course_id,
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
