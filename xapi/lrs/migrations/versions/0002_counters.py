"""Nothing yet."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Changes nothing."""


def downgrade() -> None:
    """Changes nothing."""
