"""A portal with the demo course, a worker behind it, and windows to look at it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from cli.embedded.demo import seed
from tests.browser.chromium import Window, chromium, window
from tests.services.redis import Redis
from tests.services.server import wait_until
from tests.services.service import Service

__all__ = ["chromium", "demo", "open_window"]

Open = Callable[..., Window]


@pytest.fixture(scope="module")
def demo(redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The demo as `gradeloop up --demo` makes it: its past submissions are graded."""
    folder: Path = tmp_path_factory.mktemp("demo")
    with Service(f"sqlite:///{folder}/records.db", redis_server.url) as service:
        seed(service.database)
        service.start("interactive", "scheduler", "web")
        wait_until(lambda: service.unfinished() == 0, "the past submissions are graded", 120)
        yield service


@pytest.fixture
def open_window(chromium: Browser, demo: Service) -> Iterator[Open]:
    """Open windows on the demo, which are looked through at the end."""
    with ExitStack() as opened:

        def make(name: str = "", **options: Any) -> Window:
            made = opened.enter_context(window(chromium, demo.address, **options))
            if name:
                made.log_in(name)
            return made

        yield make
