"""Related agents beside a verb, relations of what is referred to, and texts of any length.

`relation` gets a row for each related agent beside the verb, `reference_relation` the relations of referred-to
statements, so that every filter walks one index in the order of `seq`. The indexes of agents, authorities and
activities hold the verb and whether a statement is voided, so that a walk looks at the rows that match only. Texts too
long for an index of PostgreSQL are kept as digests, and `document.name` keeps such an id.
"""

import sqlalchemy as sa
from alembic import op

from xapi.lrs.store.terms import term_text

revision = "0002"
down_revision = "0001"
_DOCUMENT = ("institution", "kind", "activity", "agent", "registration", "id")


def upgrade() -> None:
    op.create_table(
        "reference_relation",
        sa.Column("key", sa.BigInteger, primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True),  # the statement that refers
        sa.Column("target", sa.BigInteger, primary_key=True),  # the seq of the statement that has the relation
        sa.Column("institution", sa.Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("document", sa.Column("name", sa.LargeBinary))
    op.drop_index("statement_authority", "statement")
    op.create_index("statement_authority", "statement", ["authority", "seq", "verb", "voided"])
    op.drop_index("statement_agent", "statement")
    op.create_index("statement_agent", "statement", ["agent", "seq", "verb", "voided"])
    op.drop_index("statement_activity", "statement")
    condition = sa.text("activity IS NOT NULL")
    op.create_index(
        "statement_activity", "statement", ["activity", "seq", "verb", "voided"],
        sqlite_where=condition, postgresql_where=condition,
    )  # fmt: skip
    _pair_agents_and_verbs()
    _shorten_texts()
    op.execute(
        "INSERT INTO reference_relation (key, seq, target, institution)"
        " SELECT k.key, r.seq, r.target, k.institution FROM reference r JOIN relation k ON k.seq = r.target"
    )


def _pair_agents_and_verbs() -> None:
    """A term `verb agent` for each related agent, and a relation of kind 3 to it."""
    related = (
        "FROM relation k JOIN statement s ON s.seq = k.seq JOIN term v ON v.id = s.verb"
        " JOIN term a ON a.id = k.key / 4 WHERE k.key % 4 = 1"
    )
    op.execute(
        f"INSERT INTO term (institution, text) SELECT DISTINCT k.institution, v.text || ' ' || a.text {related}"
        " ON CONFLICT DO NOTHING"
    )
    op.execute(
        f"INSERT INTO relation (key, seq, institution) SELECT t.id * 4 + 3, k.seq, k.institution {related}".replace(
            "WHERE", "JOIN term t ON t.institution = k.institution AND t.text = v.text || ' ' || a.text WHERE"
        )
    )


def _shorten_texts() -> None:
    """Long texts become what `term_text` makes of them, in terms and in the keys of documents."""
    connection = op.get_bind()
    term = sa.table("term", sa.column("id"), sa.column("text"))
    for row in connection.execute(sa.select(term.c.id, term.c.text).where(sa.func.length(term.c.text) > 200)).all():
        if term_text(row.text) != row.text:
            connection.execute(term.update().where(term.c.id == row.id).values(text=term_text(row.text)))
    document = sa.table("document", *(sa.column(name) for name in (*_DOCUMENT, "name")))
    keys = [document.c[name] for name in _DOCUMENT]
    long = sa.or_(*(sa.func.length(key) > 200 for key in keys))
    for row in connection.execute(sa.select(*keys).where(long)).all():
        changed = {name: term_text(getattr(row, name)) for name in _DOCUMENT}
        if changed["id"] != row.id:
            changed["name"] = row.id.encode()
        same = [key == getattr(row, name) for name, key in zip(_DOCUMENT, keys, strict=True)]
        connection.execute(document.update().where(*same).values(**changed))


def downgrade() -> None:
    op.drop_table("reference_relation")
    op.drop_column("document", "name")
