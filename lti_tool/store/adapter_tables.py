"""The tables of runs with other systems, as SQLAlchemy sees them."""

from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, Text

_METADATA = MetaData()
RUN = Table(
    "adapter_run",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("system", Text),
    Column("connection", Text),
    Column("action", Text),
    Column("subject", Text),
    Column("state", Text),
    Column("started", BigInteger),
    Column("ended", BigInteger),
    Column("lease", BigInteger),
    Column("counts", Text),
    Column("problem", Text),
    Column("began_at", Text),
    Column("cursor", Text),
)
REFUSED = Table(
    "adapter_refused",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("run", String(32), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("place", Text),
    Column("problem", Text),
)
CURSOR = Table(
    "adapter_cursor",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("system", Text, primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("cursor", Text),
    Column("run", String(32)),
    Column("at", BigInteger),
)
PUSH = Table(
    "adapter_push",
    _METADATA,
    Column("institution", String(32), primary_key=True),
    Column("system", Text, primary_key=True),
    Column("connection", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("year", BigInteger),
    Column("statement", Text),
    Column("state", Text),
    Column("remote", Text),
    Column("digest", String(64)),
    Column("found", Boolean),
    Column("problem", Text),
    Column("run", String(32)),
    Column("at", BigInteger),
)
