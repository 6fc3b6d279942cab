"""Drafts and notes of modules, uploads that are being built, which version a learner keeps, and downloads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, **options: bool) -> sa.Column:
    return sa.Column(name, sa.Text, nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    """Adds the columns and makes the tables; what is published stays published."""
    op.add_column("module", sa.Column("draft", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("module", sa.Column("notes", sa.Text, nullable=False, server_default=""))
    op.create_table(
        "module_build",
        _text("id", primary_key=True),
        _text("institution"),
        _text("account"),
        _text("file_name"),
        sa.Column("size", INTEGER, nullable=False),
        _text("state"),
        _text("problem"),
        _text("findings"),
        _text("digest"),
        sa.Column("files", INTEGER, nullable=False),
        _text("created"),
        _text("changed"),
    )
    op.create_index("module_build_account", "module_build", ["institution", "account", "created"])
    op.create_table(
        "module_pin",
        _text("institution", primary_key=True),
        _text("registration", primary_key=True),
        _text("course_id"),
        _text("digest"),
        _text("since"),
    )
    op.create_index("module_pin_version", "module_pin", ["institution", "course_id", "digest"])
    op.create_table(
        "module_download",
        _text("institution", primary_key=True),
        _text("digest", primary_key=True),
        _text("form", primary_key=True),
        sa.Column("number", INTEGER, nullable=False),
        _text("last"),
    )


def downgrade() -> None:
    """Drops the tables and columns."""
    for name in ("module_download", "module_pin", "module_build"):
        op.drop_table(name)
    op.drop_column("module", "notes")
    op.drop_column("module", "draft")
