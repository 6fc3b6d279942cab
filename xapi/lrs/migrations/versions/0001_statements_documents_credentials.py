"""The first tables of the LRS.

`statement` holds a statement as received plus what the LRS set, and the few columns that filters need; `term` interns
the texts of those columns. `relation` finds statements by related activities and agents, `reference` by the statements
that they refer to (xAPI Communication 2.1.3). `institution` gives each institution a small number, because it stands
in every row. `activity` holds what an activity is by all statements, `attachment` the content of attachments once,
`document` the states and profiles.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
# on SQLite INTEGER holds 64 bits, and only that word makes a column the rowid
_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "institution",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("institution", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "term",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("institution", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.UniqueConstraint("text", "institution"),
    )
    op.create_table(
        "statement",
        sa.Column("seq", _NUMBER, primary_key=True),
        sa.Column("institution", sa.Integer, nullable=False),
        sa.Column("stored", sa.BigInteger, nullable=False),  # microseconds since 1970, UTC; rises with seq
        sa.Column("voided", sa.SmallInteger, nullable=False),
        sa.Column("agent", sa.Integer, nullable=False),
        sa.Column("verb", sa.Integer, nullable=False),
        sa.Column("activity", sa.Integer),
        sa.Column("registration", sa.Integer),
        sa.Column("authority", sa.Integer, nullable=False),
        sa.Column("id", sa.LargeBinary(16), nullable=False),
        sa.Column("target", sa.LargeBinary(16)),  # the statement that a StatementRef object points to
        sa.Column("voids", sa.SmallInteger, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("statement_id", "statement", ["id", "institution"], unique=True)
    op.create_index("statement_stored", "statement", ["institution", "stored"])
    op.create_index("statement_agent", "statement", ["agent", "seq", "verb"])
    op.create_index("statement_verb", "statement", ["verb", "seq"])
    op.create_index("statement_authority", "statement", ["authority", "seq"])
    for column in ("activity", "registration"):
        condition = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"statement_{column}", "statement", [column, "seq"], sqlite_where=condition, postgresql_where=condition
        )
    targeted = sa.text("target IS NOT NULL")
    op.create_index("statement_target", "statement", ["target"], sqlite_where=targeted, postgresql_where=targeted)
    op.create_table(
        "relation",
        sa.Column("key", sa.BigInteger, primary_key=True),  # term.id * 4 + kind
        sa.Column("seq", _NUMBER, primary_key=True),
        sa.Column("institution", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reference",
        sa.Column("seq", _NUMBER, primary_key=True),  # the statement that refers, directly or through others
        sa.Column("target", _NUMBER, primary_key=True),  # the seq of the statement it refers to
        sa.Column("institution", sa.Integer, nullable=False),
        sa.Column("agent", sa.Integer, nullable=False),
        sa.Column("verb", sa.Integer, nullable=False),
        sa.Column("activity", sa.Integer),
        sa.Column("registration", sa.Integer),
        sa.Column("authority", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("reference_target", "reference", ["target"])
    for column in ("agent", "verb", "activity", "registration", "authority"):
        op.create_index(f"reference_{column}", "reference", [column, "seq"])
    op.create_table(
        "activity",
        sa.Column("term", sa.Integer, primary_key=True),
        sa.Column("institution", sa.Integer, nullable=False),
        sa.Column("definition", sa.LargeBinary, nullable=False),  # JSON, merged from all statements
    )
    op.create_table(
        "attachment",
        sa.Column("institution", sa.Integer, primary_key=True),
        sa.Column("sha2", sa.Text, primary_key=True),  # hex, lower case
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "document",
        sa.Column("institution", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),  # state, agent or activity
        sa.Column("activity", sa.Text, primary_key=True),  # empty for the profile of an agent
        sa.Column("agent", sa.Text, primary_key=True),  # empty for the profile of an activity
        sa.Column("registration", sa.Text, primary_key=True),  # empty when the document has none
        sa.Column("id", sa.Text, primary_key=True),  # the stateId or profileId
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "credential",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("scopes", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("allow_nip", sa.Boolean, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
    )
    op.create_index("credential_institution", "credential", ["institution"])
    op.create_table(
        "launch_grant",
        sa.Column("token_hash", sa.LargeBinary(32), primary_key=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("registration", sa.Text, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),  # the LaunchGrant as JSON
    )
    op.create_index("launch_grant_registration", "launch_grant", ["institution", "registration"])
    op.create_index("launch_grant_expires", "launch_grant", ["expires"])


def downgrade() -> None:
    for table in (
        "launch_grant", "credential", "document", "attachment", "activity", "reference", "relation", "statement", "term",
        "institution",
    ):  # fmt: skip
        op.drop_table(table)
