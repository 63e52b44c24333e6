"""What each slot keeps benches for, and what is wrong with them, in place of one sentence for the whole slot."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the column; every slot says anew within seconds what is in it."""
    op.execute("DELETE FROM slots")
    op.drop_column("slots", "trouble")
    op.add_column("slots", sa.Column("benches", sa.JSON(), nullable=False, server_default="{}"))
