"""Bundles in the database: each version once, by its hash."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grader.bundle import Bundle
from grader.records.models import Version

__all__ = ["bundle_of", "keep_version"]


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
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(Version).values(values).on_conflict_do_nothing())
    return session.get_one(Version, bundle.version)


def bundle_of(version: Version) -> Bundle:
    """Return the bundle of a version that is attached to its session, read and checked anew.

    Raises:
        BundleError: the files are no bundle, so they were stored by another release.
        ValueError: they are not those that the version is named after.
    """
    bundle = Bundle.from_files(version.slug, version.files)
    if bundle.version != version.hash:
        raise ValueError(f"the files of version {version.hash} have the hash {bundle.version}")
    return bundle
