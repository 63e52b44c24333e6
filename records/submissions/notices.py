"""Notices: messages to students that a result of theirs changed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import ForeignKey, Index, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from records.database.base import Base, new_id, now, one_of
from records.database.engine import chunks, clock
from records.database.types import Text
from records.submissions.models import Submission

NoticeKind = Literal["regraded", "restored", "marked"]


class Notice(Base):
    """A change of a student's submission.

    Attributes:
        kind: "regraded" by a rerun, "restored" by undoing one, "marked" by a grader.
        run_before, run_after: the active run before and after; what the student may see of them is decided on showing.
        reason: why, by whoever changed it.
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
    rerun_id: Mapped[str | None] = mapped_column(ForeignKey("reruns.id"))
    kind: Mapped[NoticeKind] = mapped_column(Text())
    run_before: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    run_after: Mapped[str | None] = mapped_column(ForeignKey("runs.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime | None]

    submission: Mapped[Submission] = relationship()


def notify(session: Session, submission_ids: Sequence[str], reason: str, *, replace: bool = True) -> None:
    """Notify students of what a grader changed, in the transaction that changes it.

    Of what a grader changes again and again, one notice is kept while the student has not dismissed it. An unreleased
    result makes a notice too, which is not shown before the result is.

    Args:
        replace: whether this reason replaces that of an unseen notice.
    """
    at = clock(session)
    for some in chunks(submission_ids):
        unseen = (
            Notice.submission_id.in_(some),
            Notice.kind == "marked",
            Notice.rerun_id.is_(None),
            Notice.seen_at.is_(None),
        )
        if replace:
            run_id = select(Submission.run_id).where(Submission.id == Notice.submission_id).scalar_subquery()
            saying = update(Notice).where(*unseen).values(run_before=run_id, run_after=run_id, reason=reason, at=at)
            session.execute(saying.execution_options(synchronize_session=False))
        known = set(session.scalars(select(Notice.submission_id).where(*unseen)))
        attempts = select(Submission.id, Submission.person_id, Submission.run_id).where(Submission.kind == "submit")
        unknown = [row for row in session.execute(attempts.where(Submission.id.in_(some))) if row.id not in known]
        send_notices(session, [new_notice(row, "marked", row.run_id, row.run_id, reason, at) for row in unknown])


def new_notice(
    submission: Any,
    kind: NoticeKind,
    run_before: str | None,
    run_after: str | None,
    reason: str,
    at: datetime,
    rerun_id: str | None = None,
) -> dict[str, Any]:
    """Return a notice for the student of a submission, given as a row with `id` and `person_id`."""
    return {
        "id": new_id(),
        "person_id": submission.person_id,
        "submission_id": submission.id,
        "rerun_id": rerun_id,
        "kind": kind,
        "run_before": run_before,
        "run_after": run_after,
        "reason": reason,
        "at": at,
    }


def send_notices(session: Session, notices: Sequence[Mapping[str, Any]]) -> None:
    """Store notices from `new_notice`."""
    if notices:
        session.execute(insert(Notice), notices)
