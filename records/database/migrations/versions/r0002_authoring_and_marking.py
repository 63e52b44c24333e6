"""Authoring, reruns and marking: uploads, jobs, extensions, reruns, what graders add, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and add columns to those there are."""
    _create_reruns()
    _create_extensions()
    _create_rubric_items()
    _create_jobs()
    _create_uploads()
    _create_comments()
    _create_markings()
    _create_rubric_marks()
    _create_rerun_items()
    _create_notices()
    _add_columns()


def _add_columns() -> None:
    op.create_index("ix_submissions_run_id", "submissions", ["run_id"])
    op.add_column(
        "assignments", sa.Column("results_unreleased", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("test_results", sa.Column("fingerprint", sa.Text(), nullable=False, server_default=""))
    # Written out, because SQLite takes a new foreign key only together with its column.
    op.execute(
        "ALTER TABLE audit_log ADD COLUMN course_id TEXT CONSTRAINT fk_audit_log_course_id REFERENCES courses (id)"
    )
    op.create_index("ix_audit_log_course_id_id", "audit_log", ["course_id", "id"])


def _create_reruns() -> None:
    op.create_table(
        "reruns",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=True),
        sa.Column("version_hash", sa.Text(), nullable=True),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('underway', 'paused', 'cancelled', 'applied', 'discarded')", name=op.f("ck_reruns_state")
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_reruns_assignment_id"),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_reruns_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_reruns_person_id"),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_reruns_version_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_reruns"),
    )
    op.create_index("ix_reruns_course_id_asked_at", "reruns", ["course_id", "asked_at"])


def _create_extensions() -> None:
    op.create_table(
        "extensions",
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_extensions_assignment_id"),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name="fk_extensions_granted_by"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_extensions_person_id"),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name="pk_extensions"),
    )
    op.create_index("ix_extensions_person_id", "extensions", ["person_id"])


def _create_rubric_items() -> None:
    op.create_table(
        "rubric_items",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_rubric_items_assignment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rubric_items"),
    )
    op.create_index("ix_rubric_items_assignment_id", "rubric_items", ["assignment_id"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("version_hash", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("gate_open", sa.Boolean(), nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('verification', 'similarity')", name=op.f("ck_jobs_kind")),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name=op.f("ck_jobs_state")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_jobs_assignment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_jobs_person_id"),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_jobs_version_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_assignment_id_kind_asked_at", "jobs", ["assignment_id", "kind", "asked_at"])
    op.create_index("ix_jobs_state_asked_at", "jobs", ["state", "asked_at"])


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("version_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_uploads_assignment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_uploads_person_id"),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_uploads_version_hash"),
        sa.PrimaryKeyConstraint("assignment_id", "version_hash", name="pk_uploads"),
    )


def _create_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_comments_person_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_comments_submission_id"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
    )
    op.create_index("ix_comments_submission_id_at", "comments", ["submission_id", "at"])


def _create_markings() -> None:
    op.create_table(
        "markings",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("override_points", sa.Double(), nullable=True),
        sa.Column("override_reason", sa.Text(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_markings_person_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_markings_submission_id"),
        sa.PrimaryKeyConstraint("submission_id", name="pk_markings"),
    )


def _create_rubric_marks() -> None:
    op.create_table(
        "rubric_marks",
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["rubric_items.id"], name="fk_rubric_marks_item_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_rubric_marks_person_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_rubric_marks_submission_id"),
        sa.PrimaryKeyConstraint("submission_id", "item_id", name="pk_rubric_marks"),
    )
    op.create_index("ix_rubric_marks_item_id", "rubric_marks", ["item_id"])


def _create_rerun_items() -> None:
    op.create_table(
        "rerun_items",
        sa.Column("rerun_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version_hash", sa.Text(), nullable=False),
        sa.Column("run_before", sa.Text(), nullable=True),
        sa.Column("run_after", sa.Text(), nullable=True),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["rerun_id"], ["reruns.id"], name="fk_rerun_items_rerun_id"),
        sa.ForeignKeyConstraint(["run_after"], ["runs.id"], name="fk_rerun_items_run_after"),
        sa.ForeignKeyConstraint(["run_before"], ["runs.id"], name="fk_rerun_items_run_before"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_rerun_items_submission_id"),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_rerun_items_version_hash"),
        sa.PrimaryKeyConstraint("rerun_id", "submission_id", name="pk_rerun_items"),
    )
    op.create_index("ix_rerun_items_run_after", "rerun_items", ["run_after"])
    op.create_index("ix_rerun_items_run_before", "rerun_items", ["run_before"])
    op.create_index("ix_rerun_items_submission_id", "rerun_items", ["submission_id"])


def _create_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("rerun_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("run_before", sa.Text(), nullable=True),
        sa.Column("run_after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('regraded', 'restored', 'marked')", name=op.f("ck_notices_kind")),
        sa.ForeignKeyConstraint(["rerun_id"], ["reruns.id"], name="fk_notices_rerun_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_notices_person_id"),
        sa.ForeignKeyConstraint(["run_after"], ["runs.id"], name="fk_notices_run_after"),
        sa.ForeignKeyConstraint(["run_before"], ["runs.id"], name="fk_notices_run_before"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_notices_submission_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_person_id_at", "notices", ["person_id", "at"])
    op.create_index("ix_notices_run_after", "notices", ["run_after"])
    op.create_index("ix_notices_run_before", "notices", ["run_before"])
    op.create_index("ix_notices_submission_id", "notices", ["submission_id"])
