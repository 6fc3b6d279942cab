"""The order of names in every list: by their letters, whatever their case and accents.

A database must sort as Python does, or the pages of a list would not fit together. So the order is one table of single
characters, which the SQL function `translate` takes as well (see `xapi.alphabet_database`).
"""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Final

_LATIN = (range(0xC0, 0x250), range(0x1E00, 0x1F00))  # letters with accents, up to those of Vietnamese
_MARKS = range(0x300, 0x370)  # accents that stand after their letter
#: Letters that Unicode does not take apart; one of two letters counts as the first.
_OTHERS: Mapping[str, str] = dict(zip("ÆæĐđÐðĦħıĸŁłŊŋØøŒœßÞþŦŧ‘’ʼ", "aaddddhhikllnnoooostttt'''", strict=True))


def _pairs() -> Iterator[tuple[str, str]]:
    yield from ((chr(code), chr(code).lower()) for code in range(ord("A"), ord("Z") + 1))
    yield from _OTHERS.items()
    for letter in (chr(code) for part in _LATIN for code in part):
        plain = unicodedata.normalize("NFKD", letter)[0].lower()
        if letter not in _OTHERS and plain.isascii() and plain.isalpha():
            yield letter, plain


#: Each character that counts as another one, and each that counts as none (None).
SAME: Final[Mapping[int, str | None]] = {ord(one): other for one, other in _pairs()} | dict.fromkeys(_MARKS)


def alphabetical(name: str) -> str:
    """The key that `name` is sorted by: `Éva` stands beside `Eva`, `de Jong` between `Darma` and `Dewi`."""
    return name.lower() if name.isascii() else name.translate(SAME)


def person_order(opd: str, name: str, last: str) -> tuple[str, ...]:
    """The key of a person in a list by OPD and name; `last` decides between namesakes."""
    return alphabetical(opd), opd, alphabetical(name), name, last
