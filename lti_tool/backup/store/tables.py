"""What a copy must know of tables, read from the database itself, so that no list of tables can grow old."""

from sqlalchemy import (
    Boolean,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import NoSuchTableError

from lti_tool.backup.rows import Columns
from lti_tool.databases import Database
from lti_tool.errors import ToolError
from xapi.database import quoted, version_table

_KINDS = ((Boolean, "bool"), (Integer, "int"), (LargeBinary, "bytes"), (Float, "float"), (String, "text"))


def tables_in(connection: Connection, database: Database, schema: str | None) -> list[Table]:
    """The tables of `database`, each after those that it refers to."""
    found = MetaData()
    found.reflect(connection, schema=schema)
    versions = {version_table(store) for store in database.stores}
    return [table for table in found.sorted_tables if table.name not in versions]


def versions_in(connection: Connection, database: Database, schema: str | None) -> dict[str, str]:
    """How far the tables of each store of `database` are. Raises ToolError when they were never made."""
    known = set(inspect(connection).get_table_names(schema=schema))
    found = {}
    for store in database.stores:
        name = version_table(store)
        if name not in known:
            raise ToolError("backup.no_database", name, name=database.name)
        place = quoted(name) if schema is None else f"{quoted(schema)}.{quoted(name)}"
        found[store] = str(connection.execute(text(f"SELECT version_num FROM {place}")).scalar_one())
    return found


def columns_of(table: Table) -> Columns:
    """The columns of `table` with their kinds; raises ToolError for a type that no copy knows."""
    return Columns(
        str(table.name), tuple((str(column.name), _kind(table.name, column.type)) for column in table.columns)
    )


def _kind(table: str, found: object) -> str:
    for kind, name in _KINDS:
        if isinstance(found, kind):
            return name
    raise ToolError("backup.unknown_type", f"{table}: {found!r}", table=table)


def next_number(connection: Connection, table: Table) -> int:
    """The number that the next row of `table` gets, when its key counts up by itself; else 0."""
    key = counting_column(table)
    if key is None:
        return 0
    if connection.dialect.name == "postgresql":
        sequence = sequence_of(connection, table, key)
        if sequence is None:
            return 0
        last, called = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
        return int(last) + bool(called)
    highest = connection.execute(select(func.max(table.c[key]))).scalar() or 0
    return max(int(highest), _remembered(connection, table)) + 1


def counting_column(table: Table) -> str | None:
    """The one integer column that is the key of `table`."""
    keys = list(table.primary_key.columns)
    return keys[0].name if len(keys) == 1 and isinstance(keys[0].type, Integer) else None


def sequence_of(connection: Connection, table: Table, column: str) -> str | None:
    """The PostgreSQL sequence behind a counting column."""
    place = quoted(table.name) if table.schema is None else f"{quoted(table.schema)}.{quoted(table.name)}"
    query = text("SELECT pg_get_serial_sequence(:place, :column)")
    found: str | None = connection.execute(query, {"place": place, "column": column}).scalar()
    return found


def has_remembered(connection: Connection) -> bool:
    """Whether this SQLite file remembers numbers of rows that are gone (AUTOINCREMENT)."""
    query = text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_sequence'")
    return bool(connection.execute(query).scalar_one())


def _remembered(connection: Connection, table: Table) -> int:
    if not has_remembered(connection):
        return 0
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return int(connection.execute(query, {"name": table.name}).scalar() or 0)


def is_empty(connection: Connection, database: Database, schema: str | None) -> bool:
    """Whether no table of `database` has a row; true when there are no tables."""
    try:
        tables = tables_in(connection, database, schema)
    except NoSuchTableError:
        return True
    return not any(connection.execute(select(1).select_from(table).limit(1)).first() for table in tables)
