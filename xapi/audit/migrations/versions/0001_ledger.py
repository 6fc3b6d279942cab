"""The ledger: credits, voids, reviews, findings, rules, roster, and what the audit SQL makes of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTITUTION = 32
PERSON = 32
STATEMENT = 36


def _text(name: str, size: int = 200, nullable: bool = False) -> sa.Column:
    """Text; SQLite keeps the size for the record and never looks at it, so PostgreSQL is given none."""
    return sa.Column(name, sa.Text().with_variant(sa.String(size), "sqlite"), nullable=nullable)


def _number(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _table(name: str, *columns: sa.Column, key: tuple[str, ...]) -> None:
    """A table kept in the order of its key, which is how it is read."""
    op.create_table(
        name,
        _text("institution", INSTITUTION),
        *columns,
        sa.PrimaryKeyConstraint("institution", *key),
        sqlite_with_rowid=False,
    )


def upgrade() -> None:
    _table(
        "ledger_state",
        _number("cursor"),
        sa.Column("rules_hash", sa.String(64), nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        key=(),
    )
    _table(
        "ledger_credit",
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
        _number("raw_jp"),
        _number("international"),
        _text("certificate", 200, nullable=True),
        _text("source", 16),
        _text("registration", 36, nullable=True),
        _text("evidence", 64, nullable=True),
        _text("default_review", 12),
        _text("review", 12),
        _number("lms_match"),
        _number("standing"),
        key=("statement_id",),
    )
    op.create_index("ledger_credit_person", "ledger_credit", ["institution", "person", "year"])
    op.create_index("ledger_credit_actor", "ledger_credit", ["institution", "actor"])
    op.create_index("ledger_credit_year", "ledger_credit", ["institution", "year"])
    _table(
        "ledger_void",
        _text("statement_id", STATEMENT),
        _number("seq"),
        _text("target", STATEMENT),
        _text("source", 16),
        _text("stored", 40),
        key=("statement_id",),
    )
    op.create_index("ledger_void_target", "ledger_void", ["institution", "target"])
    _table(
        "ledger_review",
        _text("statement_id", STATEMENT),
        _number("seq"),
        _text("target", STATEMENT),
        _text("status", 12),
        _text("who", 200),
        _text("role", 200),
        _text("at", 40),
        _text("reason", 2000),
        _text("evidence", 64, nullable=True),
        _number("standing"),
        key=("statement_id",),
    )
    op.create_index("ledger_review_target", "ledger_review", ["institution", "target", "seq"])
    _table(
        "ledger_finding",
        _text("statement_id", 64),
        _number("seq"),
        _text("reason", 40),
        _text("path", 200),
        _text("source", 16),
        _text("stored", 40),
        key=("statement_id",),
    )
    _table("ledger_alias", _text("alias", PERSON), _text("person", PERSON), key=("alias",))
    _table(
        "ledger_form_rule",
        _text("form", 64),
        _number("valid_from"),
        _number("valid_to"),
        _number("national_jp", nullable=True),
        _number("national_per_day"),
        _number("international_jp", nullable=True),
        _number("international_per_day"),
        _number("international_percent"),
        _number("round_add"),
        _number("day_cap", nullable=True),
        _number("day_cap_international", nullable=True),
        _text("day_cap_group", 64),
        _text("day_cap_scope", 16),
        _number("month_cap", nullable=True),
        _text("month_cap_group", 64),
        _text("month_cap_scope", 16),
        key=("form", "valid_from"),
    )
    _table(
        "ledger_target_rule",
        _text("status", 40),
        _number("year"),
        _number("minimum"),
        _number("maximum", nullable=True),
        key=("status", "year"),
    )
    _table(
        "ledger_employee",
        _number("year"),
        _text("person", PERSON),
        _text("opd", 300),
        _text("status", 40),
        key=("year", "person"),
    )
    _table(
        "ledger_accepted",
        _text("person", PERSON),
        _number("year"),
        _number("quarter"),
        _number("day"),
        _text("statement_id", STATEMENT),
        _text("form", 64),
        _text("review", 12),
        _number("raw_jp"),
        _number("converted"),
        _number("capped"),
        _number("accepted"),
        _number("pending"),
        _text("fate", 20),
        key=("person", "year", "statement_id"),
    )
    op.create_index("ledger_accepted_year", "ledger_accepted", ["institution", "year", "quarter", "person"])
    _table(
        "ledger_person_year",
        _number("year"),
        _text("opd", 300),
        _text("person", PERSON),
        _text("status", 40),
        _number("credits"),
        _number("raw_jp"),
        _number("converted"),
        _number("capped"),
        _number("accepted"),
        _number("pending"),
        _number("minimum"),
        _number("maximum", nullable=True),
        _number("met"),
        key=("year", "person"),
    )


def downgrade() -> None:
    for name in (
        "person_year",
        "accepted",
        "employee",
        "target_rule",
        "form_rule",
        "alias",
        "finding",
        "review",
        "void",
        "credit",
        "state",
    ):
        op.drop_table(f"ledger_{name}")
