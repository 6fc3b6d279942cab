"""Keeps what credits are worth in order of person while the trail is made of it: for SQLite, which sorts dearly.

`accepted` reads `priced` once for each rule and puts it in order by windows that all begin with year and person. From a
table that lies in this order SQLite sorts some twenty rows at a time; from anything else it sorts every row each time.
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
    year BIGINT NOT NULL, person VARCHAR(32) NOT NULL, day BIGINT NOT NULL, statement_id VARCHAR(36) NOT NULL,
    quarter BIGINT, start_minute BIGINT, activity VARCHAR(2000), certificate VARCHAR(200), form VARCHAR(64),
    review VARCHAR(12), raw_jp BIGINT, approved BIGINT, lms_match BIGINT, lms_record BIGINT, converted BIGINT,
    day_cap BIGINT, PRIMARY KEY (year, person, day, statement_id)) WITHOUT ROWID"""


@contextmanager
def priced_in_order(connection: Connection, names: str, query: str, values: dict[str, object]) -> Iterator[bool]:
    """Within the block the rows of `query`, which is the file `priced` and reads from `names`, lie in order in TABLE.

    Gives False, and does nothing, on PostgreSQL, which sorts and hashes well. In a write transaction.
    """
    if connection.dialect.name != "sqlite":
        yield False
        return
    connection.execute(text(MADE))
    fill = f"INSERT INTO {TABLE} ({COLUMNS})\nWITH {names}\nSELECT {COLUMNS} FROM (\n{query}\n) q"
    connection.execute(text(fill), values)
    yield True
    connection.execute(text(f"DELETE FROM {TABLE}"))
