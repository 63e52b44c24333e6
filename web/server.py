"""The web process: gunicorn, told by our settings instead of a file or arguments of its own."""

import os
import signal
from types import FrameType
from typing import Any, Final

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from web import create_app
from web.extensions import MAX_STREAMS
from web.settings import PortalSettings
from web.submissions.live import end_streams

_PROCESSES: Final = 2
_THREADS: Final = MAX_STREAMS + 16  # of each process; every live page holds one
_MEMORY: Final = "/dev/shm"


def serve(settings: PortalSettings) -> None:
    """Serve the web application until SIGTERM or SIGINT; logs are left as they are set up."""
    _Server(settings).run()


class _Server(BaseApplication):
    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Called by gunicorn."""
        options: dict[str, Any] = {
            "bind": self._settings.web_address,
            "worker_class": "gthread",
            "workers": _PROCESSES,
            "threads": _THREADS,
            "logger_class": _Lines,
            "post_worker_init": _end_streams_first,
            "control_socket_disable": True,
            # Where a process says that it lives: on a slow disk that can take so long that it is taken for dead.
            "worker_tmp_dir": _MEMORY if os.access(_MEMORY, os.W_OK) else None,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called by gunicorn, in each process."""
        return create_app(self._settings)


def _end_streams_first(worker: Any) -> None:
    """Have a process that is told to end not wait for those who watch a run."""

    def end(number: int, frame: FrameType | None) -> None:
        end_streams()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, end)


class _Lines(Logger):
    """Passes gunicorn's lines to the logs that are set up already."""

    def setup(self, _cfg: Any) -> None:
        """Called by gunicorn."""
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True
