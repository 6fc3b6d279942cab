"""The trail and the sums per quarter lie in order of year and person, as they are counted, written and read.

That order needs no index of years beside the trail, and what belongs to one person lies on few pages.

What a ledger holds is kept, so that its figures can be read until the next projection makes it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WAITS = sa.text("pending > 0")


def _text(name: str, size: int) -> sa.Column:
    """Text; SQLite keeps the size for the record and never looks at it, so PostgreSQL is given none."""
    return sa.Column(name, sa.Text().with_variant(sa.String(size), "sqlite"), nullable=False)


def _numbers(*names: str) -> list[sa.Column]:
    return [sa.Column(name, sa.BigInteger, nullable=False) for name in names]


def upgrade() -> None:
    for index in ("waiting", "year"):
        op.drop_index(f"ledger_accepted_{index}", "ledger_accepted")
    _anew(
        "ledger_accepted",
        [
            *_numbers("year"), _text("person", 32), *_numbers("day"), _text("statement_id", 36), *_numbers("quarter"),
            _text("form", 64), _text("review", 12),
            *_numbers("raw_jp", "converted", "capped", "accepted", "pending"), _text("fate", 20),
        ],
        key=("institution", "year", "person", "day", "statement_id"),
    )  # fmt: skip
    op.create_index(
        "ledger_accepted_waiting",
        "ledger_accepted",
        ["institution", "year", "day", "statement_id"],
        sqlite_where=WAITS,
        postgresql_where=WAITS,
    )
    _anew(
        "ledger_person_quarter",
        [
            *_numbers("year"), _text("person", 32), *_numbers("quarter", "on_roster", "credits", "counted", "waiting"),
            *_numbers("raw_jp", "converted", "capped", "accepted", "pending"),
        ],
        key=("institution", "year", "person", "quarter"),
    )  # fmt: skip


def _anew(table: str, columns: list[sa.Column], key: tuple[str, ...]) -> None:
    """Makes `table` again in order of `key`, and takes over what it holds."""
    op.rename_table(table, f"{table}_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"ALTER INDEX {table}_pkey RENAME TO {table}_before_pkey")
    op.create_table(
        table, _text("institution", 32), *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=False
    )  # fmt: skip
    kept = ", ".join(["institution", *(column.name for column in columns)])
    op.execute(f"INSERT INTO {table} ({kept}) SELECT {kept} FROM {table}_before ORDER BY {', '.join(key)}")
    op.drop_table(f"{table}_before")


def downgrade() -> None:
    """The ledger is a projection: an earlier release makes its own."""
    op.drop_table("ledger_person_quarter")
    op.drop_table("ledger_accepted")
