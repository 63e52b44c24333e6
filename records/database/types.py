"""Column types that behave alike on both databases: text, times, plain data, files."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgpack
from sqlalchemy import JSON, DateTime, Dialect, LargeBinary
from sqlalchemy import Text as PlainText
from sqlalchemy.types import TypeDecorator

_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")


def clean(text: str) -> str:
    """Return text as it is stored: U+FFFD stands for NUL and for lone surrogates, which PostgreSQL cannot hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def _clean_data(data: Any) -> Any:
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)  # JSON cannot express it
    if isinstance(data, Mapping):
        return {clean(str(key)): _clean_data(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_clean_data(value) for value in data]
    return data


class Text(TypeDecorator[str]):
    """Text of any length, cleaned here and nowhere else."""

    impl = PlainText
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Clean text that is stored or compared."""
        return None if value is None else clean(value)


class Time(TypeDecorator[datetime]):
    """A time, aware and in UTC; SQLite stores it without the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert a time to UTC.

        Raises:
            ValueError: it has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC, whatever the server's zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Json(TypeDecorator[Any]):
    """Plain data with its text cleaned; a number that is not finite becomes text."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        """Clean what is stored."""
        return _clean_data(value)


class Files(TypeDecorator[Mapping[str, bytes]]):
    """Files by name, in order; bytes are stored unchanged."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, bytes] | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002
        """Pack the files."""
        return None if value is None else msgpack.packb({name: bytes(data) for name, data in value.items()})

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Mapping[str, bytes] | None:  # noqa: ARG002
        """Unpack the files."""
        return None if value is None else msgpack.unpackb(value)
