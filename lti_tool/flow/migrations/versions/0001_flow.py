"""Open sign-in flows and the pace of each platform."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: 64 bits on both databases: a row number or a second outgrows 32.
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "flow",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("deployment", sa.Text, nullable=False),
        sa.Column("expires", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "state"),
        sqlite_with_rowid=False,  # one page to write for each login and launch instead of three
    )
    op.create_table(
        "flow_pace",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("minute", INTEGER, nullable=False),
        sa.Column("logins", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "platform", "minute"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("flow_pace")
    op.drop_table("flow")
