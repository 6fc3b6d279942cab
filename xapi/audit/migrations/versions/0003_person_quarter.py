"""Sums per person and quarter, an index of what waits for a review, and the plans of people: rencana JP."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

WAITS = sa.text("pending > 0")


def _text(name: str, size: int) -> sa.Column:
    return sa.Column(name, sa.Text().with_variant(sa.String(size), "sqlite"), nullable=False)


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "ledger_person_quarter",
        _text("institution", 32),
        *_numbers("year", "quarter"),
        _text("person", 32),
        *_numbers("on_roster", "credits", "counted", "waiting"),
        *_numbers("raw_jp", "converted", "capped", "accepted", "pending"),
        sa.PrimaryKeyConstraint("institution", "year", "quarter", "person"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ledger_plan",
        _text("institution", 32),
        *_numbers("year"),
        _text("person", 32),
        *_numbers("planned"),
        sa.PrimaryKeyConstraint("institution", "year", "person"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ledger_accepted_waiting",
        "ledger_accepted",
        ["institution", "year", "day", "statement_id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    op.drop_index("ledger_accepted_waiting", "ledger_accepted")
    op.drop_table("ledger_plan")
    op.drop_table("ledger_person_quarter")
