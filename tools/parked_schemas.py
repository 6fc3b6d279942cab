"""Keeps the tables of a test's PostgreSQL schemas for the next test that asks for the same, emptied and out of sight.

To make the tables of a store anew takes a server several times as long as to empty the few that a test wrote to. A
schema is kept when it holds the tables of known stores and nothing about them has changed since the migrations made
them; it waits under a name of its own, so that the next test begins with an empty database all the same.
"""

from psycopg import Connection as ServerConnection
from psycopg.sql import SQL, Identifier
from sqlalchemy import Connection

from xapi.database import newest_version, version_table

PARKED = "diparkir_"
#: Tables, indexes, sequences and views; columns; constraints; triggers; functions.
_PRINT = """
SELECT md5(coalesce(string_agg(fact, E'\\n' ORDER BY fact), '')) FROM (
  SELECT concat_ws(' ', 'class', relkind, relname) FROM pg_class WHERE relnamespace = {schema}
  UNION ALL SELECT concat_ws(' ', 'column', c.relname, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attnotnull,
    a.atthasdef, a.attidentity, a.attcollation, a.attisdropped)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = {schema} AND a.attnum > 0
  UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass::name, contype, conname, convalidated)
    FROM pg_constraint WHERE connamespace = {schema}
  UNION ALL SELECT concat_ws(' ', 'trigger', c.relname, t.tgname, t.tgenabled)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = {schema} AND NOT t.tgisinternal
  UNION ALL SELECT concat_ws(' ', 'function', proname, md5(prosrc)) FROM pg_proc WHERE pronamespace = {schema}
) AS facts (fact)"""
_LABELS = """
SELECT nspname, oid, coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace
WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT LIKE 'diparkir\\_%' AND nspname <> 'information_schema'"""
#: Of an emptied table nothing is left on the disk; one that was written to, and be it in vain, has a page at least.
_WRITTEN = """
SELECT relname FROM pg_class WHERE relnamespace = {schema} AND relkind = 'r' AND relname NOT LIKE 'version\\_%'
AND pg_relation_size(oid) > 0"""
_HERE = "current_schema()::regnamespace"


def tidy(connection: ServerConnection) -> None:
    """Leaves an empty `public` and the parked schemas in the database of `connection`, which commits by itself."""
    for name, number, label in connection.execute(_LABELS).fetchall():
        stores, _, print_ = label.partition("#")
        found = connection.execute(_PRINT.format(schema=number)).fetchone() if print_ else None
        if found != (print_,) or not _is_newest(connection, name, stores) or _is_parked(connection, stores):
            connection.execute(SQL("DROP SCHEMA {} CASCADE").format(Identifier(name)))
            continue
        written = [Identifier(name, table) for (table,) in connection.execute(_WRITTEN.format(schema=number))]
        if written:
            connection.execute(SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(SQL(", ").join(written)))
        connection.execute(SQL("ALTER SCHEMA {} RENAME TO {}").format(Identifier(name), Identifier(_place(stores))))
    connection.execute("CREATE SCHEMA IF NOT EXISTS public")


def _is_newest(connection: ServerConnection, schema: str, stores: str) -> bool:
    """Whether the tables of all `stores` still say that they are of the newest version: a test may play another."""
    return all(
        connection.execute(
            SQL("SELECT version_num FROM {}").format(Identifier(schema, version_table(store)))
        ).fetchall()
        == [(newest_version(store),)]
        for store in stores.split()
    )


def _is_parked(connection: ServerConnection, stores: str) -> bool:
    return connection.execute("SELECT FROM pg_namespace WHERE nspname = %s", [_place(stores)]).fetchone() is not None


def _place(stores: str) -> str:
    return PARKED + stores.replace(".", "_").replace(" ", "__")


def held(connection: Connection) -> str | None:
    """The stores whose tables the current schema holds, as they were made and empty; None when it is not known."""
    label = _one(connection, f"SELECT coalesce(obj_description({_HERE}, 'pg_namespace'), '')")
    if not label:
        return "" if not _one(connection, f"SELECT count(*) FROM pg_class WHERE relnamespace = {_HERE}") else None
    stores, _, print_ = str(label).partition("#")
    same = _one(connection, _PRINT.format(schema=_HERE)) == print_
    return stores if same and not connection.exec_driver_sql(_doubled(_WRITTEN.format(schema=_HERE))).first() else None


def take_back(connection: Connection, before: str, stores: str) -> bool:
    """Lets the parked schema with the tables of `stores` be the current one, which holds those of `before`."""
    name, here = _place(stores), str(_one(connection, "SELECT quote_ident(current_schema())"))
    if not _one(connection, f"SELECT count(*) FROM pg_namespace WHERE nspname = '{name}'"):
        return False
    old = _place(before)
    if before and not _one(connection, f"SELECT count(*) FROM pg_namespace WHERE nspname = '{old}'"):
        connection.exec_driver_sql(f"ALTER SCHEMA {here} RENAME TO {old}")
    else:
        connection.exec_driver_sql(f"DROP SCHEMA {here} CASCADE")
    connection.exec_driver_sql(f"ALTER SCHEMA {name} RENAME TO {here}")
    return True


def label(connection: Connection, stores: str) -> None:
    """Notes that the current schema holds the tables of `stores` as they are now, unless they have rows already."""
    if connection.exec_driver_sql(_doubled(_WRITTEN.format(schema=_HERE))).first():
        return
    here = _one(connection, "SELECT quote_ident(current_schema())")
    print_ = _one(connection, _PRINT.format(schema=_HERE))
    connection.exec_driver_sql(f"COMMENT ON SCHEMA {here} IS '{stores}#{print_}'")


def _one(connection: Connection, question: str) -> object:
    return connection.exec_driver_sql(_doubled(question)).scalar()


def _doubled(question: str) -> str:
    """Per cent signs as the driver wants them."""
    return question.replace("%", "%%")
