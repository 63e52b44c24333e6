"""The services that the views of one application share, and its Flask configuration."""

import os
import secrets
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from flask import current_app

from records.database.engine import Database
from web.settings import PortalSettings
from web.submissions.queue_position import QueuePositions
from worker.queue.announcing import Announcer
from worker.slots.bundles import Bundles

MAX_REQUEST_BYTES: Final = 8 * 1024 * 1024  # a submission of one MiB may be written with escapes
MAX_STREAMS: Final = 40  # of one application, which is one process


@dataclass(frozen=True)
class Services:
    """What views work with; one for each application."""

    settings: PortalSettings
    database: Database
    announcer: Announcer
    bundles: Bundles
    queue_positions: QueuePositions = field(default_factory=QueuePositions)
    streams: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MAX_STREAMS))

    def close(self) -> None:
        """Close the connections to database and broker."""
        self.announcer.close()
        self.database.close()


def services() -> Services:
    """Return the services of the current application."""
    return cast(Services, current_app.extensions["gradeloop"])


def configuration(settings: PortalSettings) -> dict[str, Any]:
    """Return Flask's configuration."""
    return {
        "SECRET_KEY": settings.secret_key.get_secret_value() or _stored_secret(settings.data_dir),
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_REQUEST_BYTES,
        "SEND_FILE_MAX_AGE_DEFAULT": 365 * 24 * 3600,  # the address changes with the content
        "SESSION_COOKIE_NAME": "__Host-gradeloop" if settings.https else "gradeloop",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PERMANENT_SESSION_LIFETIME": 14 * 24 * 3600,
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: a form that was open for hours is still accepted
        "WTF_CSRF_SSL_STRICT": False,  # no referrer is sent
    }


def _stored_secret(folder: Path) -> str:
    """Return the secret that signs sessions; created once, and stored beside the data of the embedded service."""
    path = folder / "secret_key"
    folder.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    if not path.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(32))
        try:
            os.link(fresh, path)  # two processes that start at once keep the same one
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
