"""A portal to ask for pages, with its records and a broker behind it."""

from collections.abc import Iterator

import pytest

from grader import records
from tests.services.redis import Redis
from tests.web.portal import Portal


@pytest.fixture
def portal(database: records.Database, redis_server: Redis) -> Iterator[Portal]:
    """A portal on both databases, with an empty course; no worker is there, so what is handed in waits."""
    portal = Portal(database, redis_server.url)
    yield portal
    portal.close()
