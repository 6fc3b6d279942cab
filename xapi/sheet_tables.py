"""Opens a file of tables, CSV, XLSX or ODS, and gives the rows of each one by one, however the file is written."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from xapi.identity import mask_nips_in
from xapi.sheet_cells import Cell, Formula, SheetError, plain_name

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
MOST_TEXTS = 64 * 1024 * 1024  # of the texts that the cells of an XLSX share
MOST_KEPT = 16 * 1024 * 1024  # of styles, names and relations
MOST_COLUMNS = 100
MOST_NUMBER = 2**20  # of a row in a spreadsheet; what counts on without end is a trick
LONGEST_LINE = 200_000  # characters of a CSV
DELIMITERS = (";", ",", "\t", "|")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_KEPT = re.compile(r"\.(?:xml|rels)$", re.IGNORECASE)
_ROWS = re.compile(r"(?:^|/)(?:content\.xml|worksheets/[^/]+\.xml)$", re.IGNORECASE)
_TEXTS = re.compile(r"sharedStrings\.xml$", re.IGNORECASE)
_PIECE = 1 << 16
_LOOK = 4096
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}

Line = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file: its `lines` one by one, its `name` (empty for a CSV), whether the worksheet is `hidden`, the
    names of the visible ones `beside` it, and the numbers of `hidden_rows`, complete once the lines are read."""

    lines: Iterator[Line]
    name: str = ""
    hidden: bool = False
    beside: tuple[str, ...] = ()
    hidden_rows: set[int] = field(default_factory=set)


def open_tables(path: Path, *, most_rows: int, most_bytes: int = MOST_BYTES, name: str = "") -> Iterator[Table]:
    """The tables in `path`: each worksheet, the hidden ones last, or a CSV read with each delimiter, the most frequent
    first; only that of the `name`, when one is given.

    A table gives its rows with their numbers as a spreadsheet shows them, and is read up before the next one is asked
    for. Raises SheetError for what is no such file, is larger than `most_bytes` or has more than `most_rows` rows.
    """
    beginning = _look(path, most_bytes)
    if beginning.startswith(_OLD_EXCEL):
        raise SheetError("sheet.old_excel", "a file of Excel 97-2003, or one with a password", file=path.name)
    packed = beginning.startswith(b"PK\x03\x04")
    for table in _packed_tables(path, name) if packed else _csv_tables(path, beginning):
        yield replace(table, lines=_counted(table.lines, most_rows))


def chosen_worksheets(found: Sequence[tuple[str, bool]], name: str) -> list[int]:
    """The places of the worksheets to read, of which each is a name and whether it is hidden: the visible ones first,
    or the one that is called `name`. Raises SheetError when none is."""
    if name:
        places = [at for at, (one, _hidden) in enumerate(found) if plain_name(one) == plain_name(name)]
        if not places:
            names = mask_nips_in(", ".join(one for one, _hidden in found))
            raise SheetError("sheet.no_such_sheet", "no worksheet of that name", name=name, names=names[:500])
        return places[:1]
    return sorted(range(len(found)), key=lambda at: found[at][1])


def beside(found: Sequence[tuple[str, bool]], place: int) -> tuple[str, ...]:
    """The names of the visible worksheets other than the one at `place`."""
    return tuple(one for at, (one, hidden) in enumerate(found) if at != place and not hidden)


def _look(path: Path, most_bytes: int) -> bytes:
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise SheetError("sheet.too_large", f"{size} bytes", file=path.name, megabytes=most_bytes // 1024**2)
        with path.open("rb") as file:
            return file.read(_LOOK)
    except OSError as cause:
        raise SheetError("sheet.unreadable", type(cause).__name__, file=path.name) from cause


def _counted(table: Iterable[Line], most_rows: int) -> Iterator[Line]:
    for number, cells in table:
        if number > MOST_NUMBER or (number > most_rows and any(cell is not None for cell in cells)):
            raise SheetError("sheet.too_many_rows", f"more than {most_rows}", most=most_rows)
        yield number, cells


def _packed_tables(path: Path, name: str) -> Iterator[Table]:
    """The worksheets of a zip: an ODS says so in its first member, everything else is taken for an XLSX."""
    try:
        with zipfile.ZipFile(path) as packed:
            _refuse_bombs(path, packed.infolist())
            is_ods = "mimetype" in packed.namelist() and packed.read("mimetype").strip() == _ODS
            for table in (_ods_tables if is_ods else _xlsx_tables)(path, packed, name):
                yield replace(table, lines=_safely(table.lines))
    except (SheetError, GeneratorExit):
        raise
    except Exception as cause:  # a parser of files from anywhere may fail in any way
        raise SheetError("sheet.no_table", f"no table: {type(cause).__name__}") from cause


def _ods_tables(_path: Path, packed: zipfile.ZipFile, name: str) -> Iterator[Table]:
    from xapi.sheet_ods import ods_tables

    return ods_tables(packed, name)


def _xlsx_tables(path: Path, packed: zipfile.ZipFile, name: str) -> Iterator[Table]:
    from xapi.sheet_xlsx import xlsx_tables  # slow to load, and most tables are CSV

    return xlsx_tables(path, packed, name)


def _refuse_bombs(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    """Refuses what unpacks to too much: all together, and what a reader keeps in memory as a whole."""
    whole = sum(one.file_size for one in members)
    kept = sum(one.file_size for one in members if _KEPT.search(one.filename) and not _ROWS.search(one.filename))
    texts = sum(one.file_size for one in members if _TEXTS.search(one.filename))
    for size, most in ((whole, MOST_UNPACKED), (kept - texts, MOST_KEPT), (texts, MOST_TEXTS)):
        if size > most:
            raise SheetError("sheet.too_large", f"{size} bytes", file=path.name, megabytes=most // 1024**2)


def _safely(table: Iterator[Line]) -> Iterator[Line]:
    try:
        yield from table
    except (SheetError, GeneratorExit):
        raise
    except Exception as cause:  # as above; the rows are read after the table was given away
        raise SheetError("sheet.no_table", f"no table: {type(cause).__name__}") from cause


def _csv_tables(path: Path, beginning: bytes) -> Iterator[Table]:
    encoding = _encoding(path, beginning)
    start = codecs.getincrementaldecoder(encoding)(errors="replace").decode(beginning)
    for delimiter in sorted(DELIMITERS, key=start.count, reverse=True):
        yield Table(_csv_lines(path, encoding, delimiter))


def _csv_lines(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    try:
        with path.open("rb") as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
            for number, line in enumerate(csv.reader(_short_lines(text), delimiter=delimiter, strict=False), 1):
                yield number, _csv_cells(line)
    except (csv.Error, UnicodeError) as cause:
        raise SheetError("sheet.no_table", "neither CSV, XLSX nor ODS") from cause
    except OSError as cause:
        raise SheetError("sheet.unreadable", type(cause).__name__, file=path.name) from cause


def _short_lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise csv.Error("a line without end")
        yield line


def _csv_cells(line: list[str]) -> list[Cell]:
    return [Formula(cell) if cell.lstrip().startswith("=") else (cell.strip() or None) for cell in line[:MOST_COLUMNS]]


def _encoding(path: Path, beginning: bytes) -> str:
    """How the text in `path` is encoded: as it says, else UTF-16 by its zeros, else UTF-8, else CP1252."""
    for bom, encoding in _BOMS.items():
        if beginning.startswith(bom):
            return _decodable(path, (encoding,))
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if 2 * max(even, odd) > len(beginning) // 2:
        return _decodable(path, ("utf-16-le" if odd > even else "utf-16-be",))
    return _decodable(path, ("utf-8", "cp1252"))


def _decodable(path: Path, encodings: Iterable[str]) -> str:
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as file:
                texts = (decoder.decode(piece) for piece in iter(lambda: file.read(_PIECE), b""))
                clean = not any("\x00" in text for text in texts)
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        if clean:
            return encoding
    raise SheetError("sheet.no_table", "neither CSV, XLSX nor ODS")
