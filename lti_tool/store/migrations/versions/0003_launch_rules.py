"""Which of a platform's roles count as what, where an administrator says so."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("lti_platform", sa.Column("role_rules", sa.Text, nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("lti_platform", "role_rules")
