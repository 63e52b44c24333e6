"""The audit log: who changed what, and why; entries are added and never changed."""

from typing import Any

from sqlalchemy.orm import Session

from grader.records.database import clock
from grader.records.models import AuditEntry

__all__ = ["audit"]


def audit(
    session: Session,
    *,
    actor: str,
    action: str,
    subject: str,
    reason: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Write down an act, in the transaction that does it.

    Args:
        session: one that writes.
        actor: a person's id, or the name of the part of the service that acts.
        action: what is done, as a verb.
        subject: to what.
        reason: why.
        before, after: what it changes, as plain data.
    """
    entry = AuditEntry(
        at=clock(session), actor=actor, action=action, subject=subject, reason=reason, before=before, after=after
    )
    session.add(entry)
    session.flush()
