"""The broker, Redis or Valkey: how it is named to each library, and connections that never hang."""

from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

SOCKET_SECONDS: Final = 2.0  # for one answer of a broker that is there
_UNIX: Final = "unix://"


def celery_url(url: str) -> str:
    """Return a broker's URL in the form that Celery understands: `unix://PATH` has another name there."""
    return f"redis+socket://{url.removeprefix(_UNIX)}" if url.startswith(_UNIX) else url


def connect(url: str) -> "redis.Redis":
    """Return a client of the broker; it connects when it is first used, and again after the broker was away.

    A command fails with `redis.RedisError` within a few seconds where the broker is not there.
    """
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        protocol=2,
        socket_timeout=SOCKET_SECONDS,
        socket_connect_timeout=SOCKET_SECONDS,
        retry=Retry(NoBackoff(), 1),  # a kept connection may be from before the broker's restart
    )
