"""Runs with other systems and their receipts, how far each was read, and what was sent to them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "adapter_run",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started", INTEGER, nullable=False),
        sa.Column("ended", INTEGER),
        sa.Column("lease", INTEGER, nullable=False),
        sa.Column("counts", sa.Text, nullable=False, server_default="{}"),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.Column("began_at", sa.Text, nullable=False, server_default=""),
        sa.Column("cursor", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("institution", "id"),
    )
    op.create_index("adapter_run_started", "adapter_run", ["institution", "started"])
    op.create_index("adapter_run_state", "adapter_run", ["institution", "state"])
    op.create_table(
        "adapter_refused",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("institution", "run", "seq"),
    )
    op.create_table(
        "adapter_cursor",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("cursor", sa.Text, nullable=False),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "system", "connection"),
    )
    op.create_table(
        "adapter_push",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("system", sa.Text, nullable=False),
        sa.Column("connection", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("year", INTEGER, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("remote", sa.Text, nullable=False, server_default=""),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("found", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.Column("run", sa.String(32), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "system", "connection", "key"),
    )


def downgrade() -> None:
    for name in ("adapter_push", "adapter_cursor", "adapter_refused"):
        op.drop_table(name)
    op.drop_index("adapter_run_state", "adapter_run")
    op.drop_index("adapter_run_started", "adapter_run")
    op.drop_table("adapter_run")
