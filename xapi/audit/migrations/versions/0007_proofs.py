"""Tests that were passed in a competency, for the map of competencies: they stand beside the credits and give no JP."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _text(name: str, size: int) -> sa.Column:
    return sa.Column(name, sa.Text().with_variant(sa.String(size), "sqlite"), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "ledger_proof",
        _text("institution", 32),
        _text("statement_id", 36),
        _number("seq"),
        _text("actor", 32),
        _text("person", 32),
        _text("activity", 2000),
        _text("activity_title", 500),
        _text("competency", 200),
        _number("level", nullable=True),
        _number("score", nullable=True),
        _number("day"),
        _text("source", 16),
        _text("default_review", 12),
        _text("review", 12),
        _number("standing"),
        sa.PrimaryKeyConstraint("institution", "statement_id"),
    )
    op.create_index("ledger_proof_person", "ledger_proof", ["institution", "person"])


def downgrade() -> None:
    op.drop_table("ledger_proof")
