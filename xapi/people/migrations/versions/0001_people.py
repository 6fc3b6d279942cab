"""Persons, their NIPs, LMS accounts, employments and aliases, who waits to be matched, and the log of erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: 64 bits on both databases: a row number or a second outgrows 32.
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "nip",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("nip", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.UniqueConstraint("institution", "nip", name="nip_once"),
        sa.ForeignKeyConstraint(["institution", "person"], ["person.institution", "person.id"]),
    )
    op.create_index("nip_person", "nip", ["institution", "person"])
    op.create_table(
        "account",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["institution", "person"], ["person.institution", "person.id"]),
    )
    op.create_index("account_person", "account", ["institution", "person"])
    op.create_table(
        "employment",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("opd", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("position", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("valid_from", sa.Text, nullable=False),
        sa.Column("valid_to", sa.Text),
        sa.UniqueConstraint("institution", "person", "valid_from", name="employment_once"),
        sa.ForeignKeyConstraint(["institution", "person"], ["person.institution", "person.id"]),
    )
    op.create_table(
        "alias",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("alias", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["institution", "person"], ["person.institution", "person.id"]),
    )
    op.create_table(
        "waiting",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("issuer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "erasure",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("person", sa.Text, primary_key=True),
        sa.Column("erased", sa.BigInteger, nullable=False),
        sa.Column("basis", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text, nullable=False),
    )


def downgrade() -> None:
    for table in ("erasure", "waiting", "alias", "employment", "account", "nip", "person"):
        op.drop_table(table)
