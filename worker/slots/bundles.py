"""Bundles out of the database, the last few kept: a version never changes."""

from functools import lru_cache
from typing import Final

from grader import limits
from grader.bundle.bundle import Bundle
from records.database.engine import Database
from records.versions.models import Version, bundle_of

_KEPT: Final = limits.SUITES_KEPT * 2


class Bundles:
    """The bundles of a database, for several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept = lru_cache(_KEPT)(self._read)

    def of(self, version: str) -> Bundle:
        """Return the bundle of a version, given by its hash.

        Raises LookupError if there is no such version, DatabaseGone if the database cannot be reached.
        """
        return self._kept(version)

    def _read(self, version: str) -> Bundle:
        with self._database.read() as session:
            found = session.get(Version, version)
            if found is None:
                raise LookupError(f"there is no version {version}")
            return bundle_of(found)
