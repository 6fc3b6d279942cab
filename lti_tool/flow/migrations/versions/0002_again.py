"""What a login asked for, so that it can be made again in a tab of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("flow", sa.Column("request", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("flow", "request")
