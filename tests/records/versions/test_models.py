"""Bundles by their hash: stored whole, stored once, and not loaded with every list."""

import pytest
from sqlalchemy import func, inspect, select, text

from records.database.engine import Database
from records.submissions.models import Submission
from records.versions.models import Version, bundle_of, keep_version
from tests.grading import bundle_named
from tests.records.samples import queued
from tests.services.postgres import ON_SQLITE


@pytest.mark.parametrize("name", ["double", "two_files", "torch_cases"])
def test_a_bundle_comes_back_whole(database: Database, name: str) -> None:
    bundle = bundle_named(name)
    with database.write() as session:
        keep_version(session, bundle)
    with database.read() as session:
        version = session.get_one(Version, bundle.version)
        assert bundle_of(version) == bundle
        assert (version.slug, version.environment) == (bundle.slug, bundle.manifest.environment)
        assert (version.title, version.max_score) == (bundle.manifest.title, float(bundle.max_score))


def test_a_version_is_stored_once(database: Database) -> None:
    with database.write() as session:
        first = keep_version(session, bundle_named("double"))
    with database.write() as session:
        assert keep_version(session, bundle_named("double")).created_at == first.created_at
        assert session.scalars(select(func.count()).select_from(Version)).one() == 1


@ON_SQLITE
def test_files_that_were_tampered_with_are_no_version(database: Database) -> None:
    with database.write() as session:
        stored = keep_version(session, bundle_named("double"))
        other = keep_version(session, bundle_named("target"))
        session.execute(text("DROP TRIGGER versions_update"))
        copied = text("UPDATE versions SET files = (SELECT files FROM versions WHERE hash = :other) WHERE hash = :hash")
        session.execute(copied, {"other": other.hash, "hash": stored.hash})
    with database.read() as session, pytest.raises(ValueError, match="have the hash"):
        bundle_of(session.get_one(Version, stored.hash))


def test_lists_do_not_load_files(database: Database) -> None:
    queued(database)
    with database.read() as session:
        for kept in (*session.scalars(select(Version)), *session.scalars(select(Submission))):
            assert "files" in inspect(kept).unloaded
            assert kept.files
