"""What all tables share: types of columns, names of constraints, and the words that several tables use."""

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
    """Return a random id, which tells nothing and may be shown."""
    return uuid.uuid4().hex


def now() -> datetime:
    """Return the time by this host's clock."""
    return datetime.now(UTC)


def one_of(column: str, *words: str) -> CheckConstraint:
    """Return the constraint that a column holds one of some words."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


class Base(DeclarativeBase):
    """What all tables share: types of columns, and names for constraints."""

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
