"""Which course a link stands in, what launches tell of a platform, and notices from platforms."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.add_column("lti_link", sa.Column("context", sa.Text, nullable=False, server_default=""))
    op.create_index("lti_link_context", "lti_link", ["institution", "platform", "deployment", "context"])
    op.create_table(
        "lti_observed",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("roster", sa.Text, nullable=False, server_default=""),
        sa.Column("ahead", INTEGER, nullable=False, server_default="0"),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "platform"),
    )
    op.create_table(
        "lti_notice_handler",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("deployment", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("kinds", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.Column("tried", INTEGER, nullable=False, server_default="0"),
        sa.Column("last_kind", sa.Text, nullable=False, server_default=""),
        sa.Column("last_at", INTEGER),
        sa.PrimaryKeyConstraint("institution", "platform", "deployment"),
    )
    op.create_table(
        "lti_notice_seen",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("expires", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "platform", "mark"),
    )
    op.create_table(
        "lti_course_copy",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("deployment", sa.Text, nullable=False),
        sa.Column("context", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "platform", "deployment", "context", "origin"),
    )


def downgrade() -> None:
    for name in ("lti_course_copy", "lti_notice_seen", "lti_notice_handler", "lti_observed"):
        op.drop_table(name)
    op.drop_index("lti_link_context", "lti_link")
    op.drop_column("lti_link", "context")
