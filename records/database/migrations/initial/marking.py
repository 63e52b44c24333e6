"""What graders add to a run, and what students are notified of."""

from records.database.migrations.initial.tables import create, flag, moment, real, text, whole


def create_marking() -> None:
    """Create the tables."""
    create(
        "rubric_items",
        text("id", "assignment_id", "title"),
        real("points"),
        whole("position"),
        flag("retired"),
        refers=["assignment_id"],
        indexes=[["assignment_id"]],
    )
    create(
        "markings",
        text("submission_id"),
        real("override_points", null=True),
        text("override_reason"),
        flag("unreleased"),
        whole("revision"),
        text("person_id"),
        moment("at"),
        key=["submission_id"],
        refers=["person_id", "submission_id"],
    )
    create(
        "rubric_marks",
        text("submission_id", "item_id", "person_id"),
        moment("at"),
        key=["submission_id", "item_id"],
        refers=["item_id", "person_id", "submission_id"],
        indexes=[["item_id"]],
    )
    _create_messages()


def _create_messages() -> None:
    create(
        "comments",
        text("id", "submission_id"),
        text("file", null=True),
        whole("line", null=True),
        text("text", "person_id"),
        moment("at"),
        refers=["person_id", "submission_id"],
        indexes=[["submission_id", "at"]],
    )
    create(
        "notices",
        text("id", "person_id", "submission_id"),
        text("rerun_id", null=True),
        text("kind"),
        text("run_before", "run_after", null=True),
        text("reason"),
        moment("at"),
        moment("seen_at", null=True),
        refers=["person_id", "rerun_id", "run_after", "run_before", "submission_id"],
        words={"kind": ["regraded", "restored", "marked"]},
        indexes=[["person_id", "at"], ["run_after"], ["run_before"], ["submission_id"]],
    )
