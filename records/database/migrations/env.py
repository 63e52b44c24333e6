"""What Alembic runs: the changes, in the transaction of the connection that `records.database.migrate` gives it."""

from alembic import context

from records.database.base import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
context.run_migrations()
