"""Platforms, deployments, tool keys, resource links, launches, scores and the launch audit."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: 64 bits on both databases: a row number or a second outgrows 32.
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "lti_platform",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("client_id", sa.Text, nullable=False),
        sa.Column("auth_url", sa.Text, nullable=False),
        sa.Column("token_url", sa.Text, nullable=False),
        sa.Column("jwks_url", sa.Text, nullable=False),
        sa.Column("token_audience", sa.Text, nullable=False, server_default=""),
        sa.Column("service_hosts", sa.Text, nullable=False, server_default=""),
        sa.Column("algorithms", sa.Text, nullable=False, server_default="RS256"),
        sa.Column("anonymous", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("profile", sa.Text, nullable=False, server_default="generic"),
        sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("created", INTEGER, nullable=False),
        sa.Column("jwks", sa.Text, nullable=False, server_default=""),
        sa.Column("jwks_at", INTEGER, nullable=False, server_default="0"),
        sa.UniqueConstraint("institution", "issuer", "client_id", name="lti_platform_client"),
    )
    op.create_table(
        "lti_deployment",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("deployment", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("first_seen", INTEGER, nullable=False),
        sa.Column("decided", INTEGER),
        sa.PrimaryKeyConstraint("institution", "platform", "deployment"),
    )
    op.create_table(
        "lti_tool_key",
        sa.Column("kid", sa.Text, primary_key=True),
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("public_jwk", sa.Text, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created", INTEGER, nullable=False),
        sa.Column("retired", INTEGER),
    )
    op.create_index(
        "lti_tool_key_active",
        "lti_tool_key",
        ["institution"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "lti_link",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("deployment", sa.Text, nullable=False),
        sa.Column("resource_link", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("registration", sa.String(36), nullable=False),
        sa.Column("module", sa.Text, nullable=False, server_default=""),
        sa.Column("title", sa.Text, nullable=False, server_default=""),
        sa.Column("learner", sa.Boolean, nullable=False),
        sa.Column("line_item", sa.Text, nullable=False, server_default=""),
        sa.Column("line_items", sa.Text, nullable=False, server_default=""),
        sa.Column("scopes", sa.Text, nullable=False, server_default=""),
        sa.Column("first_launch", INTEGER, nullable=False),
        sa.Column("last_launch", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "platform", "deployment", "resource_link", "subject"),
        sa.UniqueConstraint("institution", "registration", name="lti_link_registration"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "lti_launch",
        sa.Column("seq", INTEGER, primary_key=True),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("message_type", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("registration", sa.String(36), nullable=False, server_default=""),
    )
    op.create_table(
        "lti_deep_linking",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("platform", sa.String(32), sa.ForeignKey("lti_platform.id"), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("form_token", sa.String(64), nullable=False),
        sa.Column("settings", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("institution", "id"),
    )
    op.create_table(
        "lti_score",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("registration", sa.String(36), nullable=False),
        sa.Column("best", INTEGER, nullable=False),
        sa.Column("version", INTEGER, nullable=False),
        sa.Column("queued", INTEGER, nullable=False, server_default="0"),
        sa.Column("sent", INTEGER),
        sa.Column("sent_at", INTEGER),
        sa.Column("problem", sa.Text, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("institution", "registration"),
    )
    unsent = sa.text("queued < version")
    op.create_index("lti_score_waiting", "lti_score", ["institution"], sqlite_where=unsent, postgresql_where=unsent)
    op.create_table(
        "lti_score_second",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("line_item", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("second", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "line_item", "subject"),
    )
    op.create_table(
        "lti_cursor",
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("seq", INTEGER, nullable=False),
        sa.PrimaryKeyConstraint("institution", "name"),
    )
    op.create_table(
        "lti_audit",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.String(32), nullable=False),
        sa.Column("at", INTEGER, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("platform", sa.String(32), nullable=False, server_default=""),
        sa.Column("reference", sa.Text, nullable=False, server_default=""),
    )


def downgrade() -> None:
    for name in (
        "lti_audit",
        "lti_cursor",
        "lti_score_second",
        "lti_score",
        "lti_deep_linking",
        "lti_launch",
        "lti_link",
        "lti_tool_key",
        "lti_deployment",
        "lti_platform",
    ):
        op.drop_table(name)
