"""The announcer: how the portal and the commands tell workers, and those who watch, what was put into the queue."""

from typing import Final, Self

from worker.queue.app import make_app
from worker.queue.events import Events
from worker.queue.wakeups import send_wakeup
from worker.settings import Queue, ServiceSettings

MAX_WAKEUPS: Final = 200  # at once; the scheduler sends more where more runs wait


class Announcer:
    """Speaks by the broker, which may be away: the scheduler sends wake-ups that fail here."""

    def __init__(self, settings: ServiceSettings) -> None:
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

    def announce(self, run_id: str, queue: Queue = "interactive") -> None:
        """Tell of a run that was put into a queue, after the commit, and wake a worker."""
        self.events.publish(run_id, "queued", 0)
        send_wakeup(self._app, queue)

    def wake(self, queue: Queue, count: int = 1) -> None:
        """Send wake-ups for runs or jobs that were put into a queue, after the commit."""
        for _ in range(min(count, MAX_WAKEUPS)):
            if not send_wakeup(self._app, queue):
                return
