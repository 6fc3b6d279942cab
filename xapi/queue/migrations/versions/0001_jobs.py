"""Jobs with lease, back-off, quarantine and receipt."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

#: 64 bits on both databases: a row number or a second outgrows 32.
INTEGER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", INTEGER, primary_key=True, autoincrement=True),
        sa.Column("institution", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text),
        sa.Column("lane", sa.Text),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", INTEGER, nullable=False, server_default="0"),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("receipt", sa.Text, nullable=False, server_default=""),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'leased', 'done', 'quarantined')", name="job_state"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "job_key",
        "job",
        ["institution", "kind", "key"],
        unique=True,
        sqlite_where=sa.text("key IS NOT NULL"),
        postgresql_where=sa.text("key IS NOT NULL"),
    )
    open_jobs = sa.text("state IN ('waiting', 'leased')")
    op.create_index("job_due", "job", ["due", "id"], sqlite_where=open_jobs, postgresql_where=open_jobs)
    op.create_index(
        "job_next", "job", ["institution", "kind", "due", "id"], sqlite_where=open_jobs, postgresql_where=open_jobs
    )
    in_lanes = sa.text("state IN ('waiting', 'leased') AND lane IS NOT NULL")
    op.create_index(
        "job_lane", "job", ["institution", "kind", "lane", "id"], sqlite_where=in_lanes, postgresql_where=in_lanes
    )
    op.create_index("job_state", "job", ["institution", "kind", "state"])


def downgrade() -> None:
    op.drop_table("job")
