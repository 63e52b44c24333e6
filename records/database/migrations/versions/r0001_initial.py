"""All tables of the first release, and the triggers that guard what must never change."""

from alembic import op

from records.database.migrations.initial.courses import create_courses
from records.database.migrations.initial.grading import create_grading
from records.database.migrations.initial.guards import create_guards
from records.database.migrations.initial.marking import create_marking

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables and triggers."""
    create_courses()
    create_grading()
    create_marking()
    if op.get_bind().dialect.name != "sqlite":  # which has it from the beginning, as it cannot add it afterwards
        op.create_foreign_key("fk_submissions_run_id", "submissions", "runs", ["run_id"], ["id"])
    create_guards()
