"""Which session at a single sign-on a browser session hangs on, and the logouts that the provider has told."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
OF_SIGN_ON = "sign_on_subject <> ''"


def _text(name: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Adds the columns and the table.

    Who is logged in by a single sign-on logs in once more: of older sessions nobody knows with which they should end.
    Such accounts have no password.
    """
    for name in ("sign_on_subject", "sign_on_sid"):
        op.add_column("browser_session", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in ("sign_on_subject", "sign_on_sid"):
        op.create_index(
            f"browser_session_{name}",
            "browser_session",
            ["institution", name],
            sqlite_where=sa.text(OF_SIGN_ON),
            postgresql_where=sa.text(OF_SIGN_ON),
        )
    op.create_table(
        "sign_on_logout",
        _text("institution", primary_key=True),
        _text("id", primary_key=True),
        _text("subject"),
        _text("sid"),
        sa.Column("made", INTEGER, nullable=False),
        _text("expires"),
    )
    op.execute(
        "DELETE FROM browser_session WHERE kind = 'staff'"
        " AND subject IN (SELECT id FROM account WHERE password_hash = '')"
    )


def downgrade() -> None:
    """Drops the table and the columns."""
    op.drop_table("sign_on_logout")
    for name in ("sign_on_sid", "sign_on_subject"):
        op.drop_index(f"browser_session_{name}", "browser_session")
        op.drop_column("browser_session", name)
