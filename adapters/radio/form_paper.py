"""A form as an A4 PDF: the code on every page, boxes for the digits of a NIP, and room for a signature."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.radio.form_words import (
    CODE,
    COLUMNS,
    DIGITS,
    GROUPS,
    HEADING,
    OFFICER,
    about,
    instructions,
    lines_of,
    page_number,
    say,
)
from adapters.radio.plan import Form
from xapi.audit.paper import BOLD, MARGIN, PLAIN, printable

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

MONO = "Courier-Bold"
LINE = 25.0  # points, as every length here: a signature needs room
HEAD_LINE = 16.0
FOOT = 70.0
TAIL = 92.0
"""The height of what stands below the last line."""
BOX, PART = 9.2, 3.4
WIDTHS = (26.0, 184.0, 134.0, 58.0, 0.0)  # the signature has the rest
Line = tuple[int, str, str]


def paper_of(form: Form, language: str) -> bytes:
    """The PDF, in `language`; the same form is the same bytes."""
    from reportlab.lib.pagesizes import A4  # slow to load, and few forms are printed
    from reportlab.pdfgen.canvas import Canvas

    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang=language)
    canvas.setTitle(printable(f"{form.code} {form.title}"))
    canvas.setCreator("Jampel")
    _Sheet(canvas, form, language, A4).write()
    return target.getvalue()


class _Sheet:
    """Draws one form."""

    def __init__(self, canvas: "Canvas", form: Form, language: str, size: tuple[float, float]) -> None:
        self._canvas, self._form, self._language = canvas, form, language
        self._width, self._height = size
        room = self._width - 2 * MARGIN - sum(WIDTHS)
        self._widths = (*WIDTHS[:-1], room)

    def write(self) -> None:
        """All pages."""
        pages = list(self._pages(lines_of(self._form)))
        for number, lines in enumerate(pages, 1):
            top = self._head(first=number == 1)
            for line in lines:
                self._line(line, top)
                top -= LINE
            if number == len(pages):
                self._tail(top)
            self._foot(number, len(pages))
            self._canvas.showPage()
        self._canvas.save()

    def _pages(self, lines: Sequence[Line]) -> Sequence[Sequence[Line]]:
        """The lines of each page; the last leaves room for what stands below them."""
        left = list(lines)
        pages: list[Sequence[Line]] = []
        while True:
            room = self._head_bottom(first=not pages) - FOOT
            if len(left) * LINE + TAIL <= room:
                return [*pages, left]
            fits = min(int(room // LINE), len(left) - 1)  # one line at least goes with what stands below
            pages.append(left[:fits])
            left = left[fits:]

    def _head_bottom(self, *, first: bool) -> float:
        high = 158.0 + 12 * len(self._wrapped(instructions(self._form, self._language)[0], 8.5)) if first else 52.0
        return self._height - MARGIN - high

    def _head(self, *, first: bool) -> float:
        """The head of a page; returns where its first line begins."""
        form, canvas, top = self._form, self._canvas, self._height - MARGIN
        self._code(top, large=first)
        if first:
            self._put(MARGIN, top - 9, say(HEADING, self._language).upper(), BOLD, 9)
            for at, part in enumerate(self._wrapped(form.title, 14, BOLD, self._width - 2 * MARGIN - 150)[:2]):
                self._put(MARGIN, top - 26 - 16 * at, part, BOLD, 14)
            for at, (what, said) in enumerate(about(form, self._language)):
                y = top - 64 - 13 * at
                self._put(MARGIN, y, what, BOLD, 9)
                self._put(MARGIN + 92, y, self._cut(said, 9, self._width - 2 * MARGIN - 92), PLAIN, 9)
            for at, part in enumerate(self._wrapped(instructions(form, self._language)[0], 8.5)):
                self._put(MARGIN, top - 136 - 12 * at, part, PLAIN, 8.5)
        else:
            self._put(MARGIN, top - 14, self._cut(form.title, 10, self._width - 2 * MARGIN - 120), BOLD, 10)
        bottom = self._head_bottom(first=first)
        canvas.setFillGray(0.92)
        canvas.rect(MARGIN, bottom, self._width - 2 * MARGIN, HEAD_LINE, stroke=0, fill=1)
        canvas.setFillGray(0)
        for x, width, head in zip(self._lefts(), self._widths, COLUMNS, strict=True):
            canvas.rect(x, bottom, width, HEAD_LINE)
            self._put(x + 3, bottom + 5, say(head, self._language), BOLD, 8.5)
        return bottom

    def _code(self, top: float, *, large: bool) -> None:
        right, high = self._width - MARGIN, 44.0 if large else 22.0
        width = 138.0 if large else 92.0
        self._canvas.setLineWidth(1.5)
        self._canvas.rect(right - width, top - high, width, high)
        self._canvas.setLineWidth(0.5)
        self._canvas.setFont(MONO, 22 if large else 14)
        self._canvas.drawCentredString(right - width / 2, top - high + (9 if large else 6), self._form.code)
        if large:
            self._canvas.setFont(PLAIN, 8)
            self._canvas.drawCentredString(right - width / 2, top - 11, printable(say(CODE, self._language)))

    def _line(self, line: Line, top: float) -> None:
        number, nip, name = line
        lefts, bottom = self._lefts(), top - LINE
        for x, width in zip(lefts, self._widths, strict=True):
            self._canvas.rect(x, bottom, width, LINE)
        self._put(lefts[0] + 4, bottom + 9, str(number), PLAIN, 9)
        if nip:
            self._put(lefts[1] + 4, bottom + 8, nip, MONO, 11)
        else:
            self._boxes(lefts[1] + 3, bottom + 5)
        self._put(lefts[2] + 3, bottom + 9, self._cut(name, 9, self._widths[2] - 6), PLAIN, 9)

    def _boxes(self, x: float, y: float) -> None:
        self._canvas.setStrokeGray(0.55)
        for at in range(DIGITS):
            x += PART if at in GROUPS else 0
            self._canvas.rect(x, y, BOX, LINE - 10)
            x += BOX
        self._canvas.setStrokeGray(0)

    def _tail(self, top: float) -> None:
        for at, part in enumerate(self._wrapped(instructions(self._form, self._language)[1], 8.5)):
            self._put(MARGIN, top - 16 - 12 * at, part, PLAIN, 8.5)
        self._put(MARGIN, top - 48, say(OFFICER, self._language), PLAIN, 9)
        self._canvas.line(MARGIN, top - 84, MARGIN + 260, top - 84)

    def _foot(self, number: int, pages: int) -> None:
        text = f"{self._form.code}   {page_number(number, pages, self._language)}"
        self._canvas.setFont(PLAIN, 8)
        self._canvas.drawRightString(self._width - MARGIN, 40, printable(text))
        self._put(MARGIN, 40, self._cut(self._form.place, 8, 300), PLAIN, 8)

    def _lefts(self) -> list[float]:
        return [MARGIN + sum(self._widths[:at]) for at in range(len(self._widths))]

    def _put(self, x: float, y: float, text: str, font: str, size: float) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, y, printable(text))

    def _wrapped(self, text: str, size: float, font: str = PLAIN, room: float = 0) -> list[str]:
        from reportlab.lib.utils import simpleSplit

        return simpleSplit(printable(text), font, size, room or self._width - 2 * MARGIN)

    def _cut(self, text: str, size: float, room: float) -> str:
        """`text`, or as much of it as has room."""
        shown = printable(text)
        while shown and self._canvas.stringWidth(shown, PLAIN, size) > room:
            shown = shown[:-1]
        return shown if shown == printable(text) else f"{shown[:-1]}…"
