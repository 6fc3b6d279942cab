"""The trail lies in order of year, person and day, as it is counted and read: that order needs no index of years beside it.

What a ledger holds is kept, so that its figures can be read until the next projection makes it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAITS = sa.text("pending > 0")
COLUMNS = (
    "institution", "year", "person", "day", "statement_id", "quarter", "form", "review", "raw_jp", "converted",
    "capped", "accepted", "pending", "fate",
)  # fmt: skip


def _text(name: str, size: int) -> sa.Column:
    """Text; SQLite keeps the size for the record and never looks at it, so PostgreSQL is given none."""
    return sa.Column(name, sa.Text().with_variant(sa.String(size), "sqlite"), nullable=False)


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    for index in ("waiting", "year"):
        op.drop_index(f"ledger_accepted_{index}", "ledger_accepted")
    op.rename_table("ledger_accepted", "ledger_accepted_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER INDEX ledger_accepted_pkey RENAME TO ledger_accepted_before_pkey")
    op.create_table(
        "ledger_accepted",
        _text("institution", 32),
        *_numbers("year"),
        _text("person", 32),
        *_numbers("day"),
        _text("statement_id", 36),
        *_numbers("quarter"),
        _text("form", 64),
        _text("review", 12),
        *_numbers("raw_jp", "converted", "capped", "accepted", "pending"),
        _text("fate", 20),
        sa.PrimaryKeyConstraint("institution", "year", "person", "day", "statement_id"),
        sqlite_with_rowid=False,
    )
    kept = ", ".join(COLUMNS)
    op.execute(
        f"INSERT INTO ledger_accepted ({kept}) SELECT {kept} FROM ledger_accepted_before"
        " ORDER BY institution, year, person, day, statement_id"
    )
    op.drop_table("ledger_accepted_before")
    op.create_index(
        "ledger_accepted_waiting",
        "ledger_accepted",
        ["institution", "year", "day", "statement_id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )


def downgrade() -> None:
    """The ledger is a projection: an earlier release makes its own."""
    op.drop_table("ledger_accepted")
