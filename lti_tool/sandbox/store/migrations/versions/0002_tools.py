"""Several tools, which can register themselves; what was there belongs to the first."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_tool",
        sa.Column("deployment", sa.Integer, primary_key=True),
        sa.Column("client_id", sa.Text, nullable=False, unique=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    for table in ("sandbox_link", "sandbox_line_item"):
        op.add_column(table, sa.Column("tool", sa.Text, nullable=False, server_default="1"))


def downgrade() -> None:
    for table in ("sandbox_link", "sandbox_line_item"):
        op.drop_column(table, "tool")
    op.drop_table("sandbox_tool")
