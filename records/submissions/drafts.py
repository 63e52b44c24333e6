"""Drafts: what a student typed and has not submitted, one for each assignment."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database.base import Base
from records.database.engine import clock, insert


class Draft(Base):
    """A student's draft of an assignment.

    Attributes:
        revision: counts saves; saving over a later revision than one has read is a `DraftConflict`.
    """

    __tablename__ = "drafts"

    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignments.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    files: Mapped[Mapping[str, bytes]]
    revision: Mapped[int]
    saved_at: Mapped[datetime]


class DraftConflict(Exception):
    """The draft was saved from elsewhere in the meantime; `draft` is the stored one."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("the draft was saved from elsewhere in the meantime")
        self.draft = draft


def draft_of(session: Session, person_id: str, assignment_id: str) -> Draft | None:
    """Return a student's draft of an assignment, if there is one."""
    return session.get(Draft, (assignment_id, person_id))


def save_draft(
    session: Session, person_id: str, assignment_id: str, files: Mapping[str, bytes], revision: int
) -> Draft:
    """Save a draft over a revision, 0 for none, and return it.

    Raises:
        DraftConflict: there is a later revision; nothing is saved.
    """
    blank = {"assignment_id": assignment_id, "person_id": person_id, "files": {}, "revision": 0}
    session.execute(insert(session, Draft).values(blank | {"saved_at": clock(session)}).on_conflict_do_nothing())
    mine = (Draft.assignment_id == assignment_id, Draft.person_id == person_id)
    draft = session.scalars(select(Draft).where(*mine).with_for_update()).one()
    if draft.revision not in (0, revision) and draft.files != files:
        raise DraftConflict(draft)
    draft.files = dict(files)
    draft.revision += 1
    draft.saved_at = clock(session)
    session.flush()
    return draft
