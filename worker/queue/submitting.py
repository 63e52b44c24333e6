"""The submitter: how the portal and the commands put work into the queue."""

import hashlib
from dataclasses import dataclass
from typing import Literal, Self, TypeVar

from sqlalchemy.orm import Session

from grader.bundle.submission import SubmittedFiles
from records.courses.models import Assignment
from records.database.base import Base
from records.database.engine import Database, clock
from records.people.models import Person
from records.queue.runs import request_run
from records.submissions import models, submit
from records.submissions.models import Kind
from records.submissions.rules import admit, admit_trial, taken_before
from records.versions.models import Version
from worker.queue.app import make_app
from worker.queue.events import Events
from worker.queue.wakeups import send_wakeup
from worker.settings import Queue, ServiceSettings

_Row = TypeVar("_Row", bound=Base)


@dataclass(frozen=True)
class Receipt:
    """What was submitted, and the run that grades it: ids."""

    submission_id: str
    run_id: str


class Submitter:
    """Stores submissions in the database, then sends wake-ups by the broker, which may be away.

    Args:
        settings: the service's.
        database: where the records are.
    """

    def __init__(self, settings: ServiceSettings, database: Database) -> None:
        self._database = database
        self._app = make_app(settings)
        self.events = Events(settings.broker_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the broker."""
        self.events.close()
        self._app.close()

    def submit(
        self,
        person_id: str,
        assignment_id: str,
        submission: SubmittedFiles,
        *,
        kind: Literal["submit", "check"] = "submit",
        queue: Queue = "interactive",
        version_hash: str | None = None,
        admitted: bool = False,
        key: str = "",
    ) -> Receipt:
        """Store a submission and queue it for grading.

        Args:
            person_id, assignment_id, submission: who submits what, for which assignment.
            kind: as requested; what staff submit becomes a trial.
            queue: whose workers grade it.
            version_hash: the version to grade by, for staff who try one out; None for the one in force.
            admitted: skip the assignment's rules, for an operator's try-out.
            key: idempotency key: the same files of the same kind, sent again with it, are not stored again.

        Raises:
            records.Refused: the rules of the assignment do not allow it; nothing was stored.
            records.DatabaseGone: the database cannot be reached; nothing was stored.
            LookupError: there is no such person or assignment.
        """
        with self._database.write() as session:
            person = _existing(session, Person, person_id)
            assignment = _existing(session, Assignment, assignment_id)
            kept_key = _kept_key(key, kind, submission)
            before = taken_before(session, person_id, assignment, kept_key) if kept_key else None
            if before is not None:
                return Receipt(before.submission_id, before.id)
            now = clock(session)
            version = session.get_one(Version, version_hash) if version_hash else None
            stored_as: Kind = kind
            if version is not None:
                stored_as = admit_trial(session, person_id, assignment)
            elif not admitted:
                stored_as = admit(session, person_id, assignment, kind, now)
            stored = submit.store_submission(
                session,
                person=person,
                assignment=assignment,
                files=submission.files,
                kind=stored_as,
                version=version,
                at=now,
                key=kept_key,
            )
            receipt = Receipt(stored.id, request_run(session, stored, queue=queue).id)
        self._announce(receipt.run_id, queue)
        return receipt

    def grade_again(
        self, submission_id: str, *, queue: Queue = "background", version_hash: str | None = None
    ) -> Receipt:
        """Queue a submission for another grading, by another version where one is named.

        Raises:
            records.DatabaseGone: the database cannot be reached.
            LookupError: there is no such submission or version.
        """
        with self._database.write() as session:
            stored = _existing(session, models.Submission, submission_id)
            version = _existing(session, Version, version_hash) if version_hash else None
            receipt = Receipt(stored.id, request_run(session, stored, queue=queue, version=version).id)
        self._announce(receipt.run_id, queue)
        return receipt

    def wake(self, queue: Queue, count: int = 1) -> None:
        """Send wake-ups for work that was put into a queue; the scheduler sends those that fail here."""
        for _ in range(count):
            if not send_wakeup(self._app, queue):
                return

    def _announce(self, run_id: str, queue: Queue) -> None:
        self.events.publish(run_id, "queued", 0)
        send_wakeup(self._app, queue)


def _existing(session: Session, model: type[_Row], row_id: str) -> _Row:
    row = session.get(model, row_id)
    if row is None:
        raise LookupError(f"there is no {model.__name__.lower()} of this id")
    return row


def _kept_key(key: str, kind: str, submission: SubmittedFiles) -> str | None:
    """Return a key of this content: a page restored by the browser may send other files with the same key."""
    return hashlib.sha256(f"{key} {kind} {submission.id}".encode()).hexdigest() if key else None
