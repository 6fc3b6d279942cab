"""When a published key begins to sign, and who has fetched the key set."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("lti_tool_key", sa.Column("due", INTEGER))
    op.create_table(
        "lti_jwks_reader",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("agent", sa.String(32), nullable=False),
        sa.Column("network", sa.String(16), nullable=False),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("first_at", INTEGER, nullable=False),
        sa.Column("last_at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "agent", "network", "platform"),
    )


def downgrade() -> None:
    op.drop_table("lti_jwks_reader")
    op.drop_column("lti_tool_key", "due")
