"""Units below the OPD, remembered layouts of rosters, matches that were refused or made, and the rights of subjects."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    for name in ("unit", "unit_code"):
        op.add_column("employment", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.create_table(
        "roster_layout",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("mark", sa.Text, primary_key=True),  # of the headers of a file
        sa.Column("layout", sa.Text, nullable=False),  # JSON
        sa.Column("confirmed", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "match_refused",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("other", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
    )
    op.create_table(
        "person_merge",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),  # JSON: what either had, so that it can be undone
        sa.Column("undone", sa.BigInteger),
    )
    op.create_table(
        "frozen",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
    )
    op.create_table(
        "subject_log",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),  # a pseudonym; empty when it concerns many
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("chain", sa.Text, nullable=False),  # SHA-256 of this line and the chain before it
    )
    op.create_index("subject_log_institution", "subject_log", ["institution", "seq"])
    op.create_table(
        "erased_statement",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("mark", sa.Text, primary_key=True),  # SHA-256 of the statement's id
        sa.Column("erased", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in (
        "erased_statement", "subject_log", "frozen", "person_merge", "match_refused", "roster_layout",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("employment") as change:
        for name in ("unit", "unit_code"):
            change.drop_column(name)
