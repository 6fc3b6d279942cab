"""NIP, the 18-digit number of a civil servant: read it strictly, recognise it where it must not stand, and mask it.

A PNS number is 8 digits of birth date, 6 of appointment (`YYYYMM`), 1 of sex and 3 of serial. A PPPK number has the
year of appointment, `21`-`29`, sex and serial instead. There is no check digit, and unusual numbers exist, so only the
shape is demanded; `plausible` says whether the parts make sense. A NIP shows birth date and sex: it is personal data,
therefore `str()` and `repr()` of one are masked and only `.digits` gives it away.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from xapi.errors import PeopleError

NIP_DIGITS = 18
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u2212\u200b\u200e\u200f\ufeff]+")
_LEADING_MARKS = "'`\u2018\u2019"
_RUN = re.compile(r"(?<!\d)\d(?:[\s.\-]?\d){17}(?![\s.\-]?\d)", re.ASCII)
_SHOWN = 3
_OLDEST_BIRTH_YEAR = 1920


@dataclass(frozen=True, slots=True, repr=False)
class Nip:
    """One NIP or NI PPPK. Parameters: `digits`, exactly 18 ASCII digits; `parse_nip` reads what people typed."""

    digits: str

    def __post_init__(self) -> None:
        if len(self.digits) != NIP_DIGITS or not (self.digits.isascii() and self.digits.isdigit()):
            raise PeopleError("people.nip_shape", "a NIP has exactly 18 digits", masked=mask_nip(self.digits))

    def __str__(self) -> str:
        return mask_nip(self.digits)

    def __repr__(self) -> str:
        return f"Nip({mask_nip(self.digits)})"

    @property
    def status_hint(self) -> Literal["PNS", "PPPK"] | None:
        """What digits 13-14 suggest: a month is a PNS, `21`-`29` a PPPK. Only a hint; the master data decides."""
        marker = int(self.digits[12:14])
        if 1 <= marker <= 12:
            return "PNS"
        return "PPPK" if 21 <= marker <= 29 else None

    @property
    def plausible(self) -> bool:
        """Whether the birth date exists, the sex digit is 1 or 2 and the appointment part fits a PNS or a PPPK."""
        return _plausible(self.digits)


def parse_nip(cell: object) -> Nip:
    """The NIP in `cell`, a text as people write it.

    Accepts spaces, dots, dashes and a leading apostrophe or backtick. Raises PeopleError: `people.nip_number` when the
    cell is a number (a spreadsheet has then already rounded the last digits), `people.nip_empty`, `people.nip_shape`.
    """
    if isinstance(cell, Nip):
        return cell
    if isinstance(cell, (int, float)):
        raise PeopleError("people.nip_number", "a NIP stored as a number has lost its last digits")
    if cell is None or (isinstance(cell, str) and not _clean(cell)):
        raise PeopleError("people.nip_empty", "the NIP is empty")
    if not isinstance(cell, str):
        raise PeopleError("people.nip_shape", f"a NIP is text, not {type(cell).__name__}", masked="***")
    return Nip(_clean(cell))


def looks_like_nip(text: object) -> bool:
    """Whether `text` as a whole parses as a NIP (18 digits, however separated), or is an 18-digit number."""
    if isinstance(text, bool) or not isinstance(text, (str, int)) or _is_too_short(text):
        return False
    cleaned = _clean(str(text))
    return len(cleaned) == NIP_DIGITS and cleaned.isascii() and cleaned.isdigit()


def contains_nip(text: str) -> bool:
    """Whether a plausible NIP stands anywhere inside `text`, for example in an IRI, a mail address or a sentence."""
    if _is_too_short(text):
        return False
    normal = unicodedata.normalize("NFKC", text)
    return any(_plausible(_SEPARATORS.sub("", match.group())) for match in _RUN.finditer(normal))


def mask_nip(text: object) -> str:
    """`text` with all but its last three characters hidden, safe for errors, logs and screens."""
    cleaned = _clean(str(text))
    if len(cleaned) <= 2 * _SHOWN:
        return "*" * len(cleaned)
    return "*" * (len(cleaned) - _SHOWN) + cleaned[-_SHOWN:]


def mask_nips_in(text: str) -> str:
    """`text` from elsewhere (an answer, an exception) with every run of 18 digits masked."""
    return _RUN.sub(lambda match: mask_nip(match.group()), unicodedata.normalize("NFKC", text))


def _is_too_short(text: str | int) -> bool:
    """Whether a text has no room for a NIP, as most texts have not; a sign that is no ASCII may stand for several."""
    return isinstance(text, str) and len(text) < NIP_DIGITS and text.isascii()


def _clean(text: str) -> str:
    """`text` without separators and the mark that spreadsheets put before a number kept as text."""
    normal = unicodedata.normalize("NFKC", text).strip().lstrip(_LEADING_MARKS)
    return _SEPARATORS.sub("", normal)


def _plausible(digits: str) -> bool:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return False
    pns = 1 <= int(digits[12:14]) <= 12
    pppk = 21 <= int(digits[12:14]) <= 29
    return birth.year >= _OLDEST_BIRTH_YEAR and int(digits[8:12]) > birth.year and (pns or pppk) and digits[14] in "12"
