"""`gradeloop migrate`: the database's tables."""

from contextlib import closing

import click

from worker.settings import read_settings


@click.command()
def migrate() -> None:
    """Bring the database to this release's tables; run it before a new release starts, any number of times.

    Exit status: 0 done, 2 a setting is wrong, 3 the database cannot be reached.
    """
    from cli.terminal.exits import using_service
    from records.database import migrate as database_migrate
    from records.database.engine import open_database

    with using_service(), closing(open_database(read_settings().database_url)) as database:
        database_migrate.migrate(database)
    click.echo("The database is up to date.")
