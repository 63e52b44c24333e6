"""People, courses and versions of assignments."""

from records.database.migrations.initial.tables import blob, create, data, flag, moment, real, serial, text, whole


def create_courses() -> None:
    """Create the tables."""
    _create_people()
    _create_assignments()
    _create_of_assignments()
    _create_audit_log()


def _create_people() -> None:
    create(
        "people",
        text("id", "email", "name"),
        text("password_hash", null=True),
        text("session_key"),
        moment("created_at"),
        unique=[["email"]],
    )
    create(
        "personal_tokens",
        text("id", "person_id", "name", "secret_hash"),
        moment("created_at"),
        moment("used_at", null=True),
        refers=["person_id"],
        unique=[["secret_hash"]],
        indexes=[["person_id"]],
    )
    create(
        "invitations",
        text("secret_hash", "person_id"),
        moment("expires_at"),
        key=["secret_hash"],
        refers=["person_id"],
        indexes=[["person_id"]],
    )


def _create_assignments() -> None:
    create(
        "courses",
        text("id", "slug", "title"),
        text("join_code", null=True),
        text("time_zone", default="UTC"),
        moment("created_at"),
        unique=[["join_code"], ["slug"]],
    )
    create(
        "memberships",
        text("course_id", "person_id", "role", "section"),
        moment("withdrawn_at", null=True),
        moment("created_at"),
        key=["course_id", "person_id"],
        refers=["course_id", "person_id"],
        words={"role": ["student", "grader", "instructor", "admin"]},
        indexes=[["person_id"]],
    )
    create(
        "versions",
        text("hash", "slug", "environment", "title"),
        real("max_score"),
        blob("files"),
        moment("created_at"),
        key=["hash"],
    )
    create(
        "assignments",
        text("id", "course_id", "slug"),
        text("version_hash", null=True),
        moment("opens_at", "due_at", null=True),
        whole("attempts"),
        text("active_rule"),
        real("late_percent_per_day"),
        whole("position"),
        text("visibility"),
        flag("results_unreleased"),
        moment("published_at", null=True),
        moment("created_at"),
        refers=["course_id", "version_hash"],
        unique=[["course_id", "slug"]],
        words={"active_rule": ["best", "last", "first"], "visibility": ["hidden", "visible"]},
    )


def _create_of_assignments() -> None:
    create(
        "extensions",
        text("assignment_id", "person_id"),
        moment("due_at", null=True),
        whole("attempts", null=True),
        text("reason", "granted_by"),
        moment("granted_at"),
        key=["assignment_id", "person_id"],
        refers=["assignment_id", "granted_by", "person_id"],
        indexes=[["person_id"]],
    )
    create(
        "uploads",
        text("assignment_id", "version_hash"),
        text("person_id", null=True),
        text("note"),
        moment("at"),
        key=["assignment_id", "version_hash"],
        refers=["assignment_id", "person_id", "version_hash"],
    )
    create(
        "drafts",
        text("assignment_id", "person_id"),
        blob("files"),
        whole("revision"),
        moment("saved_at"),
        key=["assignment_id", "person_id"],
        refers=["assignment_id", "person_id"],
        indexes=[["person_id"]],
    )


def _create_audit_log() -> None:
    create(
        "audit_log",
        serial("id"),
        moment("at"),
        text("actor", "action"),
        text("course_id", "assignment_id", "submission_id", "rerun_id", "person_id", null=True),
        text("reason"),
        data("before", "after", null=True),
        refers=["course_id"],
        indexes=[["course_id", "id"], ["submission_id"]],
    )
