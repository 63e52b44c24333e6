"""Notices: what a student is told that changed without their doing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Literal, get_args

from sqlalchemy import ForeignKey, Index, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from grader.records.base import Base, new_id, now, one_of
from grader.records.database import clock
from grader.records.types import Text
from grader.records.work import Submission

__all__ = ["Notice", "NoticeKind", "notify", "notify_all"]

_AT_ONCE: Final = 5000  # a statement has so many parameters at most

NoticeKind = Literal["regraded", "restored", "marked"]


class Notice(Base):
    """Something about a student's submission that changed.

    Attributes:
        kind: "regraded" by a batch, "restored" by undoing one, "marked" by a grader.
        run_before, run_after: between which runs a grade went; what may be seen of them is decided later.
        reason: why, in the words of whoever did it.
        seen_at: when the student dismissed it.
    """

    __tablename__ = "notices"
    __table_args__ = (
        one_of("kind", *get_args(NoticeKind)),
        Index(None, "person_id", "at"),
        Index(None, "run_before"),
        Index(None, "run_after"),
    )

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    submission_id: Mapped[str] = mapped_column(ForeignKey("submissions.id"), index=True)
    batch_id: Mapped[str | None] = mapped_column(ForeignKey("batches.id"))
    kind: Mapped[NoticeKind] = mapped_column(Text())
    run_before: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    run_after: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()


def notify(
    session: Session,
    submission: Submission,
    *,
    kind: NoticeKind = "marked",
    reason: str = "",
) -> Notice:
    """Tell a student that something about a submission changed, in the transaction that changes it.

    Of what a grader changes again and again, one notice is kept while the student has not dismissed it.

    Args:
        session: one that writes.
        submission: the student's.
        kind: what happened.
        reason: why, in words for the student.
    """
    unseen = select(Notice).where(
        Notice.submission_id == submission.id, Notice.kind == kind, Notice.batch_id.is_(None), Notice.seen_at.is_(None)
    )
    notice = session.scalars(unseen.order_by(Notice.at.desc()).limit(1)).one_or_none()
    if notice is None:
        notice = Notice(person_id=submission.person_id, submission_id=submission.id, kind=kind)
        session.add(notice)
    notice.run_before = notice.run_after = submission.run_id
    notice.reason = reason
    notice.at = clock(session)
    session.flush()
    return notice


def notify_all(session: Session, submission_ids: Sequence[str], reason: str) -> None:
    """Tell the students of many submissions what a grader changed, as `notify` does, in a few statements."""
    at = clock(session)
    for begin in range(0, len(submission_ids), _AT_ONCE):
        some = submission_ids[begin : begin + _AT_ONCE]
        run_id = select(Submission.run_id).where(Submission.id == Notice.submission_id).scalar_subquery()
        anew = (
            update(Notice)
            .where(Notice.submission_id.in_(some), Notice.kind == "marked")
            .where(Notice.batch_id.is_(None), Notice.seen_at.is_(None))
            .values(run_before=run_id, run_after=run_id, reason=reason, at=at)
            .returning(Notice.submission_id)
        )
        told = set(session.scalars(anew.execution_options(synchronize_session=False)))
        rows = session.execute(
            select(Submission.id, Submission.person_id, Submission.run_id).where(Submission.id.in_(some))
        )
        notices = [
            {
                "id": new_id(),
                "person_id": row.person_id,
                "submission_id": row.id,
                "kind": "marked",
                "run_before": row.run_id,
                "run_after": row.run_id,
                "reason": reason,
                "at": at,
            }
            for row in rows
            if row.id not in told
        ]
        if notices:
            session.execute(insert(Notice), notices)
