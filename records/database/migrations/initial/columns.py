"""Columns and constraints as all tables have them, under the names that the models give them."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def text(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of text."""
    return sa.Column(name, sa.Text(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of times."""
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def real(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of floats in double precision."""
    return sa.Column(name, sa.Double(), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of integers of 32 bits."""
    return sa.Column(name, sa.Integer(), nullable=null)


def big(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of integers of 64 bits."""
    return sa.Column(name, sa.BigInteger(), nullable=null)


def flag(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of booleans."""
    return sa.Column(name, sa.Boolean(), nullable=null)


def data(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of plain data."""
    return sa.Column(name, sa.JSON(), nullable=null)


def blob(name: str, *, null: bool = False) -> sa.Column[Any]:
    """Return a column of bytes."""
    return sa.Column(name, sa.LargeBinary(), nullable=null)


def foreign_key(table: str, column: str, target: str, *, use_alter: bool = False) -> sa.ForeignKeyConstraint:
    """Return the constraint that a column holds a key of another table, given as "table.column"."""
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}", use_alter=use_alter)


def one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    """Return the constraint that a column holds one of some words."""
    allowed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_{table}_{column}"))


def while_state(state: str) -> dict[str, Any]:
    """Return the options of an index over the rows in one state."""
    condition = sa.text(f"state = '{state}'")
    return {"sqlite_where": condition, "postgresql_where": condition}
