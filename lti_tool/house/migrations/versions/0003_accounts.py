"""When a browser session was last used and from where, for whom a one-time link is, and identities of a single sign-on."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Adds the columns and the table; sessions from before were never seen, so everybody logs in once more."""
    for name in ("seen", "address", "agent"):
        op.add_column("browser_session", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("one_time_link", sa.Column("subject", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "account_identity",
        _text("institution", primary_key=True),
        _text("issuer", primary_key=True),
        _text("subject", primary_key=True),
        _text("account"),
        sa.Column("by_group", sa.Boolean, nullable=False),
        _text("name"),
        _text("username"),
        _text("first_seen"),
        _text("last_seen"),
    )
    op.create_index("account_identity_account", "account_identity", ["institution", "account"])


def downgrade() -> None:
    """Drops the table and the columns."""
    op.drop_table("account_identity")
    op.drop_column("one_time_link", "subject")
    for name in ("agent", "address", "seen"):
        op.drop_column("browser_session", name)
