"""When a score was reached, when it was last tried, what delays it, and which line item refused it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

#: 64 bits on both databases: a second outgrows 32.
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
ADDED = ("reached", "tried_at", "tries", "delay", "refused_item")


def upgrade() -> None:
    for column in (
        sa.Column("reached", INTEGER),
        sa.Column("tried_at", INTEGER),
        sa.Column("tries", INTEGER, nullable=False, server_default="0"),
        sa.Column("delay", sa.Text, nullable=False, server_default=""),
        sa.Column("refused_item", sa.Text, nullable=False, server_default=""),
    ):
        op.add_column("lti_score", column)
    unsent = sa.text("(sent IS NULL OR sent < best) AND problem <> 'no_gradebook'")
    op.create_index("lti_score_unsent", "lti_score", ["institution"], sqlite_where=unsent, postgresql_where=unsent)


def downgrade() -> None:
    op.drop_index("lti_score_unsent", "lti_score")
    for name in ADDED:
        op.drop_column("lti_score", name)
