"""Invites to register a platform, and the tickets of confirmation forms that were used."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "lti_invite",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("created", INTEGER, nullable=False),
        sa.Column("expires", INTEGER, nullable=False),
        sa.Column("ended", INTEGER),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id")),
        sa.Column("used", INTEGER),
        sa.UniqueConstraint("token", name="lti_invite_token"),
    )
    op.create_table(
        "lti_invite_ticket",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("ticket", sa.String(64), nullable=False),
        sa.Column("expires", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "ticket"),
    )


def downgrade() -> None:
    op.drop_table("lti_invite_ticket")
    op.drop_table("lti_invite")
