"""Submissions, runs and their tests, slots, jobs, and reruns."""

from alembic import op

from records.database.migrations.initial.tables import (
    big,
    blob,
    create,
    create_index,
    create_index_of_state,
    data,
    flag,
    moment,
    real,
    text,
    whole,
)


def create_grading() -> None:
    """Create the tables."""
    _create_submissions()
    _create_runs()
    _create_run_tests()
    _create_slots_and_jobs()
    _create_reruns()


def _create_submissions() -> None:
    create(
        "submissions",
        text("id", "assignment_id", "person_id", "version_hash", "kind", "content_hash"),
        blob("files"),
        moment("created_at"),
        text("run_id", "key", null=True),
        refers=["assignment_id", "person_id", "version_hash", "run_id"],
        words={"kind": ["submit", "check", "trial"]},
        indexes=[["assignment_id", "person_id", "created_at"], ["person_id"]],
    )
    create_index("submissions", "person_id", "assignment_id", "key", unique=True)
    create_index("submissions", "run_id")


def _create_runs() -> None:
    create(
        "runs",
        text("id", "submission_id", "version_hash", "assignment_id", "person_id", "queue", "state"),
        whole("tries"),
        text("claim", null=True),
        moment("lease_until", null=True),
        text("slot", null=True),
        moment("queued_at"),
        moment("fairness_key", "claimed_at", "finished_at", null=True),
        text("reason"),
        big("seed", null=True),
        real("score", "max_score", null=True),
        text("message"),
        real("duration_ms", "peak_memory_mib", null=True),
        refers=["assignment_id", "person_id", "submission_id", "version_hash"],
        words={"queue": ["interactive", "background"], "state": ["queued", "running", "graded", "not graded"]},
    )
    create_index_of_state("ix_runs_graded", "runs", "queue", "assignment_id", "finished_at", state="graded")
    create_index_of_state("ix_runs_graded_in_queue", "runs", "queue", "finished_at", state="graded")
    create_index_of_state("ix_runs_leases", "runs", "lease_until", state="running")
    fairness = ("queue", "assignment_id", "fairness_key", "queued_at")
    create_index_of_state("ix_runs_fairness", "runs", *fairness, state="queued")
    op.create_index("ix_runs_served", "runs", ["queue", "assignment_id", "claimed_at"])
    op.create_index("ix_runs_student", "runs", ["queue", "assignment_id", "person_id", "claimed_at"])
    create_index("runs", "submission_id")


def _create_run_tests() -> None:
    create(
        "run_tests",
        text("run_id"),
        whole("position"),
        text("name", "title"),
        real("points", "max_points"),
        text("outcome", "visibility", "message"),
        text("diagnosis", "wrong", "hint", null=True),
        text("output"),
        text("file", null=True),
        whole("line", null=True),
        data("pictures"),
        text("fingerprint"),
        real("duration_ms"),
        key=["run_id", "position"],
        refers=["run_id"],
        words={
            "outcome": ["passed", "failed", "error"],
            "visibility": ["visible", "after_due_date", "after_published", "hidden"],
        },
    )


def _create_slots_and_jobs() -> None:
    create(
        "slots",
        text("id", "queue"),
        text("run_id", null=True),
        data("benches"),
        moment("seen_at"),
        refers=["run_id"],
        words={"queue": ["interactive", "background"]},
        indexes=[["queue", "seen_at"]],
    )
    create(
        "jobs",
        text("id", "kind", "assignment_id"),
        text("version_hash", null=True),
        text("person_id", "state"),
        big("seed"),
        flag("withdrawn"),
        whole("done", "total"),
        text("doing"),
        flag("gate_open", null=True),
        data("report", null=True),
        text("message"),
        whole("tries"),
        text("claim", null=True),
        moment("lease_until", null=True),
        moment("asked_at"),
        moment("finished_at", null=True),
        refers=["assignment_id", "person_id", "version_hash"],
        words={"kind": ["verification", "similarity"], "state": ["queued", "running", "done", "failed"]},
        indexes=[["assignment_id", "kind", "asked_at"], ["state", "asked_at"]],
    )


def _create_reruns() -> None:
    create(
        "reruns",
        text("id", "course_id"),
        text("assignment_id", "version_hash", null=True),
        big("seed", null=True),
        text("chosen", "reason", "person_id", "state"),
        moment("asked_at"),
        moment("decided_at", null=True),
        refers=["assignment_id", "course_id", "person_id", "version_hash"],
        words={"state": ["underway", "paused", "cancelled", "applied", "discarded"]},
        indexes=[["course_id", "asked_at"]],
    )
    create(
        "rerun_items",
        text("rerun_id", "submission_id"),
        whole("position"),
        text("version_hash"),
        text("run_before", "run_after", null=True),
        flag("applied"),
        key=["rerun_id", "submission_id"],
        refers=["rerun_id", "run_after", "run_before", "submission_id", "version_hash"],
        indexes=[["run_after"], ["run_before"], ["submission_id"]],
    )
