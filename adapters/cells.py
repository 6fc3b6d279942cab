"""What a cell of an attendance sheet must be: texts without a NIP, forms, days, JP and counts; nothing is guessed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from adapters.errors import AdapterError
from adapters.tables import any_words_of, words_of
from xapi.identity import mask_nips_in
from xapi.sheet import Cell, date_of, plain_name, text_of
from xapi.sheet_numbers import decimal_of

WEBINAR = "webinar"  # a form whose rule the settings of the table choose
FORM_NAMES = {
    "bimtek": "bimbingan-teknis", "lokakarya": "workshop", "konferensi": "seminar", "sarasehan": "seminar",
    "seminar konferensi atau sarasehan": "seminar", "workshop atau lokakarya": "workshop",
    "pjj": "pelatihan-jarak-jauh", "diklat teknis": "pelatihan-teknis", "diklat fungsional": "pelatihan-fungsional",
    "diklat manajerial": "pelatihan-manajerial", "elearning": "e-learning",
    "pelatihan kepemimpinan": "pelatihan-struktural-kepemimpinan",
    "diklat struktural": "pelatihan-struktural-kepemimpinan", "diklat sosial kultural": "pelatihan-sosial-kultural",
    "magang praktik kerja": "magang", "benchmarking": "patok-banding",
}  # fmt: skip
YES = {"ya", "y", "yes", "1", "benar", "true"}
NO = {"", "tidak", "t", "n", "no", "0", "salah", "false", "-"}
MOST_JP = Decimal(2000)  # no programme is longer: a larger number is a slip of the pen, or minutes
MOST_DECIMALS = 2
MOST_DAYS = 366
MOST_UNITS = 60


def hundredths_of_jp(cell: Cell) -> int:
    """JP in a cell, with comma or dot, as hundredths: `1,5` is 150.

    Raises AdapterError for what is no number, zero or less, beyond 2000 JP, or written with more than two decimals:
    `1.250` may mean a thousand and more.
    """
    text = text_of(cell).removesuffix("JP").strip()
    number = decimal_of(text)
    if number is None or isinstance(cell, bool):
        raise AdapterError("spreadsheet.jp_no_number", "no number", value=mask_nips_in(text)[:30])
    if number <= 0 or number > MOST_JP:
        raise AdapterError("spreadsheet.jp_range", "out of range", value=mask_nips_in(text)[:30], most=int(MOST_JP))
    if -int(number.as_tuple().exponent) > MOST_DECIMALS:
        raise AdapterError("spreadsheet.jp_too_fine", "more than two decimals", value=mask_nips_in(text)[:30])
    return int(number * 100)


def words(cell: Cell) -> str:
    """A text that must be there; raises AdapterError for an empty cell, and as `words_or_none`."""
    text = words_or_none(cell)
    return text or words_of(cell)  # which says that it is empty


def words_or_none(cell: Cell) -> str:
    """A text; raises AdapterError when a NIP stands in it, SheetError for a formula."""
    return _words_in(cell) if type(cell) is str else any_words_of(cell)


@lru_cache(maxsize=4096)
def _words_in(cell: str) -> str:
    """As `words_or_none`: titles and organisers stand in thousands of rows."""
    return any_words_of(cell)


def form_of(cell: Cell, forms: frozenset[str], names: Mapping[str, str] = FORM_NAMES) -> str:
    """The slug of a form in a cell, by its own name or by one of `names`; raises AdapterError when nobody knows it."""
    text = words(cell)
    slug = form_named(text, forms, names)
    if slug is None:
        raise AdapterError("spreadsheet.form_unknown", "unknown form", value=text[:50])
    return slug


def form_named(text: str, forms: frozenset[str], names: Mapping[str, str] = FORM_NAMES) -> str | None:
    """The slug that `text` names, None when it names none of `forms`."""
    plain = plain_name(text)
    if plain == WEBINAR:
        return WEBINAR
    slug = names.get(plain) or plain.replace(" ", "-")
    return slug if slug in forms else None


def first_day(cell: Cell, today: date) -> date:
    """A day that has come; raises AdapterError for an empty cell or a day after `today`."""
    day = date_of(cell)
    if day is None:
        raise AdapterError("cell.empty", "an empty cell")
    if day > today:
        raise AdapterError("spreadsheet.in_future", "a day that has not come", day=day)
    return day


def last_day(cell: Cell, start: date | None, today: date) -> date | None:
    """The last day of what began at `start`, which is that day when nothing is said."""
    if date_of(cell) is None:
        return start
    end = first_day(cell, today)
    if start is not None and end < start:
        raise AdapterError("spreadsheet.ends_before_start", "ends before it starts", day=end)
    if start is not None and (end - start).days >= MOST_DAYS * 10:
        raise AdapterError("spreadsheet.too_long", "an event of ten years", day=end)
    return end


def yes_or_no(cell: Cell) -> bool:
    """Ya or tidak; nothing is tidak."""
    text = text_of(cell).casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise AdapterError("spreadsheet.yes_or_no", "neither ya nor tidak", value=mask_nips_in(text)[:30])


def days_of(cell: Cell, start: date | None, end: date | None) -> int | None:
    """A number of days within the dates, None when nothing is said."""
    text = text_of(cell)
    if not text:
        return None
    length = (end - start).days + 1 if start is not None and end is not None else MOST_DAYS
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= min(length, MOST_DAYS):
        raise AdapterError(
            "spreadsheet.days_range", "no number of days within the dates", value=mask_nips_in(text)[:30], most=length
        )
    return int(text)


def quantity_of(cell: Cell) -> int | None:
    """A number of months or semesters, None when nothing is said."""
    text = text_of(cell)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_UNITS:
        raise AdapterError("spreadsheet.quantity_range", "no number of months", value=text[:30], most=MOST_UNITS)
    return int(text)
