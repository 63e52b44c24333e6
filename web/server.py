"""The web process: gunicorn, configured by our settings."""

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
    """Serve the web application until SIGTERM or SIGINT; logging stays as it is configured."""
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
            "logger_class": _ForwardingLogger,
            "post_worker_init": _end_streams_first,
            "control_socket_disable": True,
            # Heartbeats of the processes; on a slow disk they come so late that a process is killed.
            "worker_tmp_dir": _MEMORY if os.access(_MEMORY, os.W_OK) else None,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Called by gunicorn, in each process."""
        return create_app(self._settings)


def _end_streams_first(worker: Any) -> None:
    """End the event streams when the process gets SIGTERM, so that it need not wait for them."""

    def end(number: int, frame: FrameType | None) -> None:
        end_streams()
        worker.handle_exit(number, frame)

    signal.signal(signal.SIGTERM, end)


class _ForwardingLogger(Logger):
    """Sends gunicorn's messages to the logging that is configured already."""

    def setup(self, _cfg: Any) -> None:
        """Called by gunicorn."""
        for log in (self.error_log, self.access_log):
            log.handlers[:] = []
            log.propagate = True
