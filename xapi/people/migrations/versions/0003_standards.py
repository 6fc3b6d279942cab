"""Job standards: the competencies that a position needs, as the institution's own file says."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "job_standard",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("standard", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("level", sa.BigInteger),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("imported", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("job_standard")
