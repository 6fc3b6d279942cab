"""The list of an export's files: what it does not name is not part of the export, and it is replaced in one step."""

import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

import msgspec

from xapi.audit.seal.exports import Witnessed
from xapi.errors import AuditError

FORMAT = "jampel-audit-parquet"
VERSION = 1
MANIFEST = "manifest.json"
_HEX = re.compile(r"[0-9a-f]{32}")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One Parquet file: the name of its rows in the SQL files, their year (0 for all years), its path and its size."""

    name: str
    year: int
    path: str
    rows: int
    bytes: int


class Parameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The settings of one year that the SQL files read."""

    minutes_per_jp: int
    bulk_threshold: int


class Share(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one institution exported: when, up to which statement, by which rules (a digest of their rows).

    `sealed` is the state of each year as the seals of its ledger know it, where the export was made with a witness.
    """

    made_at: str
    seq: int
    rules: str
    years: dict[int, Parameters]
    parts: list[Part]
    sealed: dict[int, Witnessed] = {}


class Manifest(msgspec.Struct, forbid_unknown_fields=True):
    """All institutions of a folder, by their id."""

    format: str = FORMAT
    version: int = VERSION
    institutions: dict[str, Share] = {}


class ParquetPlace:
    """A folder of exports, as its manifest was when this was made. Raises AuditError when it holds none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.manifest = read_manifest(self.folder)
        if not self.manifest.institutions:
            raise AuditError("audit.parquet_missing", f"no export in {folder}", folder=folder)

    def institutions(self, year: int) -> list[str]:
        """The institutions that exported `year`, in order."""
        return sorted(one for one, share in self.manifest.institutions.items() if year in share.years)

    def years(self) -> list[int]:
        """The years of any institution, newest first."""
        return sorted({year for share in self.manifest.institutions.values() for year in share.years}, reverse=True)

    def parameters(self, institution: str, year: int) -> Parameters:
        """The settings of a year. Raises AuditError when the institution has not exported it."""
        share = self.manifest.institutions.get(institution)
        if share is None or year not in share.years:
            raise AuditError("audit.parquet_year", f"no {year} in {self.folder}", folder=self.folder, year=year)
        return share.years[year]

    def rules(self, institution: str) -> str:
        """The digest of the institution's rules: those that share it can be reckoned together."""
        return self.manifest.institutions[institution].rules

    def files(self, name: str, institutions: Iterable[str], years: Sequence[int] | None = None) -> list[str]:
        """The paths of the rows of `name` that are not empty; of all years, or of `years`."""
        return [
            str(self.folder / part.path)
            for institution in institutions
            for part in self.manifest.institutions[institution].parts
            if part.name == name and part.rows and (years is None or part.year in years)
        ]

    def rows(self, name: str, institution: str, year: int) -> int:
        """How many rows of `name` the institution has in `year`."""
        parts = self.manifest.institutions[institution].parts
        return sum(part.rows for part in parts if part.name == name and part.year == year)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of `folder`, an empty one when there is none yet.

    Raises AuditError when it is no manifest of an export, is of a newer release, or names a file outside the folder.
    """
    try:
        written = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return Manifest()
    try:
        found = msgspec.json.decode(written, type=Manifest)
    except msgspec.DecodeError as cause:
        raise _damaged(folder) from cause
    inside = all(_is_inside(part.path) for share in found.institutions.values() for part in share.parts)
    if found.format != FORMAT or found.version != VERSION or not inside or not all(map(is_id, found.institutions)):
        raise _damaged(folder)
    return found


def replace_shares(folder: Path, shares: Mapping[str, Share]) -> None:
    """From now on the exports of the institutions in `shares` are these; files of their last ones are removed.

    The caller holds `exclusive`. A reader sees the old list or the new one.
    """
    manifest = read_manifest(folder)
    before = {part.path for one in shares.keys() & manifest.institutions for part in manifest.institutions[one].parts}
    manifest.institutions |= shares
    written = folder / f".{MANIFEST}.part"
    with written.open("wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(manifest), indent=1))
        file.flush()
        os.fsync(file.fileno())
    written.replace(folder / MANIFEST)
    kept = {part.path for share in manifest.institutions.values() for part in share.parts}
    for path in before - kept:
        with suppress(FileNotFoundError):
            (folder / path).unlink()


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Holds the folder against other exports. Raises AuditError when one is under way."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AuditError("audit.parquet_busy", f"{folder} is being written", folder=folder) from None
        yield


def is_id(text: str) -> bool:
    """Whether `text` is the id of an institution, 32 hex digits."""
    return _HEX.fullmatch(text) is not None


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts and path.endswith(".parquet") and "'" not in path


def _damaged(folder: Path) -> AuditError:
    return AuditError("audit.parquet_damaged", f"{folder / MANIFEST} is no manifest of an export", folder=folder)
