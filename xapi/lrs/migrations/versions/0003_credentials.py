"""Nothing yet."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Changes nothing."""


def downgrade() -> None:
    """Changes nothing."""
