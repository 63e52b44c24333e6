"""Submissions, runs and their tests, slots, jobs, and reruns."""

import sqlalchemy as sa
from alembic import op

from records.database.migrations.initial.columns import (
    big,
    blob,
    data,
    flag,
    foreign_key,
    moment,
    one_of,
    real,
    text,
    while_state,
    whole,
)


def create_grading() -> None:
    """Create the tables."""
    _create_submissions()
    _create_runs()
    _create_run_tests()
    _create_slots()
    _create_jobs()
    _create_reruns()
    _create_rerun_items()


def _create_submissions() -> None:
    op.create_table(
        "submissions",
        text("id"),
        text("assignment_id"),
        text("person_id"),
        text("version_hash"),
        text("kind"),
        text("content_hash"),
        blob("files"),
        moment("created_at"),
        text("run_id", null=True),
        text("key", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_submissions"),
        foreign_key("submissions", "assignment_id", "assignments.id"),
        foreign_key("submissions", "person_id", "people.id"),
        foreign_key("submissions", "version_hash", "versions.hash"),
        foreign_key("submissions", "run_id", "runs.id", use_alter=True),
        one_of("submissions", "kind", "submit", "check", "trial"),
    )
    op.create_index(
        "ix_submissions_assignment_id_person_id_created_at", "submissions", ["assignment_id", "person_id", "created_at"]
    )
    op.create_index("ix_submissions_person_id", "submissions", ["person_id"])
    op.create_index(
        "ix_submissions_person_id_assignment_id_key", "submissions", ["person_id", "assignment_id", "key"], unique=True
    )
    op.create_index("ix_submissions_run_id", "submissions", ["run_id"])


def _create_runs() -> None:
    op.create_table(
        "runs",
        text("id"),
        text("submission_id"),
        text("version_hash"),
        text("assignment_id"),
        text("person_id"),
        text("queue"),
        text("state"),
        whole("tries"),
        text("claim", null=True),
        moment("lease_until", null=True),
        text("slot", null=True),
        moment("queued_at"),
        moment("turn", null=True),
        moment("claimed_at", null=True),
        moment("finished_at", null=True),
        text("reason"),
        big("seed", null=True),
        real("score", null=True),
        real("max_score", null=True),
        text("message"),
        real("duration_ms", null=True),
        real("peak_memory_mib", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        foreign_key("runs", "assignment_id", "assignments.id"),
        foreign_key("runs", "person_id", "people.id"),
        foreign_key("runs", "submission_id", "submissions.id"),
        foreign_key("runs", "version_hash", "versions.hash"),
        one_of("runs", "queue", "interactive", "background"),
        one_of("runs", "state", "queued", "running", "graded", "not graded"),
    )
    op.create_index("ix_runs_graded", "runs", ["queue", "assignment_id", "finished_at"], **while_state("graded"))
    op.create_index("ix_runs_graded_in_queue", "runs", ["queue", "finished_at"], **while_state("graded"))
    op.create_index("ix_runs_leases", "runs", ["lease_until"], **while_state("running"))
    op.create_index("ix_runs_line", "runs", ["queue", "assignment_id", "turn", "queued_at"], **while_state("queued"))
    op.create_index("ix_runs_served", "runs", ["queue", "assignment_id", "claimed_at"])
    op.create_index("ix_runs_student", "runs", ["queue", "assignment_id", "person_id", "claimed_at"])
    op.create_index("ix_runs_submission_id", "runs", ["submission_id"])


def _create_run_tests() -> None:
    op.create_table(
        "run_tests",
        text("run_id"),
        whole("position"),
        text("name"),
        text("title"),
        real("points"),
        real("max_points"),
        text("outcome"),
        text("visibility"),
        text("message"),
        text("diagnosis", null=True),
        text("wrong", null=True),
        text("hint", null=True),
        text("output"),
        text("file", null=True),
        whole("line", null=True),
        data("pictures"),
        text("fingerprint"),
        real("duration_ms"),
        sa.PrimaryKeyConstraint("run_id", "position", name="pk_run_tests"),
        foreign_key("run_tests", "run_id", "runs.id"),
        one_of("run_tests", "outcome", "passed", "failed", "error"),
        one_of("run_tests", "visibility", "visible", "after_due_date", "after_published", "hidden"),
    )


def _create_slots() -> None:
    op.create_table(
        "slots",
        text("id"),
        text("queue"),
        text("run_id", null=True),
        data("benches"),
        moment("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_slots"),
        foreign_key("slots", "run_id", "runs.id"),
        one_of("slots", "queue", "interactive", "background"),
    )
    op.create_index("ix_slots_queue_seen_at", "slots", ["queue", "seen_at"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        text("id"),
        text("kind"),
        text("assignment_id"),
        text("version_hash", null=True),
        text("person_id"),
        text("state"),
        big("seed"),
        whole("done"),
        whole("total"),
        text("doing"),
        flag("gate_open", null=True),
        data("report", null=True),
        text("message"),
        whole("tries"),
        text("claim", null=True),
        moment("lease_until", null=True),
        moment("asked_at"),
        moment("finished_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
        foreign_key("jobs", "assignment_id", "assignments.id"),
        foreign_key("jobs", "person_id", "people.id"),
        foreign_key("jobs", "version_hash", "versions.hash"),
        one_of("jobs", "kind", "verification", "similarity"),
        one_of("jobs", "state", "queued", "running", "done", "failed"),
    )
    op.create_index("ix_jobs_assignment_id_kind_asked_at", "jobs", ["assignment_id", "kind", "asked_at"])
    op.create_index("ix_jobs_state_asked_at", "jobs", ["state", "asked_at"])


def _create_reruns() -> None:
    op.create_table(
        "reruns",
        text("id"),
        text("course_id"),
        text("assignment_id", null=True),
        text("version_hash", null=True),
        big("seed", null=True),
        text("chosen"),
        text("reason"),
        text("person_id"),
        text("state"),
        moment("asked_at"),
        moment("decided_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_reruns"),
        foreign_key("reruns", "assignment_id", "assignments.id"),
        foreign_key("reruns", "course_id", "courses.id"),
        foreign_key("reruns", "person_id", "people.id"),
        foreign_key("reruns", "version_hash", "versions.hash"),
        one_of("reruns", "state", "underway", "paused", "cancelled", "applied", "discarded"),
    )
    op.create_index("ix_reruns_course_id_asked_at", "reruns", ["course_id", "asked_at"])


def _create_rerun_items() -> None:
    op.create_table(
        "rerun_items",
        text("rerun_id"),
        text("submission_id"),
        whole("position"),
        text("version_hash"),
        text("run_before", null=True),
        text("run_after", null=True),
        flag("applied"),
        sa.PrimaryKeyConstraint("rerun_id", "submission_id", name="pk_rerun_items"),
        foreign_key("rerun_items", "rerun_id", "reruns.id"),
        foreign_key("rerun_items", "run_after", "runs.id"),
        foreign_key("rerun_items", "run_before", "runs.id"),
        foreign_key("rerun_items", "submission_id", "submissions.id"),
        foreign_key("rerun_items", "version_hash", "versions.hash"),
    )
    op.create_index("ix_rerun_items_run_after", "rerun_items", ["run_after"])
    op.create_index("ix_rerun_items_run_before", "rerun_items", ["run_before"])
    op.create_index("ix_rerun_items_submission_id", "rerun_items", ["submission_id"])
