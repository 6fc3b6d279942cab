"""Credentials that end, change their secret, belong to one module, and tell when they were used.

Moments are microseconds since 1970, UTC. A credential of before has no `created`. `module` is the IRI of the one module
that a credential may write about and `extensions` what it may say of JP, as JSON; both are empty for all others.
`module_rate` holds, for such a credential, when it may send at full pace again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
ADDED = (
    ("created", sa.BigInteger),
    ("last_used", sa.BigInteger),  # the beginning of the hour
    ("expires", sa.BigInteger),
    ("old_secret_hash", sa.LargeBinary(32)),  # the secret before the last rotation
    ("old_until", sa.BigInteger),  # until when it still works
    ("module", sa.Text),
    ("extensions", sa.LargeBinary),
)


def upgrade() -> None:
    for name, kind in ADDED:
        op.add_column("credential", sa.Column(name, kind))
    op.create_table(
        "module_rate",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("full_at", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("module_rate")
    for name, _ in reversed(ADDED):
        op.drop_column("credential", name)
