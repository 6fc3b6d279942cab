"""Job standards (standar kompetensi jabatan) as an institution writes them down: which position needs what, how well.

There is no official list here: every line comes from a file of the institution's own.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xapi.errors import JampelError, PeopleError
from xapi.identity import contains_nip, looks_like_nip, mask_nips_in
from xapi.sheet import Cell, Column, SheetRow, plain_name, read_sheet, text_of
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RefusedCell, RowReader
from xapi.toml_text import read_toml

EVERYONE = "*"
MOST_LEVEL = 9
MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
LONGEST = 200
COLUMNS = (
    Column("position", "Jabatan", ("Nama jabatan", "Position")),
    Column("standard", "Kode standar", ("Standar", "Standar jabatan", "Standard"), required=False),
    Column("code", "Kode kompetensi", ("Kode", "Competency code"), required=False),
    Column("title", "Kompetensi", ("Nama kompetensi", "Competency")),
    Column("level", "Tingkat", ("Level", "Tingkat minimal"), required=False),
)
TITLES = {column.field: column.title for column in COLUMNS}
_KEYS = {"kode", "nama", "tingkat"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardLine:
    """One competency that a `position` (jabatan, `*` for everyone) needs, at `level` (1 to 9) or at any (None).

    `standard` is the code of the job standard, `code` and `title` name the competency; a title alone is its code too.
    """

    position: str
    standard: str
    code: str
    title: str
    level: int | None


@dataclass(frozen=True, slots=True)
class Standards:
    """What a file says: its `lines`, where they come from (`source`), and what of it is `refused`."""

    lines: Sequence[StandardLine]
    source: str = ""
    refused: Sequence[RefusedCell] = ()


def for_position(lines: Sequence[StandardLine], position: str) -> list[StandardLine]:
    """What someone in `position` needs: each competency once, at the highest level that is asked, by code."""
    wanted, found = plain_name(position), dict[str, StandardLine]()
    for line in lines:
        if line.position != EVERYONE and (not wanted or plain_name(line.position) != wanted):
            continue
        known = found.get(plain_name(line.code))
        if known is None or (line.level or 0) > (known.level or 0):
            found[plain_name(line.code)] = line
    return sorted(found.values(), key=lambda line: line.code)


def read_standards(path: Path) -> Standards:
    """The standards in the file at `path`: a table (CSV, XLSX, ODS) or TOML with `[[standar]]`.

    Raises SheetError when a table cannot be read or lacks a column, PeopleError `standards.toml` for broken TOML and
    `standards.empty` when nothing is in it; a bad cell is refused with its place.
    """
    if path.suffix.casefold() == ".toml":
        source, rows = _from_toml(path)
    else:
        source, rows = "", read_sheet(path, COLUMNS)
    refused: list[RefusedCell] = []
    lines: dict[tuple[str, str], StandardLine] = {}
    for row in rows:
        reader = RowReader(row, TITLES, refused, file=path.name)
        line = _line(reader)
        if line is None:
            continue
        key = (plain_name(line.position) if line.position != EVERYONE else EVERYONE, plain_name(line.code))
        if key in lines:
            reader.refuse("title", PeopleError("standards.twice", "the same competency twice"))
        lines[key] = line
    if not lines and not refused:
        raise PeopleError("standards.empty", "no line", file=path.name)
    return Standards(tuple(lines.values()), source, tuple(refused))


def _line(row: RowReader) -> StandardLine | None:
    position, title = row.cell("position", _words), row.cell("title", _words)
    standard, code = row.cell("standard", _any_words), row.cell("code", _any_words)
    level = row.cell("level", _level)
    if not row.good or not position or not title:
        return None
    return StandardLine(position=position, standard=standard or "", code=code or title, title=title, level=level)


def _words(cell: Cell) -> str:
    text = _any_words(cell)
    if not text or (not plain_name(text) and text != EVERYONE):
        raise PeopleError("standards.cell_empty", "an empty cell")
    return text


def _any_words(cell: Cell) -> str:
    text = text_of(cell)
    if contains_nip(text) or looks_like_nip(text):
        raise PeopleError("standards.nip", "a NIP where none belongs")
    if len(text) > LONGEST or ";" in text:
        raise PeopleError("standards.text", "too long, or a semicolon", most=LONGEST)
    return text.replace("\0", "")


def _level(cell: Cell) -> int | None:
    text = text_of(cell)
    if not text:
        return None
    number = None if isinstance(cell, bool) else decimal_of(text)
    if number is None or number != int(number) or not 1 <= number <= MOST_LEVEL:
        raise PeopleError("standards.level", "no level", value=mask_nips_in(text)[:30], most=MOST_LEVEL)
    return int(number)


def _from_toml(path: Path) -> tuple[str, list[SheetRow]]:
    """The source and the lines of a TOML file as rows, numbered as they stand."""
    try:
        body = path.read_bytes()
        if len(body) > MOST_BYTES:
            raise _broken(path, "> 5 MB")
        table = read_toml(body.decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as cause:
        raise _broken(path, type(cause).__name__ if isinstance(cause, OSError) else str(cause)) from cause
    standards, source = table.get("standar"), table.get("sumber", "")
    if set(table) - {"standar", "sumber"} or not isinstance(standards, list) or not isinstance(source, str):
        raise _broken(path, "[[standar]]")
    rows = [SheetRow(number, cells) for number, cells in enumerate(_cells(path, standards), 1)]
    if len(rows) > MOST_LINES:
        raise _broken(path, f"> {MOST_LINES}")
    return " ".join(source.split())[:LONGEST], rows


def _cells(path: Path, standards: Sequence[Any]) -> Iterator[dict[str, Cell]]:
    for one in standards:
        known = isinstance(one, Mapping) and not set(one) - {"kode", "jabatan", "kompetensi"}
        wanted = one.get("kompetensi") if known else None
        if not isinstance(wanted, list) or not all(isinstance(part, Mapping) and set(part) <= _KEYS for part in wanted):
            raise _broken(path, "[[standar]] kompetensi")
        for part in wanted:
            texts = {"position": one.get("jabatan"), "standard": one.get("kode"), "code": part.get("kode"),
                     "title": part.get("nama"), "level": part.get("tingkat")}  # fmt: skip
            if not all(isinstance(value, str | int | None) for value in texts.values()):
                raise _broken(path, "[[standar]] kompetensi")
            yield texts


def _broken(path: Path, problem: str) -> JampelError:
    return PeopleError("standards.toml", problem, file=path.name, problem=mask_nips_in(problem)[:200])
