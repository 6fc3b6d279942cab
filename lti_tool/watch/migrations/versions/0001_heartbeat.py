"""Signs of life of the workers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("institution", sa.String(32), primary_key=True),
        sa.Column("worker", sa.String(80), primary_key=True),
        sa.Column("part", sa.String(40), nullable=False),  # what it is at, empty between two rounds
        sa.Column("since", sa.BigInteger, nullable=False),  # milliseconds since 1970: the part began
        sa.Column("beat", sa.BigInteger, nullable=False),  # milliseconds since 1970
        sa.Column("projected", sa.BigInteger),  # milliseconds since 1970: the ledger was up to date
    )


def downgrade() -> None:
    op.drop_table("heartbeat")
