"""Restores a backup into an empty place: filled aside, verified, and only then put in place."""

import shutil
from pathlib import Path

import msgspec

from lti_tool.backup.archive import Archive, open_archive
from lti_tool.backup.check import check_members, databases_in
from lti_tool.backup.create import Begin
from lti_tool.backup.files import LIBRARY, write_files
from lti_tool.backup.lines import TableReader, Tick
from lti_tool.backup.manifest import DatabasePart, Manifest
from lti_tool.backup.store.load import Loader
from lti_tool.backup.target import Target
from lti_tool.databases import Database
from lti_tool.errors import ToolError
from lti_tool.evidence_files import EvidenceFiles
from lti_tool.settings import Settings
from lti_tool.subject.erasure_file import NAME, keep_erasures, read_erasures
from lti_tool.subject.store import erase_again
from xapi.people.subject import Erasure


class Verified(msgspec.Struct, frozen=True):
    """A table that was read back and is what it was: its rows and their checksum."""

    database: str
    table: str
    rows: int
    checksum: str


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore did: the manifest, every table as verified, the files that were there already and stay, and how
    many pseudonyms were `erased` again, because that was done after the backup was made."""

    manifest: Manifest
    tables: tuple[Verified, ...]
    kept: tuple[str, ...]
    erased: int = 0


def restore_backup(settings: Settings, path: Path, begin: Begin, erasures: Path | None = None) -> Restored:
    """Restores the backup at `path` into the data folder and the databases of `settings`.

    Who was erased since, by the file of erasures in the data folder and the one at `erasures`, is erased again before
    anything of it is in place. Raises ToolError when the backup or such a file is not sound or the place is not empty,
    DatabaseError when the backup is of a later release; nothing is then changed.
    """
    with open_archive(path) as archive:
        check_members(archive)
        manifest = archive.manifest
        databases = databases_in(manifest)
        since = _erasures(settings, erasures)
        library = any(file.path.startswith(f"{LIBRARY}/") for file in manifest.files)
        with Target(settings, databases, library=library) as target, Loader(target.places()) as loader:
            _check_space(manifest, target)
            tick = begin(2 * sum(table.rows for _, table in manifest.tables))
            verified = [
                table
                for database, part in zip(databases, manifest.databases, strict=True)
                for table in _fill(loader, archive, database, part, tick)
            ]
            with_statements = settings.privacy.erase_statements
            erased = erase_again(loader, databases, since, statements=with_statements)
            write_files(archive, manifest.files, target.folder)
            for institution, statement_ids in erased:
                EvidenceFiles(target.folder, institution).forget(statement_ids)
            loader.close_files()
            kept = target.put_in_place()
            loader.commit()
            target.finished()
        keep_erasures(settings.data, since)
    return Restored(manifest=manifest, tables=tuple(verified), kept=tuple(kept), erased=len(erased))


def _erasures(settings: Settings, given: Path | None) -> list[Erasure]:
    """Who was erased after the backup, as far as it is known here."""
    own = settings.data / NAME
    return [one for path in (own, given) if path is not None and (path is given or path.exists())
            for one in read_erasures(path)]  # fmt: skip


def _fill(loader: Loader, archive: Archive, database: Database, part: DatabasePart, tick: Tick) -> list[Verified]:
    """Fills one database and reads it back."""
    tables = {table.name: table for table in part.tables}
    names = loader.prepare(database, part.versions)
    if set(names) != set(tables):
        raise ToolError("backup.broken", "other tables than this version has", part=database.name)
    for name in names:
        reader = TableReader(archive, part, tables[name])
        if reader.columns != loader.columns(database, name):
            raise ToolError("backup.broken", "other columns than this version has", part=f"{database.name}.{name}")
        loader.fill(database, name, reader.rows(tick), following=tables[name].next)
    verified = []
    for name in names:
        found = loader.tally(database, name, tick)
        if (found.rows, found.checksum) != (tables[name].rows, tables[name].checksum):
            raise ToolError("restore.differs", name, table=f"{database.name}.{name}")
        verified.append(Verified(database.name, name, found.rows, found.checksum))
    loader.finish(database)
    return verified


def _check_space(manifest: Manifest, target: Target) -> None:
    """Refuses at once what cannot fit, by what the manifest declares; reading holds it to that."""
    files = any(isinstance(place, Path) for place in target.places().values())
    wanted = sum(file.size for file in manifest.files)
    wanted += sum(table.raw for _, table in manifest.tables) if files else 0
    free = shutil.disk_usage(target.folder).free
    if wanted > free:
        raise ToolError("restore.no_space", str(wanted), needed=wanted // 1_000_000 + 1, free=free // 1_000_000)
