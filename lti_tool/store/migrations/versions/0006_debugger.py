"""Which platforms are watched by the launch debugger, and what it saw."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "lti_debug",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("until", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "platform"),
    )
    op.create_table(
        "lti_debug_entry",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("reference", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("institution", "id", name="lti_debug_entry_id"),
    )


def downgrade() -> None:
    for name in ("lti_debug_entry", "lti_debug"):
        op.drop_table(name)
