"""Notices: messages to students that a result of theirs changed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import ForeignKey, Index, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from records.courses.members import Member
from records.courses.models import Assignment
from records.database.base import Base, new_id, now, one_of
from records.database.engine import chunks, clock
from records.database.types import Text
from records.marking.models import Marking
from records.reruns.changes import attempt_number
from records.submissions.models import RunTest, Submission

_MOST_NOTICES: Final = 10
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


class OpenNotice(NamedTuple):
    """A notice that is not dismissed, with its submission.

    Attributes:
        number: of the attempt.
        override: the points that a grader set; None for no override.
    """

    notice: Notice
    submission: Submission
    number: int
    override: float | None


def notify(session: Session, submission_ids: Sequence[str], reason: str, *, replace: bool = True) -> None:
    """Notify students of what a grader changed, in the transaction that changes it.

    Of what a grader changes again and again, one notice is kept while the student has not dismissed it; with `replace`,
    it gets the new reason. An unreleased result makes a notice too, which is not shown before the result is.
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
        send_notices(session, [(row, row.run_id, row.run_id) for row in unknown], "marked", reason, at)


def send_notices(
    session: Session,
    changes: Iterable[tuple[Any, str | None, str | None]],
    kind: NoticeKind,
    reason: str,
    at: datetime,
    rerun_id: str | None = None,
) -> None:
    """Store notices: of each submission, a row with `id` and `person_id`, and the active run before and after."""
    notices = [
        {
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
        for submission, run_before, run_after in changes
    ]
    if notices:
        session.execute(insert(Notice), notices)


def open_notices(session: Session, member: Member, submission_id: str | None = None) -> Sequence[OpenNotice]:
    """Return the latest notices that a member may see and has not dismissed, the latest first.

    They are of one submission, or of the whole course; unreleased results take no place from others.
    """
    query = (
        select(Notice, Submission, attempt_number(), Marking.override_points)
        .join(Submission, Submission.id == Notice.submission_id)
        .join(Assignment, Assignment.id == Submission.assignment_id)
        .join(Marking, Marking.submission_id == Submission.id, isouter=True)
        .where(Notice.person_id == member.person_id, Notice.seen_at.is_(None))
        .where(Assignment.course_id == member.course.id, Assignment.visibility == "visible")
        .where(~Assignment.results_unreleased, ~func.coalesce(Marking.unreleased, False))
        .options(joinedload(Submission.assignment).joinedload(Assignment.version))
        .order_by(Notice.at.desc(), Notice.id)
        .limit(_MOST_NOTICES)
    )
    if submission_id is not None:
        query = query.where(Submission.id == submission_id)
    return [OpenNotice(*row) for row in session.execute(query)]


def tests_of_runs(session: Session, run_ids: Iterable[str]) -> Mapping[str, Mapping[str, RunTest]]:
    """Return the tests of runs, by run and by name, each in the order of the suite."""
    found: defaultdict[str, dict[str, RunTest]] = defaultdict(dict)
    query = select(RunTest).where(RunTest.run_id.in_(list(run_ids)))
    for test in session.scalars(query.order_by(RunTest.run_id, RunTest.position)):
        found[test.run_id][test.name] = test
    return found
