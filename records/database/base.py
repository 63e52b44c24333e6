"""The base of all models: column types, names of constraints, and words that several tables use."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Literal

from sqlalchemy import CheckConstraint, Double, MetaData
from sqlalchemy.orm import DeclarativeBase

from records.database.types import Files, Text, Time

Queue = Literal["interactive", "background"]
QUEUES: Final[tuple[Queue, ...]] = ("interactive", "background")


def new_id() -> str:
    """Return a random id; it reveals nothing and may be shown."""
    return uuid.uuid4().hex


def now() -> datetime:
    """Return the time by this host's clock."""
    return datetime.now(UTC)


def one_of(column: str, *words: str) -> CheckConstraint:
    """Return the constraint that a column holds one of these words."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class Base(DeclarativeBase):
    """The base of all models: column types, and names of constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: Time(),
        float: Double(),
        Mapping[str, bytes]: Files(),
    }
