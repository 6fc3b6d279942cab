"""Long work that pages asked for, and how far it is."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TEXTS = ("account", "kind", "about", "language", "state", "step", "problem", "file")
_NUMBERS = ("done", "whole", "size", "attempts", "cancel", "created", "changed")


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("institution", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(32), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in _TEXTS),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in _NUMBERS),
    )
    op.create_index("task_account", "task", ["institution", "account", "created"])


def downgrade() -> None:
    op.drop_table("task")
