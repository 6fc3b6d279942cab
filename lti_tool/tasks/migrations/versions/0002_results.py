"""What came of long work that a page shows instead of giving a file."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("task", sa.Column("result", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("task", "result")
