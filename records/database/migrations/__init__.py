"""Alembic's environment: each change of the tables is one file in `versions`."""
