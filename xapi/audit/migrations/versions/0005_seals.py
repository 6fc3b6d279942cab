"""What was sealed: sets of leaves as changes since the one before, and the rule sets. Neither is a projection."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_seal_set",
        sa.Column("institution", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),  # bytes of a value after its key of 16 bytes
        sa.Column("changes", sa.LargeBinary, nullable=False),
    )
    op.create_index("ledger_seal_set_root", "ledger_seal_set", ["institution", "name", "root"])
    op.create_table(
        "ledger_seal_rules",
        sa.Column("institution", sa.String(32), primary_key=True),
        sa.Column("hash", sa.String(64), primary_key=True),
        sa.Column("rules", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("ledger_seal_rules")
    op.drop_table("ledger_seal_set")
