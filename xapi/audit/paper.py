"""A4 pages in PDF: running text, tables whose head stands on every page, and "page 1 of N" at the foot."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import IO

import msgspec

from xapi.audit.report_columns import RIGHT, Column
from xapi.words import translate

MARGIN = 36.0  # points, as every length here
FOOT = 40.0
PAD = 2.5
APART = 4.0
MOST_LINES = 8  # of one cell
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"
_HEAD_FILL = (0.86, 0.90, 0.945)
_RULE = (0.78, 0.80, 0.83)
_TOTAL_PAGES = "pages"
Cells = Sequence[str]


class Line(msgspec.Struct, frozen=True):
    """One line of text: size in points, bold or not, and where it stands: `left`, `center` or `right`."""

    text: str
    size: float = 9
    bold: bool = False
    align: str = "left"


class Paper:
    """Pages written one after the other into `target`; `wide` turns them on their side. End with `save`."""

    def __init__(self, target: IO[bytes], *, title: str, language: str, wide: bool = False) -> None:
        from reportlab.lib.pagesizes import A4, landscape  # slow to load, and few reports are printed
        from reportlab.pdfgen.canvas import Canvas

        size = landscape(A4) if wide else A4
        self._canvas = Canvas(target, pagesize=size, invariant=1, pageCompression=1, lang=language)
        self._canvas.setTitle(printable(title))
        self._canvas.setCreator("Jampel")
        self._width, self._height = size
        self._language = language
        self._foot = printable(title)
        self._lines = _Lines()
        self._page = 1
        self.left, self.right = MARGIN, self._width - MARGIN
        self.y = self._height - MARGIN

    @property
    def space(self) -> float:
        """How much height is left on this page."""
        return self.y - FOOT - 8

    def text(self, *lines: Line) -> None:
        """Writes lines of text, wrapped to the width of the page."""
        for line in lines:
            font = BOLD if line.bold else PLAIN
            for part in self._lines.wrapped(line.text, font, line.size, self.right - self.left, 40):
                self.need(line.size * 1.3)
                self.y -= line.size * 1.3
                self._put(part, font, line.size, align=line.align)

    def gap(self, height: float) -> None:
        """Leaves `height` empty."""
        self.y -= height

    def rule(self, thickness: float = 0.5) -> None:
        """A line across the page."""
        self._canvas.setLineWidth(thickness)
        self._canvas.line(self.left, self.y, self.right, self.y)
        self._canvas.setLineWidth(0.5)

    def need(self, height: float) -> None:
        """Goes to a new page when less than `height` is left on this one."""
        if self.space < height and self.y < self._height - MARGIN:
            self.new_page()

    def new_page(self) -> None:
        """Ends the page with its foot and begins the next."""
        self._end_page()
        self._page += 1
        self.y = self._height - MARGIN

    def at_right(self, lines: Iterable[Line], width: float) -> None:
        """A block of lines that stands at the right side, as a signature does, and is never torn apart."""
        block = list(lines)
        self.need(sum(line.size * 1.35 for line in block))
        for line in block:
            font = BOLD if line.bold else PLAIN
            self.y -= line.size * 1.35
            for part in self._lines.wrapped(line.text, font, line.size, width, 1):
                self._canvas.setFont(font, line.size)
                self._canvas.drawString(self.right - width, self.y, part)

    def table(
        self,
        columns: Sequence[Column],
        rows: Iterable[Cells],
        *,
        totals: Cells | None = None,
        progress: Callable[[int], None] = lambda done: None,
    ) -> None:
        """The `rows` (texts, one for each column) under their headers, long texts wrapped, and the line of totals."""
        grid = _Grid(columns, self.right - self.left, self._language)
        self._head(grid)
        for number, row in enumerate(rows, start=1):
            self._row(grid, row, PLAIN)
            progress(number)
        if totals is not None:
            self._row(grid, totals, BOLD)

    def save(self) -> None:
        """Ends the last page and the document."""
        self._end_page()
        canvas = self._canvas
        canvas.beginForm(_TOTAL_PAGES)
        canvas.setFont(PLAIN, 7.5)
        canvas.drawString(0, 0, str(self._page))
        canvas.endForm()
        canvas.save()

    def _head(self, grid: "_Grid") -> None:
        cells = [
            self._lines.wrapped(text, BOLD, grid.size, room, 4)
            for text, room in zip(grid.heads, grid.rooms, strict=True)
        ]
        height = max(len(cell) for cell in cells) * grid.leading + 2 * PAD
        self.need(height + 3 * grid.leading)
        self._canvas.setFillColorRGB(*_HEAD_FILL)
        self._canvas.rect(self.left, self.y - height, self.right - self.left, height, stroke=0, fill=1)
        self._canvas.setFillColorRGB(0, 0, 0)
        self._cells(grid, cells, BOLD, height)

    def _row(self, grid: "_Grid", row: Cells, font: str) -> None:
        cells = [
            self._lines.wrapped(text, font, grid.size, room, MOST_LINES)
            for text, room in zip(row, grid.rooms, strict=True)
        ]
        height = max(len(cell) for cell in cells) * grid.leading + 2 * PAD
        if self.space < height:
            self.new_page()
            self._head(grid)
        self._cells(grid, cells, font, height)

    def _cells(self, grid: "_Grid", cells: Sequence[Sequence[str]], font: str, height: float) -> None:
        canvas = self._canvas
        canvas.setFont(font, grid.size)
        x, first = self.left, self.y - PAD - grid.size * 0.8
        for lines, width, room, right in zip(cells, grid.widths, grid.rooms, grid.right, strict=True):
            for i, line in enumerate(lines):
                if not line:
                    continue
                y = first - i * grid.leading
                if right:
                    canvas.drawRightString(x + width - PAD, y, line)
                else:
                    canvas.drawString(x + width - PAD - room, y, line)
            x += width
        self.y -= height
        canvas.setStrokeColorRGB(*_RULE)
        canvas.line(self.left, self.y, self.right, self.y)
        canvas.setStrokeColorRGB(0, 0, 0)

    def _put(self, text: str, font: str, size: float, *, align: str) -> None:
        self._canvas.setFont(font, size)
        if align == "center":
            self._canvas.drawCentredString(self._width / 2, self.y, text)
        elif align == "right":
            self._canvas.drawRightString(self.right, self.y, text)
        else:
            self._canvas.drawString(self.left, self.y, text)

    def _end_page(self) -> None:
        """The foot; how many pages there are is filled in when the last one is written."""
        canvas = self._canvas
        canvas.setFont(PLAIN, 7.5)
        say = {"page": self._page}
        words = printable(translate("xapi", self._language, "Halaman %(page)s dari ", say))
        room = self._lines.width(words, PLAIN, 7.5) + 24
        title = self._lines.wrapped(self._foot, PLAIN, 7.5, self.right - self.left - room - 12, 1)[0]
        canvas.drawString(self.left, FOOT - 12, title)
        canvas.drawString(self.right - room, FOOT - 12, words)
        canvas.saveState()
        canvas.translate(self.right - 24, FOOT - 12)
        canvas.doForm(_TOTAL_PAGES)
        canvas.restoreState()
        canvas.showPage()


class _Grid:
    """The columns of a table on a page that is `room` wide: their widths, heads and sides, and the size of the text."""

    def __init__(self, columns: Sequence[Column], room: float, language: str) -> None:
        units = sum(column.width for column in columns)
        unit = room / units
        self.size = min(9.0, max(6.0, unit * 1.8))
        self.leading = self.size * 1.2
        self.widths = [column.width * unit for column in columns]
        self.right = [column.kind in RIGHT for column in columns]
        # A text that follows a number would touch it.
        before = [False, *self.right[:-1]]
        self.rooms = [
            width - 2 * PAD - (APART if after and not right else 0)
            for width, after, right in zip(self.widths, before, self.right, strict=True)
        ]
        self.heads = [translate("xapi", language, column.header) for column in columns]


class _Lines:
    """Breaks texts into lines; most texts of a report come again and again, so what was broken once is kept."""

    def __init__(self) -> None:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        self.width = stringWidth
        self._known: dict[tuple[str, str, float, float], list[str]] = {}

    def wrapped(self, text: str, font: str, size: float, room: float, most: int) -> list[str]:
        """`text` in lines no wider than `room`, at most `most`; what is too much is left out behind an ellipsis."""
        key = (text, font, size, room)
        found = self._known.get(key)
        if found is None:
            found = self._broken(printable(text), font, size, room)
            if len(self._known) < 50_000:
                self._known[key] = found
        if len(found) <= most:
            return found
        return [*found[: most - 1], self._cut(found[most - 1], font, size, room)]

    def _broken(self, text: str, font: str, size: float, room: float) -> list[str]:
        if self.width(text, font, size) <= room:
            return [text]
        lines, line = [], ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if self.width(longer, font, size) <= room:
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while self.width(line, font, size) > room and len(line) > 1:
                fits = self._fitting(line, font, size, room)
                lines.append(line[:fits])
                line = line[fits:]
        return [*lines, line]

    def _fitting(self, word: str, font: str, size: float, room: float) -> int:
        """How many characters of a word that is too long for a line stand in it, at least one."""
        fits = len(word)
        while fits > 1 and self.width(word[:fits], font, size) > room:
            fits -= 1
        return fits

    def _cut(self, line: str, font: str, size: float, room: float) -> str:
        while line and self.width(f"{line}…", font, size) > room:
            line = line[:-1]
        return f"{line}…"


def printable(text: str) -> str:
    """`text` in the characters of the standard fonts (Windows-1252); others lose their accents or become `?`."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return "".join(_plain(char) for char in unicodedata.normalize("NFC", text))
    return text


def _plain(char: str) -> str:
    for candidate in (char, unicodedata.normalize("NFKD", char)[0]):
        try:
            candidate.encode("cp1252")
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"
