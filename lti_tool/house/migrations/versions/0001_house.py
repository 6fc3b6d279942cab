"""The first tables: institutions, accounts, sessions, links, throttles, modules and the staff log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: 64 bits on both databases: a row number or a second outgrows 32.
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "institution",
        _text("id", primary_key=True),
        _text("slug", unique=True),
        _text("name"),
        _text("time_zone"),
        _text("created"),
    )
    op.create_table(
        "account",
        _text("id", primary_key=True),
        sa.Column("institution", sa.Text, sa.ForeignKey("institution.id"), nullable=False),
        _text("username"),
        _text("name"),
        sa.Column("role", sa.Text, sa.CheckConstraint("role IN ('admin', 'auditor', 'author')"), nullable=False),
        _text("password_hash"),
        _text("created"),
        sa.Column("last_login", sa.Text),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.UniqueConstraint("institution", "username"),
    )
    op.create_table(
        "one_time_link",
        _text("hash", primary_key=True),
        _text("institution"),
        _text("purpose"),
        _text("expires"),
        sa.Column("used", sa.Text),
    )
    op.create_table(
        "browser_session",
        _text("hash", primary_key=True),
        _text("institution"),
        _text("kind"),
        _text("subject"),
        _text("created"),
        _text("expires"),
    )
    op.create_index("browser_session_subject", "browser_session", ["institution", "kind", "subject"])
    op.create_table(
        "login_throttle",
        _text("institution", primary_key=True),
        _text("hash", primary_key=True),
        sa.Column("failed", INTEGER, nullable=False),
        _text("last"),
    )
    op.create_table(
        "module",
        _text("id", primary_key=True),
        _text("institution"),
        _text("course_id"),
        _text("iri"),
        _text("version"),
        _text("digest"),
        _text("title"),
        _text("description"),
        _text("language"),
        sa.Column("jp", INTEGER, nullable=False),
        _text("bentuk"),
        sa.Column("minutes", INTEGER, nullable=False),
        sa.Column("pages", INTEGER, nullable=False),
        sa.Column("questions", INTEGER, nullable=False),
        _text("published_at"),
        _text("published_by"),
        sa.Column("withdrawn", sa.Text),
        sa.UniqueConstraint("institution", "digest"),
    )
    op.create_index("module_course", "module", ["institution", "course_id", "published_at"])
    op.create_table(
        "staff_log",
        sa.Column("seq", INTEGER, primary_key=True, autoincrement=True),
        _text("institution"),
        _text("at"),
        _text("account"),
        _text("action"),
        _text("subject"),
        _text("detail"),
    )


def downgrade() -> None:
    """Drops the tables."""
    for name in ("staff_log", "module", "login_throttle", "browser_session", "one_time_link", "account", "institution"):
        op.drop_table(name)
