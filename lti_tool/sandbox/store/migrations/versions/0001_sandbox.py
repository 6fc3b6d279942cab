"""The tables of the sandbox LMS."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sandbox_key", sa.Column("kid", sa.Text, primary_key=True), sa.Column("pem", sa.Text, nullable=False)
    )
    op.create_table(
        "sandbox_user",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("nip", sa.Text, nullable=False),
    )
    op.create_table(
        "sandbox_course",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
    )
    op.create_table(
        "sandbox_link",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course", sa.Text, sa.ForeignKey("sandbox_course.id"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("custom", sa.Text, nullable=False),
    )
    op.create_table(
        "sandbox_line_item",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course", sa.Text, sa.ForeignKey("sandbox_course.id"), nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("score_maximum", sa.Float, nullable=False),
        sa.Column("resource_link", sa.Integer, sa.ForeignKey("sandbox_link.id")),
        sa.Column("resource_id", sa.Text, nullable=False),
        sa.Column("tag", sa.Text, nullable=False),
    )
    op.create_table(
        "sandbox_score",
        sa.Column("line_item", sa.Integer, sa.ForeignKey("sandbox_line_item.id"), primary_key=True),
        sa.Column("user", sa.Text, sa.ForeignKey("sandbox_user.id"), primary_key=True),
        sa.Column("given", sa.Float),
        sa.Column("maximum", sa.Float, nullable=False),
        sa.Column("timestamp", sa.Text, nullable=False),
        sa.Column("activity_progress", sa.Text, nullable=False),
        sa.Column("grading_progress", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
    )
    op.create_table(
        "sandbox_ticket",
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("expires", sa.Float, nullable=False),
    )


def downgrade() -> None:
    for table in ("ticket", "score", "line_item", "link", "course", "user", "key"):
        op.drop_table(f"sandbox_{table}")
