"""What a printed report wears: letterhead, signature block, and when it was made."""

from datetime import datetime

import msgspec
from babel.dates import format_date

from xapi.words import DEFAULT_LANGUAGE


class Signature(msgspec.Struct, frozen=True):
    """Who signs: place, office, name, and what stands below the name (rank, NIP), all as written in the settings."""

    place: str = ""
    office: str = ""
    name: str = ""
    below: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.office or self.name)


class Dress(msgspec.Struct, frozen=True):
    """`made_at` is local time where the institution is; `letterhead` its lines, the first ones the most important."""

    made_at: datetime
    institution: str = ""
    letterhead: tuple[str, ...] = ()
    signature: Signature = Signature()

    def day(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The day it was made, as people write it."""
        return format_date(self.made_at.date(), "d MMMM y", locale=language)
