"""Leases: the life cycle of everything that waits for a worker, runs and jobs alike.

A worker *claims* what is next, *renews* its lease while it works, then *completes* or *releases* it. Each of these
counts only while the claim is in force, so work counts once, however often its wake-up came and however late a worker
answers.
What nobody renews is *swept* up: put back in its queue, or ended once it was begun too often.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Final, Generic, TypeVar, cast

from sqlalchemy import Select, bindparam, literal_column, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from records.database.base import new_id
from records.database.engine import clock
from records.database.types import Text

# Written into the SQL as they are: no planner sees that a partial index fits a parameter.
QUEUED: Final = literal_column("'queued'", Text())
RUNNING: Final = literal_column("'running'", Text())


class Leased:
    """The columns of a table whose rows wait for a worker.

    Attributes:
        state: "queued", "running", then for good how it ended.
        tries: how often it was begun.
        claim: the secret of the try that is underway; None while there is none.
        lease_until: when that try counts as lost unless its worker renews the lease.
    """

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    def begin(self, now: datetime, lease_seconds: float) -> str:
        """Begin a try, and return its claim."""
        claim = new_id()
        self.state, self.claim, self.tries = "running", claim, self.tries + 1
        self.lease_until = now + timedelta(seconds=lease_seconds)
        return claim

    def requeue(self) -> None:
        """End a try without a result."""
        self.state = "queued"
        self.claim = self.lease_until = None

    def end(self, state: str, now: datetime) -> None:
        """End for good."""
        self.state, self.finished_at = state, now
        self.claim = self.lease_until = None


_T = TypeVar("_T", bound=Leased)


@dataclass(frozen=True)
class Claimed:
    """What a worker has claimed.

    Attributes:
        id: of the run or job.
        claim: the secret of this try, without which nothing that is reported counts.
        tries: how often it was begun, this time included.
    """

    model: ClassVar[type[Leased]]

    id: str
    claim: str = field(repr=False)
    tries: int


@dataclass(frozen=True)
class Swept(Generic[_T]):
    """What no worker renewed: back in the queue, or ended because it was begun too often."""

    requeued: list[_T]
    ended: list[_T]


def locked(query: Select[_T], *, skip_locked: bool = False) -> Select[_T]:
    """Return a query whose rows nobody else can change until the transaction ends, as they are in the database."""
    # "Key share": rows that merely refer to one of these must not make it look locked.
    locking = query.with_for_update(key_share=True, skip_locked=skip_locked)
    return locking.execution_options(populate_existing=True)


def find_claimed(session: Session, model: type[_T], claimed: Claimed) -> _T | None:
    """Return the row of a claim, locked; None where the claim is no longer in force."""
    query = _claimed_query(cast(Hashable, model))
    return session.scalars(query, {"id": claimed.id, "claim": claimed.claim}).one_or_none()


def renew(session: Session, model: type[_T], claimed: Claimed, lease_seconds: float) -> _T | None:
    """Extend a lease, and return the row; None where the claim is no longer in force."""
    row = find_claimed(session, model, claimed)
    if row is not None:
        row.lease_until = clock(session) + timedelta(seconds=lease_seconds)
    return row


def release(
    session: Session, model: type[_T], claimed: Claimed, requeue: Callable[[_T], None], *, charge: bool = True
) -> bool:
    """Put what was claimed back in its queue; False where the claim is no longer in force.

    The try is charged unless the run or job had no part in its end.
    """
    row = find_claimed(session, model, claimed)
    if row is not None:
        row.tries -= not charge
        requeue(row)
        session.flush()
    return row is not None


def sweep(
    session: Session,
    model: type[_T],
    now: datetime,
    max_tries: int,
    requeue: Callable[[_T], None],
    give_up: Callable[[_T], None],
) -> Swept[_T]:
    """Put rows whose lease has expired back in their queue; give up those that were begun `max_tries` times."""
    expired = (model.state == RUNNING) & (model.lease_until < now)
    used_up = (model.state == QUEUED) & (model.tries >= max_tries)
    lost = select(model).where(expired | used_up).order_by(model.id)
    swept: Swept[_T] = Swept([], [])
    for row in session.scalars(locked(lost, skip_locked=True)).all():
        if row.tries < max_tries:
            requeue(row)
            swept.requeued.append(row)
        else:
            give_up(row)
            swept.ended.append(row)
    session.flush()
    return swept


@cache  # building a query takes longer than asking it
def _claimed_query(model: Any) -> Select[Any]:
    matching = (model.id == bindparam("id"), model.claim == bindparam("claim"), model.state == RUNNING)
    return locked(select(model).where(*matching))
