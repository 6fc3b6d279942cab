"""Keeps what credits are worth in order of person while the trail is made of it.

`accepted` reads `priced` once for each rule and puts it in order by windows that all begin with year and person. From a
table that lies in this order SQLite sorts some twenty rows at a time; from anything else it sorts every row each time.
PostgreSQL is spared reading it more than once, and knows from the table how many rows it has.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

COLUMNS = (
    "statement_id, person, year, quarter, day, start_minute, activity, certificate, form, review, raw_jp, approved, "
    "lms_match, lms_record, converted, day_cap"
)
TABLE = "audit_priced"
MADE = f"""
CREATE TEMP TABLE IF NOT EXISTS {TABLE} (
    year BIGINT NOT NULL, person TEXT NOT NULL, day BIGINT NOT NULL, statement_id TEXT NOT NULL,
    quarter BIGINT, start_minute BIGINT, activity TEXT, certificate TEXT, form TEXT,
    review TEXT, raw_jp BIGINT, approved BIGINT, lms_match BIGINT, lms_record BIGINT, converted BIGINT,
    day_cap BIGINT, PRIMARY KEY (year, person, day, statement_id))"""


@contextmanager
def priced_in_order(connection: Connection, names: str, query: str, values: dict[str, object]) -> Iterator[None]:
    """Within the block the rows of `query`, which is the file `priced` and reads from `names`, lie in order in TABLE.

    In a write transaction.
    """
    is_file = connection.dialect.name == "sqlite"
    connection.execute(text(f"{MADE} WITHOUT ROWID" if is_file else MADE))
    fill = f"INSERT INTO {TABLE} ({COLUMNS})\nWITH {names}\nSELECT {COLUMNS} FROM (\n{query}\n) q"
    connection.execute(text(fill), values)
    if not is_file:
        connection.exec_driver_sql(f"ANALYZE {TABLE}")
    yield
    connection.exec_driver_sql(f"DELETE FROM {TABLE}" if is_file else f"TRUNCATE {TABLE}")
