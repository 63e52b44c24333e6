"""The first tables: people, courses, assignments, versions, submissions, runs, slots, the audit log."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables, and the triggers that guard what must never change."""
    _create_people()
    _create_personal_tokens()
    _create_invitations()
    _create_courses()
    _create_memberships()
    _create_versions()
    _create_assignments()
    _create_drafts()
    _create_submissions()
    _create_runs()
    _create_test_results()
    _create_slots()
    _create_audit_log()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        # SQLite, which cannot add it afterwards, has it from the beginning.
        op.create_foreign_key("fk_submissions_run_id", "submissions", "runs", ["run_id"], ["id"])
        _guard_postgresql()


def _while(state: str) -> dict[str, Any]:
    condition = sa.text(f"state = '{state}'")
    return {"sqlite_where": condition, "postgresql_where": condition}


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("session_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("email", name="uq_people_email"),
    )


def _create_personal_tokens() -> None:
    op.create_table(
        "personal_tokens",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_personal_tokens_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_personal_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_personal_tokens_secret_hash"),
    )
    op.create_index("ix_personal_tokens_person_id", "personal_tokens", ["person_id"])


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_invitations_person_id"),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_invitations"),
    )
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"])


def _create_courses() -> None:
    op.create_table(
        "courses",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("join_code", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
        sa.UniqueConstraint("join_code", name="uq_courses_join_code"),
        sa.UniqueConstraint("slug", name="uq_courses_slug"),
    )


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('student', 'grader', 'instructor', 'admin')", name=op.f("ck_memberships_role")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_memberships_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_memberships_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name="pk_memberships"),
    )
    op.create_index("ix_memberships_person_id", "memberships", ["person_id"])


def _create_versions() -> None:
    op.create_table(
        "versions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("environment", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("max_score", sa.Double(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_versions"),
    )


def _create_assignments() -> None:
    op.create_table(
        "assignments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("version_hash", sa.Text(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("active_rule", sa.Text(), nullable=False),
        sa.Column("late_percent_per_day", sa.Double(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("active_rule IN ('best', 'last', 'first')", name=op.f("ck_assignments_counting")),
        sa.CheckConstraint("visibility IN ('hidden', 'visible')", name=op.f("ck_assignments_visibility")),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_assignments_course_id"),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_assignments_version_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
        sa.UniqueConstraint("course_id", "slug", name="uq_assignments_course_id_slug"),
    )


def _create_drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_drafts_assignment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_drafts_person_id"),
        sa.PrimaryKeyConstraint("assignment_id", "person_id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_person_id", "drafts", ["person_id"])


def _create_submissions() -> None:
    op.create_table(
        "submissions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("version_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('submit', 'check', 'trial')", name=op.f("ck_submissions_kind")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_submissions_assignment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_submissions_person_id"),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_submissions_run_id", use_alter=True),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_submissions_version_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
    )
    op.create_index(
        "ix_submissions_assignment_id_person_id_created_at", "submissions", ["assignment_id", "person_id", "created_at"]
    )
    op.create_index("ix_submissions_person_id", "submissions", ["person_id"])


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=False),
        sa.Column("version_hash", sa.Text(), nullable=False),
        sa.Column("assignment_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("slot", sa.Text(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fairness_key", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("max_score", sa.Double(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=True),
        sa.Column("peak_memory_mib", sa.Double(), nullable=True),
        sa.CheckConstraint("queue IN ('interactive', 'background')", name=op.f("ck_runs_queue")),
        sa.CheckConstraint("state IN ('queued', 'running', 'graded', 'not graded')", name=op.f("ck_runs_state")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name="fk_runs_assignment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_runs_person_id"),
        sa.ForeignKeyConstraint(["submission_id"], ["submissions.id"], name="fk_runs_submission_id"),
        sa.ForeignKeyConstraint(["version_hash"], ["versions.hash"], name="fk_runs_version_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_graded", "runs", ["queue", "assignment_id", "finished_at"], **_while("graded"))
    op.create_index("ix_runs_graded_in_queue", "runs", ["queue", "finished_at"], **_while("graded"))
    op.create_index("ix_runs_leases", "runs", ["lease_until"], **_while("running"))
    op.create_index(
        "ix_runs_fairness", "runs", ["queue", "assignment_id", "fairness_key", "queued_at"], **_while("queued")
    )
    op.create_index("ix_runs_served", "runs", ["queue", "assignment_id", "claimed_at"])
    op.create_index("ix_runs_student", "runs", ["queue", "assignment_id", "person_id", "claimed_at"])
    op.create_index("ix_runs_submission_id", "runs", ["submission_id"])


def _create_test_results() -> None:
    op.create_table(
        "test_results",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=False),
        sa.Column("max_points", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("diagnosis", sa.Text(), nullable=True),
        sa.Column("wrong", sa.Text(), nullable=True),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("output", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("pictures", sa.JSON(), nullable=False),
        sa.Column("duration_ms", sa.Double(), nullable=False),
        sa.CheckConstraint("outcome IN ('passed', 'failed', 'error')", name=op.f("ck_test_results_outcome")),
        sa.CheckConstraint(
            "visibility IN ('visible', 'after_due_date', 'after_published', 'hidden')",
            name=op.f("ck_test_results_visibility"),
        ),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_test_results_run_id"),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_test_results"),
    )


def _create_slots() -> None:
    op.create_table(
        "slots",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("queue IN ('interactive', 'background')", name=op.f("ck_slots_queue")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name="fk_slots_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_slots"),
    )
    op.create_index("ix_slots_queue_seen_at", "slots", ["queue", "seen_at"])


def _create_audit_log() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    op.create_index("ix_audit_log_subject", "audit_log", ["subject"])


# Table, what is refused, of which rows, and the sentence.
_FINISHED = "OLD.state IN ('graded', 'not graded')"
_HANDED_IN = "id, assignment_id, person_id, kind, content_hash, files, created_at"
_GUARDS = (
    ("runs", "UPDATE", _FINISHED, "a finished run is never changed"),
    ("runs", "DELETE", _FINISHED, "a finished run is never removed"),
    ("versions", "UPDATE", "", "a version is never changed"),
    ("submissions", f"UPDATE OF {_HANDED_IN}", "", "what was submitted is never changed"),
    ("audit_log", "UPDATE", "", "the audit log is never changed"),
    ("audit_log", "DELETE", "", "nothing is removed from the audit log"),
)
_TEST_RESULTS = "the test results of a finished run are never changed"


def _guard_sqlite() -> None:
    for table, act, rows, sentence in _GUARDS:
        _refuse_in_sqlite(table, act, rows, sentence)
    for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        finished = f"SELECT 1 FROM runs WHERE id = {row}.run_id AND state IN ('graded', 'not graded')"
        _refuse_in_sqlite("test_results", act, f"EXISTS ({finished})", _TEST_RESULTS, suffix=f"_{row.lower()}")


def _refuse_in_sqlite(table: str, act: str, rows: str, sentence: str, suffix: str = "") -> None:
    when = f"WHEN {rows}" if rows else ""
    op.execute(
        f"CREATE TRIGGER {table}_{act.split()[0].lower()}{suffix} BEFORE {act} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION refuse_for_finished_run() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (
                SELECT 1 FROM runs WHERE id IN (OLD.run_id, NEW.run_id) AND state IN ('graded', 'not graded')
            ) THEN
                RAISE EXCEPTION '{_TEST_RESULTS}' USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$
        """
    )
    for table, act, rows, sentence in _GUARDS:
        when = f"WHEN ({rows})" if rows else ""
        op.execute(
            f"CREATE TRIGGER {table}_{act.split()[0].lower()} BEFORE {act} ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION refuse('{sentence}')"
        )
    op.execute(
        "CREATE TRIGGER test_results_change BEFORE INSERT OR UPDATE OR DELETE ON test_results "
        "FOR EACH ROW EXECUTE FUNCTION refuse_for_finished_run()"
    )
    for table in ("runs", "test_results", "versions", "audit_log"):
        op.execute(
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION refuse('{table} is never emptied')"
        )
