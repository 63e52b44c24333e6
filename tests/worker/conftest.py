"""A service for the tests of the queue: it is harmed by many of them, and mends itself each time."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.services.postgres import Postgres
from tests.services.redis import Redis
from tests.services.service import Service


@pytest.fixture(scope="module")
def broker() -> Iterator[Redis]:
    """A Redis that a module may stop and start."""
    with Redis() as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service(
    request: pytest.FixtureRequest, broker: Redis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A service that runs, on each database in turn."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('records')}/gradeloop.db"
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.url(f"service_{uuid4().hex}")
    with Service(url, broker.url) as service:
        yield service.start()
