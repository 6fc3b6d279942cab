"""What an inspector asks of a credit: held, assigned, competency, organiser, zone; forms and people in more detail.

The credits change their layout as well: they stand in order of arrival, which spares most of the time of writing. What
a ledger holds is kept, so that its figures can be read until the next projection makes it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTITUTION, PERSON, STATEMENT = 32, 32, 36
KEPT = (
    "institution", "statement_id", "seq", "actor", "person", "activity", "activity_title", "form", "day", "month",
    "quarter", "year", "days", "cap_days", "start_minute", "end_minute", "end_second", "raw_jp", "international",
    "certificate", "source", "registration", "evidence", "default_review", "review", "lms_match", "standing",
)  # fmt: skip
ADDED = (
    ("ledger_form_rule", "jalur", 16, "''"),
    ("ledger_form_rule", "share", 16, "''"),
    ("ledger_employee", "grade", 40, "''"),
    ("ledger_employee", "position", 300, "''"),
    ("ledger_employee", "unit_code", 100, "''"),
)


def _text(name: str, size: int = 200, nullable: bool = False, default: str | None = None) -> sa.Column:
    """Text; SQLite keeps the size for the record and never looks at it, so PostgreSQL is given none."""
    kind = sa.Text().with_variant(sa.String(size), "sqlite")
    return sa.Column(name, kind, nullable=nullable, server_default=sa.text(default) if default else None)


def _number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def upgrade() -> None:
    for table, name, size, default in ADDED:
        op.add_column(table, _text(name, size, default=default))
    op.add_column("ledger_form_rule", _number("bkn", nullable=True))
    op.create_table(
        "ledger_release",
        _text("institution", INSTITUTION),
        _text("statement_id", STATEMENT),
        _number("seq"),
        _text("actor", PERSON),
        _text("person", PERSON),
        _text("activity", 2000),
        _text("at", 40),
        _text("evidence", 64, nullable=True),
        _number("standing"),
        sa.PrimaryKeyConstraint("institution", "statement_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ledger_release_person", "ledger_release", ["institution", "person"])
    _credits_anew()


def _credits_anew() -> None:
    for index in ("person", "actor", "year"):
        op.drop_index(f"ledger_credit_{index}", "ledger_credit")
    op.rename_table("ledger_credit", "ledger_credit_before")
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER INDEX ledger_credit_pkey RENAME TO ledger_credit_before_pkey")
    op.create_table(
        "ledger_credit",
        _text("institution", INSTITUTION),
        _text("statement_id", STATEMENT),
        _number("seq"),
        _text("actor", PERSON),
        _text("person", PERSON),
        _text("activity", 2000),
        _text("activity_title", 500),
        _text("form", 64),
        _number("day"),
        _number("month"),
        _number("quarter"),
        _number("year"),
        _number("days"),
        _number("cap_days"),
        _number("start_minute"),
        _number("end_minute"),
        _number("end_second"),
        _number("stored_minute"),
        _number("raw_jp"),
        _number("international"),
        _text("certificate", 200, nullable=True),
        _text("source", 16),
        _text("registration", 36, nullable=True),
        _text("evidence", 64, nullable=True),
        _text("default_review", 12),
        _text("review", 12),
        _number("lms_match"),
        _number("awaits"),
        _number("held"),
        _number("assigned", nullable=True),
        _text("competency", 200, nullable=True),
        _text("organiser", 200, nullable=True),
        _text("zone", 64),
        _text("doubt", 40, nullable=True),
        _number("standing"),
        sa.PrimaryKeyConstraint("institution", "statement_id"),
    )
    kept = ", ".join(KEPT)
    op.execute(
        f"INSERT INTO ledger_credit ({kept}, stored_minute, awaits, held, zone)"
        f" SELECT {kept}, end_minute, 0, 0, 'UTC' FROM ledger_credit_before"
    )
    op.drop_table("ledger_credit_before")
    op.create_index("ledger_credit_person", "ledger_credit", ["institution", "person", "year"])
    doubtful = sa.text("doubt IS NOT NULL")
    op.create_index(
        "ledger_credit_doubt", "ledger_credit", ["institution", "doubt"],
        sqlite_where=doubtful, postgresql_where=doubtful,
    )  # fmt: skip


def downgrade() -> None:
    """The ledger is a projection: an earlier release makes its own."""
    op.drop_table("ledger_release")
    op.drop_table("ledger_credit")
