"""People, courses and versions of assignments."""

import sqlalchemy as sa
from alembic import op

from records.database.migrations.initial.columns import blob, data, flag, foreign_key, moment, one_of, real, text, whole


def create_courses() -> None:
    """Create the tables."""
    _create_people()
    _create_personal_tokens()
    _create_invitations()
    _create_courses()
    _create_memberships()
    _create_versions()
    _create_assignments()
    _create_extensions()
    _create_uploads()
    _create_drafts()
    _create_audit_log()


def _create_people() -> None:
    op.create_table(
        "people",
        text("id"),
        text("email"),
        text("name"),
        text("password_hash", null=True),
        text("session_key"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("email", name="uq_people_email"),
    )


def _create_personal_tokens() -> None:
    op.create_table(
        "personal_tokens",
        text("id"),
        text("person_id"),
        text("name"),
        text("secret_hash"),
        moment("created_at"),
        moment("used_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_personal_tokens"),
        foreign_key("personal_tokens", "person_id", "people.id"),
        sa.UniqueConstraint("secret_hash", name="uq_personal_tokens_secret_hash"),
    )
    op.create_index("ix_personal_tokens_person_id", "personal_tokens", ["person_id"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        text("secret_hash"),
        text("person_id"),
        moment("expires_at"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_invitations"),
        foreign_key("invitations", "person_id", "people.id"),
    )
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"])


def _create_courses() -> None:
    op.create_table(
        "courses",
        text("id"),
        text("slug"),
        text("title"),
        text("join_code", null=True),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
        sa.UniqueConstraint("join_code", name="uq_courses_join_code"),
        sa.UniqueConstraint("slug", name="uq_courses_slug"),
    )


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        text("course_id"),
        text("person_id"),
        text("role"),
        text("section"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name="pk_memberships"),
        foreign_key("memberships", "course_id", "courses.id"),
        foreign_key("memberships", "person_id", "people.id"),
        one_of("memberships", "role", "student", "grader", "instructor", "admin"),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"])


def _create_versions() -> None:
    op.create_table(
        "versions",
        text("hash"),
        text("slug"),
        text("environment"),
        text("title"),
        real("max_score"),
        blob("files"),
        moment("created_at"),
        sa.PrimaryKeyConstraint("hash", name="pk_versions"),
    )


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        text("id"),
        text("course_id"),
        text("slug"),
        text("version_hash", null=True),
        moment("opens_at", null=True),
        moment("due_at", null=True),
        whole("attempts"),
        text("active_rule"),
        real("late_percent_per_day"),
        whole("position"),
        text("visibility"),
        flag("results_unreleased"),
        moment("published_at", null=True),
        moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        foreign_key("assignments", "course_id", "courses.id"),
        foreign_key("assignments", "version_hash", "versions.hash"),
        sa.UniqueConstraint("course_id", "slug", name="uq_assignments_course_id_slug"),
        one_of("assignments", "active_rule", "best", "last", "first"),
        one_of("assignments", "visibility", "hidden", "visible"),
    )


def _create_extensions() -> None:
    op.create_table(
        "extensions",
        text("assignment_id"),
        text("person_id"),
        moment("due_at", null=True),
        whole("attempts", null=True),
        text("reason"),
        text("granted_by"),
        moment("granted_at"),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name="pk_extensions"),
        foreign_key("extensions", "assignment_id", "assignments.id"),
        foreign_key("extensions", "granted_by", "people.id"),
        foreign_key("extensions", "person_id", "people.id"),
    )
    op.create_index("ix_extensions_person_id", "extensions", ["person_id"])


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        text("assignment_id"),
        text("version_hash"),
        text("person_id", null=True),
        text("note"),
        moment("at"),
        sa.PrimaryKeyConstraint("assignment_id", "version_hash", name="pk_uploads"),
        foreign_key("uploads", "assignment_id", "assignments.id"),
        foreign_key("uploads", "person_id", "people.id"),
        foreign_key("uploads", "version_hash", "versions.hash"),
    )


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        text("assignment_id"),
        text("person_id"),
        blob("files"),
        whole("revision"),
        moment("saved_at"),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name="pk_drafts"),
        foreign_key("drafts", "assignment_id", "assignments.id"),
        foreign_key("drafts", "person_id", "people.id"),
    )
    op.create_index("ix_drafts_person_id", "drafts", ["person_id"])


def _create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        moment("at"),
        text("actor"),
        text("action"),
        text("course_id", null=True),
        text("assignment_id", null=True),
        text("submission_id", null=True),
        text("rerun_id", null=True),
        text("person_id", null=True),
        text("reason"),
        data("before", null=True),
        data("after", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
        foreign_key("audit_log", "course_id", "courses.id"),
    )
    op.create_index("ix_audit_log_course_id_id", "audit_log", ["course_id", "id"])
    op.create_index("ix_audit_log_submission_id", "audit_log", ["submission_id"])
