"""What a cell of a table holds, and how a text, a day or a header is read from one; strict about what Excel spoils."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from xapi.errors import XapiError
from xapi.identity import mask_nips_in

MOST_CHARACTERS = 500  # in one cell
MONTHS = {
    name: number
    for number, names in enumerate(
        ("januari january jan", "februari february feb pebruari", "maret march mar", "april apr", "mei may",
         "juni june jun", "juli july jul", "agustus august agu agt aug", "september sep sept",
         "oktober october okt oct", "november nov nopember", "desember december des dec"), 1)
    for name in names.split()
}  # fmt: skip
_SERIAL = re.compile(r"\d{5}", re.ASCII)
_EXCEL_DAY_0 = date(1899, 12, 30)
SERIALS = range(32874, 73051)  # 1990 to 2100: what is less is rather a postcode
#: The name of the day before a date, and a time with its zone behind it.
_BESIDE_DAY = re.compile(
    r"^[A-Za-z'’]{4,9}, *|(?<=\d)(?:, *|[ T]+)\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?"
    r"(?: ?(?:[AP]M|WIB|WITA|WIT|Z|[+-]\d{2}:?\d{2}))?$",
    re.ASCII | re.IGNORECASE,
)


class SheetError(XapiError):
    """A table or one of its cells cannot be read."""


class Formula(str):
    """A cell that holds a formula: its value depends on what Excel made of it, so it is never used."""


Cell = str | int | float | bool | datetime | date | Formula | None


def text_of(cell: Cell) -> str:
    """`cell` as one line of text, "" when empty; raises SheetError for a formula, an Excel error or an endless text."""
    if isinstance(cell, Formula):
        raise SheetError("sheet.formula", "a formula instead of a value")
    if cell is None or isinstance(cell, bool):
        return "" if cell is None else ("ya" if cell else "tidak")
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = " ".join(unicodedata.normalize("NFC", str(cell)).split())
    if len(text) > MOST_CHARACTERS:
        raise SheetError("sheet.too_long", f"{len(text)} characters", most=MOST_CHARACTERS)
    return text


def date_of(cell: Cell) -> date | None:
    """The day in `cell`, None when empty: a date cell, 2026-11-22, 22-11-2026, 22/11/2026, 22 November 2026, the name
    of the day before it or a time behind it, or the number of the day in Excel, 46348.

    The day stands before the month: 03/04/2026 is 3 April. Raises SheetError `sheet.date` for anything else, also for
    a day that does not exist.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = text_of(cell)
    if not text:
        return None
    if _SERIAL.fullmatch(text) and not isinstance(cell, bool) and int(text) in SERIALS:
        return _EXCEL_DAY_0 + timedelta(days=int(text))
    found = _day_month_year(text) if isinstance(cell, str) else None
    try:
        if found is not None:
            return date(*found)
    except ValueError:
        pass
    raise SheetError("sheet.date", "no date", value=mask_nips_in(text)[:30])


def _day_month_year(text: str) -> tuple[int, int, int] | None:
    text = _BESIDE_DAY.sub("", text)
    if iso := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text, re.ASCII):
        return int(iso[1]), int(iso[2]), int(iso[3])
    if local := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text, re.ASCII):
        return int(local[3]), int(local[2]), int(local[1])
    if words := re.fullmatch(r"(\d{1,2})[ -]([A-Za-z]+)[ -](\d{4})", text, re.ASCII):
        month = MONTHS.get(words[2].casefold())
        return (int(words[3]), month, int(words[1])) if month else None
    return None


def plain_name(header: object) -> str:
    """A header or a code word without case, signs and double spaces, for comparing."""
    text = unicodedata.normalize("NFKC", str(header)).casefold()
    return " ".join(re.sub(r"[^\w]+|_", " ", text).split())
