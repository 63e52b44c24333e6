"""The submitter: how the portal and the commands put work into the queue."""

from typing import Self

from grader.bundle.submission import SubmittedFiles
from records.database.engine import Database
from records.queue.runs import request_run
from records.submissions import submit
from records.submissions.models import Submission
from records.submissions.rules import SubmittedKind
from records.submissions.submit import Receipt
from records.versions.models import Version
from worker.queue.app import make_app
from worker.queue.events import Events
from worker.queue.wakeups import send_wakeup
from worker.settings import Queue, ServiceSettings


class Submitter:
    """Stores submissions in the database, then sends wake-ups by the broker, which may be away."""

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
        kind: SubmittedKind = "submit",
        queue: Queue = "interactive",
        version_hash: str | None = None,
        admitted: bool = False,
        key: str = "",
    ) -> Receipt:
        """Submit as `records.submissions.submit.submit` does, then wake a worker; the broker may be away.

        Raises:
            NotAllowed: the rules do not allow it; nothing is stored.
            DatabaseGone: the database cannot be reached; nothing is stored.
            LookupError: there is no such person or assignment.
        """
        with self._database.write() as session:
            receipt = submit.submit(
                session,
                person_id,
                assignment_id,
                submission,
                kind=kind,
                queue=queue,
                version_hash=version_hash,
                admitted=admitted,
                key=key,
            )
        self._announce(receipt.run_id, queue)
        return receipt

    def grade_again(
        self, submission_id: str, *, queue: Queue = "background", version_hash: str | None = None
    ) -> Receipt:
        """Queue a submission for another grading, by another version where one is named.

        Raises:
            DatabaseGone: the database cannot be reached.
            LookupError: there is no such submission or version.
        """
        with self._database.write() as session:
            submission = session.get(Submission, submission_id)
            version = session.get(Version, version_hash) if version_hash else None
            if submission is None or (version_hash and version is None):
                raise LookupError(f"there is no {'submission' if submission is None else 'version'} of this id")
            receipt = submit.receipt_of(session, request_run(session, submission, queue=queue, version=version))
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
