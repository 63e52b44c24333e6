"""A key of the sender's with each submission, so that one that is sent twice is taken in once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what was submitted before has none."""
    op.add_column("submissions", sa.Column("key", sa.Text(), nullable=True))
    columns = ["person_id", "assignment_id", "key"]
    op.create_index("ix_submissions_person_id_assignment_id_key", "submissions", columns, unique=True)
