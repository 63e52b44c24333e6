"""What graders add to a run, and what students are notified of."""

import sqlalchemy as sa
from alembic import op

from records.database.migrations.initial.columns import flag, foreign_key, moment, one_of, real, text, whole


def create_marking() -> None:
    """Create the tables."""
    _create_rubric_items()
    _create_markings()
    _create_rubric_marks()
    _create_comments()
    _create_notices()


def _create_rubric_items() -> None:
    op.create_table(
        "rubric_items",
        text("id"),
        text("assignment_id"),
        text("title"),
        real("points"),
        whole("position"),
        flag("retired"),
        sa.PrimaryKeyConstraint("id", name="pk_rubric_items"),
        foreign_key("rubric_items", "assignment_id", "assignments.id"),
    )
    op.create_index("ix_rubric_items_assignment_id", "rubric_items", ["assignment_id"])


def _create_markings() -> None:
    op.create_table(
        "markings",
        text("submission_id"),
        real("override_points", null=True),
        text("override_reason"),
        flag("unreleased"),
        whole("revision"),
        text("person_id"),
        moment("at"),
        sa.PrimaryKeyConstraint("submission_id", name="pk_markings"),
        foreign_key("markings", "person_id", "people.id"),
        foreign_key("markings", "submission_id", "submissions.id"),
    )


def _create_rubric_marks() -> None:
    op.create_table(
        "rubric_marks",
        text("submission_id"),
        text("item_id"),
        text("person_id"),
        moment("at"),
        sa.PrimaryKeyConstraint("submission_id", "item_id", name="pk_rubric_marks"),
        foreign_key("rubric_marks", "item_id", "rubric_items.id"),
        foreign_key("rubric_marks", "person_id", "people.id"),
        foreign_key("rubric_marks", "submission_id", "submissions.id"),
    )
    op.create_index("ix_rubric_marks_item_id", "rubric_marks", ["item_id"])


def _create_comments() -> None:
    op.create_table(
        "comments",
        text("id"),
        text("submission_id"),
        text("file", null=True),
        whole("line", null=True),
        text("text"),
        text("person_id"),
        moment("at"),
        sa.PrimaryKeyConstraint("id", name="pk_comments"),
        foreign_key("comments", "person_id", "people.id"),
        foreign_key("comments", "submission_id", "submissions.id"),
    )
    op.create_index("ix_comments_submission_id_at", "comments", ["submission_id", "at"])


def _create_notices() -> None:
    op.create_table(
        "notices",
        text("id"),
        text("person_id"),
        text("submission_id"),
        text("rerun_id", null=True),
        text("kind"),
        text("run_before", null=True),
        text("run_after", null=True),
        text("reason"),
        moment("at"),
        moment("seen_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        foreign_key("notices", "person_id", "people.id"),
        foreign_key("notices", "rerun_id", "reruns.id"),
        foreign_key("notices", "run_after", "runs.id"),
        foreign_key("notices", "run_before", "runs.id"),
        foreign_key("notices", "submission_id", "submissions.id"),
        one_of("notices", "kind", "regraded", "restored", "marked"),
    )
    op.create_index("ix_notices_person_id_at", "notices", ["person_id", "at"])
    op.create_index("ix_notices_run_after", "notices", ["run_after"])
    op.create_index("ix_notices_run_before", "notices", ["run_before"])
    op.create_index("ix_notices_submission_id", "notices", ["submission_id"])
