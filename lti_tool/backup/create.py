"""Makes a backup of a running installation: one file, from one snapshot."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile

from lti_tool.backup.archive import ArchiveWriter, new_archive
from lti_tool.backup.files import add_files
from lti_tool.backup.lines import Tick, write_table
from lti_tool.backup.manifest import FORMAT, DatabasePart, Manifest, TablePart, member_of
from lti_tool.backup.note import note_backup
from lti_tool.backup.store.snapshot import Snapshot
from lti_tool.backup.store.tables import columns_of
from lti_tool.databases import HOUSE, PEOPLE, Database, check_finished, servers
from lti_tool.settings import Settings
from lti_tool.version import VERSION
from xapi.clock import Clock

Begin = Callable[[int], Tick]
"""Is told how many rows there are, and gives what wants to hear of each."""


def make_backup(
    settings: Settings,
    target: Path,
    databases: Sequence[Database],
    *,
    with_secrets: bool,
    clock: Clock,
    begin: Begin,
) -> Manifest:
    """Writes the backup `target` of `databases`, while others read and write them.

    The files of the data folder go with the household. Raises ToolError when `target` exists or a database is
    missing; nothing is then left behind.
    """
    check_finished(settings)
    made = clock()
    with new_archive(target) as archive, Snapshot(settings, databases) as snapshot:
        tick = begin(row_count(snapshot))
        parts = tuple(_database(snapshot, database, archive, target.parent, tick) for database in snapshot.databases)
        whole = HOUSE in snapshot.databases
        people = PEOPLE in snapshot.databases  # whose names stand in the certificates
        files = tuple(add_files(archive, settings, with_secrets=with_secrets, with_evidence=people)) if whole else ()
        manifest = _manifest(parts, made, settings, files)
        archive.finish(manifest)
    note_backup(settings.data, [part.name for part in parts], made)
    return manifest


def row_count(snapshot: Snapshot) -> int:
    """All rows that the snapshot sees."""
    return sum(
        snapshot.count(database, table) for database in snapshot.databases for table in snapshot.tables(database)
    )


def _manifest(parts, made: datetime, settings: Settings, files) -> Manifest:
    return Manifest(
        format=FORMAT,
        jampel=VERSION,
        made=made.astimezone(UTC).isoformat(timespec="seconds"),
        source="PostgreSQL" if servers(settings) else "SQLite",
        databases=parts,
        files=files,
    )


def _database(snapshot: Snapshot, database: Database, archive: ArchiveWriter, room: Path, tick: Tick) -> DatabasePart:
    tables = tuple(_table(snapshot, database, table, archive, room, tick) for table in snapshot.tables(database))
    return DatabasePart(name=database.name, versions=snapshot.versions(database), tables=tables)


def _table(snapshot: Snapshot, database: Database, table, archive: ArchiveWriter, room: Path, tick: Tick) -> TablePart:
    """One table, through a nameless file: a tar wants to know the size first."""
    with TemporaryFile(dir=room) as file:
        part = write_table(
            columns_of(table),
            snapshot.rows(database, table),
            file,
            following=snapshot.next_number(database, table),
            tick=tick,
        )
        file.seek(0)
        archive.add(member_of(database.name, table.name), file, part.size)
    return part
