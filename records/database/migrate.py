"""Migrating a database to this release's tables."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from records.database.engine import Database

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x67726C70  # any number that no other advisory lock uses


def migrate(database: Database) -> None:
    """Create or upgrade the tables; processes that do so at once wait for each other.

    Raises:
        DatabaseGone: the database cannot be reached.
    """
    with database.write() as session:  # on SQLite, this transaction is the lock
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
