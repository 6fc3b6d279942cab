"""Copies every database of an installation to other places: files to a PostgreSQL server, or back."""

from lti_tool.backup.create import Begin, row_count
from lti_tool.backup.lines import Tick
from lti_tool.backup.restore import Verified
from lti_tool.backup.rows import RowFormat, Tally
from lti_tool.backup.store.load import Loader
from lti_tool.backup.store.snapshot import Snapshot
from lti_tool.backup.store.tables import columns_of
from lti_tool.backup.target import Target
from lti_tool.databases import DATABASES, Database, OpenDatabases, check_finished, servers
from lti_tool.errors import ToolError
from lti_tool.settings import Settings


def copy_databases(source: Settings, target: Settings, begin: Begin) -> list[Verified]:
    """Copies every row of every table from the databases of `source` to those of `target`, and reads it back.

    The databases of `source` are upgraded first. Raises ToolError when those of `target` are not empty; nothing is
    then changed. Both have the same data folder: its other files stay where they are.
    """
    if not servers(source):
        check_finished(source)
    opened = OpenDatabases(source)
    try:
        for database in DATABASES:
            opened.open(database)
    finally:
        opened.close()
    with (
        Snapshot(source, DATABASES) as snapshot,
        Target(target, DATABASES, library=False) as place,
        Loader(place.places()) as loader,
    ):
        tick = begin(2 * row_count(snapshot))
        verified = [table for database in snapshot.databases for table in _copy(snapshot, loader, database, tick)]
        loader.close_files()
        place.put_in_place()
        loader.commit()
        place.finished()
    return verified


def _copy(snapshot: Snapshot, loader: Loader, database: Database, tick: Tick) -> list[Verified]:
    tables = {str(table.name): table for table in snapshot.tables(database)}
    names = loader.prepare(database, snapshot.versions(database))
    if set(names) != set(tables):
        raise ToolError("backup.broken", "other tables than the source", part=database.name)
    seen = {}
    for name in names:
        if columns_of(tables[name]) != loader.columns(database, name):
            raise ToolError("backup.broken", "other columns than the source", part=f"{database.name}.{name}")
        seen[name] = Tally()
        rows = _counted(snapshot, database, tables[name], seen[name], tick)
        loader.fill(database, name, rows, following=snapshot.next_number(database, tables[name]))
    verified = []
    for name in names:
        found = loader.tally(database, name, tick)
        if (found.rows, found.checksum) != (seen[name].rows, seen[name].checksum):
            raise ToolError("restore.differs", name, table=f"{database.name}.{name}")
        verified.append(Verified(database.name, name, found.rows, found.checksum))
    loader.finish(database)
    return verified


def _counted(snapshot: Snapshot, database: Database, table, tally: Tally, tick: Tick):
    encode = RowFormat(columns_of(table)).encode
    for row in snapshot.rows(database, table):
        tally.add(encode(row))
        yield tuple(row)
        tick(1)
