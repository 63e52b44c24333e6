"""Bundles out of the database, the last few kept: a version never changes."""

import threading
from collections import OrderedDict
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
        self._kept: OrderedDict[str, Bundle] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, version: str) -> Bundle:
        """Return the bundle of a version, given by its hash.

        Raises:
            records.DatabaseGone: the database cannot be reached.
            LookupError: there is no such version.
        """
        with self._lock:
            if version not in self._kept:
                self._kept[version] = self._read(version)
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(version)
            return self._kept[version]

    def _read(self, version: str) -> Bundle:
        with self._database.read() as session:
            found = session.get(Version, version)
            if found is None:
                raise LookupError(f"there is no version {version}")
            return bundle_of(found)
