"""Versions: bundles in the database, each once, by content hash."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Mapped, Session, mapped_column

from grader.bundle.bundle import Bundle
from records.database.base import Base, now
from records.database.engine import insert


class Version(Base):
    """A bundle by its content hash, with all its files; never changed once stored."""

    __tablename__ = "versions"

    hash: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str]
    environment: Mapped[str]
    title: Mapped[str]
    max_score: Mapped[float]
    files: Mapped[Mapping[str, bytes]] = mapped_column(deferred=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


def keep_version(session: Session, bundle: Bundle) -> Version:
    """Store a bundle with all its files, unless its version is there already."""
    values = {
        "hash": bundle.version,
        "slug": bundle.slug,
        "environment": bundle.manifest.environment,
        "title": bundle.manifest.title,
        "max_score": round(float(bundle.max_score), 4),
        "files": bundle.files,
    }
    session.execute(insert(session, Version).values(values).on_conflict_do_nothing())
    return session.get_one(Version, bundle.version)


def bundle_of(version: Version) -> Bundle:
    """Return the bundle of a version, read and checked again; the version must be attached to a session.

    Raises:
        BundleError: the files are not a bundle: another release stored them.
        ValueError: their hash is not the version's.
    """
    bundle = Bundle.from_files(version.slug, version.files)
    if bundle.version != version.hash:
        raise ValueError(f"the files of version {version.hash} have the hash {bundle.version}")
    return bundle
