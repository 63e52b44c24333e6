"""Tables with their columns, constraints and indexes, under the names that the models give them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import sqlalchemy as sa
from alembic import op

Columns = list[sa.Column[Any]]
_NO_WORDS: Final[Mapping[str, Sequence[str]]] = {}
_REFERRED: Final = {  # by column, the key that it holds in whichever table it stands
    "assignment_id": "assignments.id",
    "course_id": "courses.id",
    "granted_by": "people.id",
    "item_id": "rubric_items.id",
    "person_id": "people.id",
    "rerun_id": "reruns.id",
    "run_after": "runs.id",
    "run_before": "runs.id",
    "run_id": "runs.id",
    "submission_id": "submissions.id",
    "version_hash": "versions.hash",
}


def _columns(kind: sa.types.TypeEngine[Any], *names: str, null: bool = False, default: str | None = None) -> Columns:
    return [sa.Column(name, kind, nullable=null, server_default=default) for name in names]


text = partial(_columns, sa.Text())
moment = partial(_columns, sa.DateTime(timezone=True))
real = partial(_columns, sa.Double())
whole = partial(_columns, sa.Integer())
big = partial(_columns, sa.BigInteger())
serial = partial(_columns, sa.BigInteger().with_variant(sa.Integer(), "sqlite"))
flag = partial(_columns, sa.Boolean())
data = partial(_columns, sa.JSON())
blob = partial(_columns, sa.LargeBinary())


def create(
    table: str,
    *columns: Columns,
    key: Sequence[str] = ("id",),
    refers: Iterable[str] = (),
    unique: Iterable[Sequence[str]] = (),
    words: Mapping[str, Sequence[str]] = _NO_WORDS,
    indexes: Iterable[Sequence[str]] = (),
) -> None:
    """Create a table.

    Args:
        refers: the columns that hold a key of another table.
        unique: columns that no two rows have alike.
        words: by column, the words that it may hold.
    """
    op.create_table(
        table,
        *(column for some in columns for column in some),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        *(_foreign_key(table, column) for column in refers),
        *(sa.UniqueConstraint(*names, name=f"uq_{table}_{'_'.join(names)}") for names in unique),
        *(_one_of(table, column, *allowed) for column, allowed in words.items()),
    )
    for names in indexes:
        create_index(table, *names)


def create_index(table: str, *columns: str, unique: bool = False) -> None:
    """Create an index over some columns."""
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns, unique=unique)


def create_index_of_state(name: str, table: str, *columns: str, state: str) -> None:
    """Create an index over the rows in one state."""
    condition = sa.text(f"state = '{state}'")
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def _foreign_key(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_{column}"
    is_later = name == "fk_submissions_run_id"  # submissions and runs refer to each other
    return sa.ForeignKeyConstraint([column], [_REFERRED[column]], name=name, use_alter=is_later)


def _one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    allowed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({allowed})", name=op.f(f"ck_{table}_{column}"))
