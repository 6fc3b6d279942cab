"""Forwarding to other LRSs.

`forward_target` holds where to forward and how far it has come; `forward_held` the statements that a target refused,
with its reason. All moments are milliseconds since 1970.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "forward_target",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("endpoint", sa.Text, nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),  # the secret, sealed with a key of the secrets folder
        sa.Column("selection", sa.LargeBinary, nullable=False),  # which statements, as JSON
        sa.Column("attachments", sa.SmallInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),  # on, paused or stopped
        sa.Column("position", sa.BigInteger, nullable=False),  # seq up to which everything is settled
        sa.Column("sent", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),  # failures in a row
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),  # the worker that has the lease
        sa.Column("lease", sa.Integer, nullable=False),  # how often it was leased: a late worker settles nothing
        sa.Column("leased_until", sa.BigInteger, nullable=False),
        sa.Column("success", sa.BigInteger),
        sa.Column("error", sa.Text, nullable=False),  # the code of the last failure, empty when all is well
        sa.Column("error_params", sa.LargeBinary, nullable=False),
        sa.Column("failed", sa.BigInteger),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("institution", "name"),
    )
    op.create_table(
        "forward_held",
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("statement", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),  # held, again or skipped
        sa.Column("changed", sa.BigInteger, nullable=False),
    )
    op.create_index("forward_held_state", "forward_held", ["institution", "target", "state"])


def downgrade() -> None:
    op.drop_table("forward_held")
    op.drop_table("forward_target")
