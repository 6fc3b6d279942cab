"""Reads a whole backup and says whether everything in it is what its manifest says, without restoring anything."""

from pathlib import Path

from lti_tool.backup.archive import Archive, open_archive
from lti_tool.backup.create import Begin
from lti_tool.backup.lines import TableReader
from lti_tool.backup.manifest import Manifest, file_member, member_of
from lti_tool.databases import DATABASES, Database
from lti_tool.errors import ToolError


def check_backup(path: Path, begin: Begin) -> Manifest:
    """The manifest of a sound backup. Raises ToolError `backup.broken` for anything else."""
    with open_archive(path) as archive:
        manifest = archive.manifest
        check_members(archive)
        tick = begin(sum(table.rows for _, table in manifest.tables))
        for database, table in manifest.tables:
            for _row in TableReader(archive, database, table).rows(tick):
                pass
        for file in manifest.files:
            for _piece in archive.chunks(file_member(file.sha256), file.size, file.sha256):
                pass
    return manifest


def check_members(archive: Archive) -> None:
    """Raises ToolError when members are missing or left over, or a database is none of ours."""
    manifest = archive.manifest
    tables = [member_of(database.name, table.name) for database, table in manifest.tables]
    wanted = {*tables, *(file_member(file.sha256) for file in manifest.files)}
    paths = [file.path for file in manifest.files]
    if wanted != archive.names or len(set(tables)) < len(tables) or len(set(paths)) < len(paths):
        raise ToolError("backup.broken", "missing or unknown parts", part="manifest.json")
    databases_in(manifest)


def databases_in(manifest: Manifest) -> list[Database]:
    """The databases that a backup holds. Raises ToolError for one that this release does not know."""
    known = {database.name: database for database in DATABASES}
    try:
        return [known[part.name] for part in manifest.databases]
    except KeyError as cause:
        raise ToolError("backup.broken", "unknown database", part=str(cause)) from cause
