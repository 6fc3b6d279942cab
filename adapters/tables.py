"""Tables that are read row by row, several files at once: what cannot be used is named by file, row and column."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from adapters.errors import AdapterError
from xapi.identity import contains_nip, looks_like_nip, mask_nips_in, parse_nip
from xapi.sheet import Cell, Column, SheetError, date_of, plain_name, read_sheet, text_of
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RefusedCell, RowReader

YES = frozenset({"ya", "y", "yes", "1", "hadir", "h", "v", "true", "wajib"})
NO = frozenset({"", "tidak", "t", "no", "0", "tidak hadir", "absen", "alpa", "alpha", "a", "izin", "i", "sakit", "s",
                "false", "-"})  # fmt: skip
_SHOWN = 30
_ROUNDED = 10**15  # a spreadsheet keeps 15 digits


def read_table(path: Path, columns: Sequence[Column], refused: list[RefusedCell]) -> Iterator[RowReader]:
    """The rows of the table at `path`, to be read cell by cell; a file that is no such table is `refused` whole."""
    try:
        rows = read_sheet(path, columns)
    except SheetError as error:
        refused.append(RefusedCell(0, "", error.code, error, path.name))
        return
    titles = {column.field: column.title for column in columns}
    for row in rows:
        yield RowReader(row, titles, refused, file=path.name)


def shown(text: str) -> str:
    """The beginning of a text that cannot be used, as an error repeats it: without a NIP."""
    return mask_nips_in(text)[:_SHOWN]


def words_of(cell: Cell) -> str:
    """The text of a cell that must have one; raises AdapterError `cell.empty`, or `cell.nip_in_text`."""
    text = any_words_of(cell)
    if not text:
        raise AdapterError("cell.empty", "an empty cell")
    return text


def any_words_of(cell: Cell) -> str:
    """The text of a cell, "" when empty; raises AdapterError `cell.nip_in_text` where a NIP does not belong."""
    text = text_of(cell)
    if contains_nip(text) or looks_like_nip(text):
        raise AdapterError("cell.nip_in_text", "a NIP where none belongs")
    return text


def account_of(cell: Cell) -> str:
    """The name of an account, or a number that names someone; "" when empty. Raises PeopleError `people.nip_number` for
    a number with so many digits that a spreadsheet has lost the last ones."""
    if isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) >= _ROUNDED:
        parse_nip(cell)
    return text_of(cell)


def yes_of(cell: Cell) -> bool:
    """Whether a cell says yes (ya, hadir) or no (tidak, izin, sakit, empty); raises AdapterError `cell.yes_or_no`."""
    text = text_of(cell).casefold()
    if text in YES or text in NO:
        return text in YES
    raise AdapterError("cell.yes_or_no", "neither yes nor no", value=shown(text))


def day_of(cell: Cell) -> date:
    """The day of a cell that must have one; raises AdapterError `cell.empty`, and SheetError for what is no day."""
    day = date_of(cell)
    if day is None:
        raise AdapterError("cell.empty", "an empty cell")
    return day


def one_of(known: Collection[str], other: Mapping[str, str] | None = None) -> Callable[[Cell], str]:
    """Reads a text that is one of `known`, whatever its case and signs; `other` names for them are keyed by plain name.
    Raises AdapterError `cell.one_of`, and `cell.empty`."""
    names = {plain_name(one): one for one in known} | dict(other or {})

    def read(cell: Cell) -> str:
        text = words_of(cell)
        found = names.get(plain_name(text))
        if found is None or found not in known:
            raise AdapterError("cell.one_of", "unknown", value=shown(text), known=", ".join(sorted(known)))
        return found

    return read


def between(least: int, most: int) -> Callable[[Cell], float | None]:
    """Reads a number from `least` to `most`, None from an empty cell; raises AdapterError `cell.number`."""

    def read(cell: Cell) -> float | None:
        text = text_of(cell).removesuffix("%").strip()
        if not text:
            return None
        number = None if isinstance(cell, bool) else decimal_of(text)
        if number is None or not least <= number <= most:
            raise AdapterError("cell.number", "no such number", value=shown(text), least=least, most=most)
        return float(number)

    return read


def beside(folder: Path, name: str) -> Path | None:
    """The file or folder `name` in `folder`; None when there is none, and for whatever lies elsewhere."""
    try:
        path = folder / name
        return path if path.resolve().is_relative_to(folder.resolve()) and path.exists() else None
    except (OSError, RuntimeError, ValueError):  # too long a name, links in a circle, a zero byte
        return None
