"""Reads the tables of an ODS (OpenDocument 1.3, part 3) row by row, with the XML parser of the standard library."""

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from xml.parsers.expat import ParserCreate

from xapi.sheet_cells import MOST_CHARACTERS, Cell, Formula, SheetError
from xapi.sheet_tables import MOST_COLUMNS, Line, Table, beside, chosen_worksheets

_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_PIECE = 1 << 16
_MOST_PARAGRAPHS = 20  # of one cell
_NUMBERS = ("float", "percentage", "currency")
Attributes = dict[str, str]


def ods_tables(packed: zipfile.ZipFile, name: str) -> Iterator[Table]:
    """The tables of the ODS that is open as `packed`, or the one of that `name`; the file is read once for each, which
    keeps none in memory."""
    total = _Reader(packed, -1)
    for _line in total.lines():
        pass
    for place in chosen_worksheets(total.found, name):
        reader = _Reader(packed, place)
        yield Table(reader.lines(), *total.found[place], beside(total.found, place), reader.hidden_rows)


class _Reader:
    """Hears the elements of `content.xml` and keeps the rows of the table at `place` until they are fetched."""

    def __init__(self, packed: zipfile.ZipFile, place: int) -> None:
        self._packed = packed
        self._place = place
        self.found: list[tuple[str, bool]] = []  # the name of each table, and whether it is hidden
        self.hidden_rows: set[int] = set()
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._depth = 0  # of tables: one may stand in a cell of another
        self._number = 0
        self._cells: list[Cell] = []
        self._row_repeated = 1
        self._row_hidden = False
        self._cell: Attributes = {}
        self._texts: list[str] = []
        self._in_cell = False
        self._in_text = 0
        self._held: dict[int, tuple[int, Cell]] = {}  # of cells merged downwards: until which row, and what
        self._ready: list[tuple[int, int, list[Cell]]] = []  # first and last number of equal rows, and their cells

    def lines(self) -> Iterator[Line]:
        """The rows of the table that have something in them, with their numbers."""
        parser = ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with self._packed.open("content.xml") as xml:
            while piece := xml.read(_PIECE):
                parser.Parse(piece, False)
                yield from self._take()
            parser.Parse(b"", True)
        yield from self._take()

    def _take(self) -> Iterator[Line]:
        """What is ready, one by one: a row may say that there are a million like it."""
        for first, last, cells in self._ready:
            for number in range(first, last + 1):
                yield number, cells
        self._ready.clear()

    def _start(self, name: str, attributes: Attributes) -> None:
        if name == f"{_TABLE} table":
            self._depth += 1
            if self._depth == 1:
                hidden = attributes.get(f"{_TABLE} style-name") in self._hidden_styles
                self.found.append((attributes.get(f"{_TABLE} name", ""), hidden))
        if self._depth != 1 or len(self.found) - 1 != self._place:
            self._start_style(name, attributes)
            return
        if name == f"{_TABLE} table-row":
            self._cells = []
            self._row_repeated = _count(attributes, "number-rows-repeated")
            self._row_hidden = attributes.get(f"{_TABLE} visibility", "visible") != "visible"
        elif name in (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"):
            self._cell, self._texts, self._in_cell = attributes, [], True
        elif name == f"{_TEXT} p" and self._in_cell:
            if len(self._texts) < _MOST_PARAGRAPHS:
                self._texts.append("")
            self._in_text += 1
        elif self._in_text and name in (f"{_TEXT} s", f"{_TEXT} tab", f"{_TEXT} line-break"):
            self._texts[-1] += " "

    def _start_style(self, name: str, attributes: Attributes) -> None:
        """A table is hidden by its style, and styles stand before the tables."""
        if name == f"{_STYLE} style":
            self._style = attributes.get(f"{_STYLE} name", "")
        elif name == f"{_STYLE} table-properties" and attributes.get(f"{_TABLE} display") == "false":
            self._hidden_styles.add(self._style)

    def _end(self, name: str) -> None:
        if self._depth == 1 and len(self.found) - 1 == self._place:
            if name in (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"):
                self._end_cell()
            elif name == f"{_TABLE} table-row":
                self._end_row()
            elif name == f"{_TEXT} p" and self._in_text:
                self._in_text -= 1
        if name == f"{_TABLE} table":
            self._depth -= 1

    def _characters(self, text: str) -> None:
        if self._in_text and len(self._texts[-1]) <= MOST_CHARACTERS:  # what is longer is refused anyway
            self._texts[-1] += text

    def _end_cell(self) -> None:
        self._in_cell, self._in_text = False, 0
        value = _value(self._cell, " ".join(self._texts))
        room = MOST_COLUMNS - len(self._cells)
        column, last = len(self._cells), self._number + _count(self._cell, "number-rows-spanned")
        if last > self._number + 1:
            self._held[column] = (last, value)
        self._cells += [value] * min(_count(self._cell, "number-columns-repeated"), max(room, 0))

    def _end_row(self) -> None:
        first = self._number + 1
        self._number += self._row_repeated
        for column, (last, value) in list(self._held.items()):
            if first > last:
                del self._held[column]
            elif column < len(self._cells):
                self._cells[column] = value
        if any(cell is not None for cell in self._cells):
            self._ready.append((first, self._number, self._cells))
            if self._row_hidden:
                self.hidden_rows.add(first)


def _count(attributes: Attributes, name: str) -> int:
    with suppress(ValueError):
        return max(1, int(attributes.get(f"{_TABLE} {name}", "1")))
    return 1


def _value(attributes: Attributes, text: str) -> Cell:
    """What a cell holds by its type; a number that is shown as a text is a number (OpenDocument 1.3 part 3, 19.385)."""
    kind = attributes.get(f"{_OFFICE} value-type", "")
    if f"{_TABLE} formula" in attributes:
        return Formula(text)
    if kind == "boolean":
        return attributes.get(f"{_OFFICE} boolean-value") == "true"
    if kind != "date" and kind not in _NUMBERS:
        return text.strip() or None
    with suppress(ValueError):
        if kind == "date":
            said = attributes.get(f"{_OFFICE} date-value", "")
            return datetime.fromisoformat(said[:19]) if "T" in said else date.fromisoformat(said)
        return float(attributes.get(f"{_OFFICE} value", ""))
    return Formula(text)  # not what it says it is


def _refuse_doctype(*_declaration: object) -> None:
    """No writer of ODS needs one, and entities are declared in it."""
    raise SheetError("sheet.no_table", "a document type declaration")
