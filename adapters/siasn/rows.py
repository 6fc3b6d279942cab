"""Rows of riwayat kursus and riwayat diklat as one value, and whether two of them are the same training.

Reading spells some fields otherwise than writing (`noSertipikat` for `nomorSertipikat`); a row may have either.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from adapters.siasn.references import COURSE, DIKLAT, KINDS, STRUCTURAL, STRUCTURAL_TRAINING, Record
from xapi.sheet import SheetError, date_of, plain_name, text_of

NUMBERS = {
    "kursus": ("noSertipikat", "nomorSertipikat", "noSertifikat", "nomorSertifikat"),
    "diklat": ("nomor",),
}
KIND_NUMBERS = {str(number): number for number in KINDS}
NO_ID = "?"
ID = re.compile(r"[\w-]{1,64}", re.ASCII)
MOST_NUMBER = 10**9
ENOUGH = 2  # of number, name and dates


@dataclass(frozen=True, slots=True)
class Held:
    """A training on record. `id` is SIASN's number of the record; `name` as people read it; `number` of the
    certificate; `kind` a jenisDiklat; `structural` the id of a latihanStruktural, "" for a kursus; dates may be
    missing, and `said_year` is a text."""

    id: str
    name: str
    number: str
    first: date | None
    last: date | None
    kind: int
    structural: str = ""
    said_year: str = ""

    @property
    def year(self) -> int | None:
        """The year in which it ended, or else the one that the record names; None when it names none."""
        if self.last is not None:
            return self.last.year
        return int(self.said_year) if re.fullmatch(r"[12]\d{3}", self.said_year, re.ASCII) else None

    def is_same(self, other: "Held") -> bool:
        """Whether two of three agree: the number, the name, both dates. What is missing agrees with nothing."""
        number = plain_number(self.number)
        agreeing = (
            bool(number) and number == plain_number(other.number),
            bool(self._named()) and self._named() == other._named(),
            self.first is not None and (self.first, self.last) == (other.first, other.last),
        )
        return sum(agreeing) >= ENOUGH

    def _named(self) -> str:
        return self.structural or plain_name(self.name)


def plain_number(number: str) -> str:
    """The number of a certificate without case and signs, "" for one that is none (`-`, `tidak ada`)."""
    plain = re.sub(r"[^0-9a-z]", "", unicodedata.normalize("NFKC", number).casefold())
    return plain if any(sign.isdigit() and sign != "0" for sign in plain) else ""


def held_of(row: Mapping[str, Any], record: Record) -> Held:
    """The training that a `row` of `record`, or the body of one, tells of; a date that cannot be read is missing."""
    number = next(filter(None, (text_in(row, name) for name in NUMBERS[record.name])), "")
    if record is DIKLAT:
        training = text_in(row, "latihanStrukturalId")
        name = text_in(row, "latihanStrukturalNama") or STRUCTURAL_TRAINING.get(training, "")
        first, last = _dates(row, "tanggal", "tanggalSelesai")
        return Held(_id(row), name, number, first, last, STRUCTURAL, training, text_in(row, "tahun"))
    known = KIND_NUMBERS.get(text_in(row, "jenisDiklatId"), COURSE)
    first, last = _dates(row, "tanggalKursus", "tanggalSelesaiKursus")
    name, year = text_in(row, "namaKursus"), text_in(row, "tahunKursus")
    return Held(_id(row), name, number, first, last, known, said_year=year)


def find_same(rows: Iterable[Mapping[str, Any]], record: Record, wanted: Held) -> str | None:
    """The number of the first of `rows` of `record` that is the same training as `wanted`, None when there is none.

    One whose number cannot be used is there all the same: `NO_ID`.
    """
    found = (held for held in (held_of(row, record) for row in rows) if held.is_same(wanted))
    return next((held.id or NO_ID for held in found), None)


def _dates(row: Mapping[str, Any], start: str, end: str) -> tuple[date | None, date | None]:
    first, last = _day(row, start), _day(row, end)
    return first or last, last or first


def _day(row: Mapping[str, Any], name: str) -> date | None:
    with suppress(SheetError):
        return date_of(text_in(row, name) or None)
    return None


def text_in(row: Mapping[str, Any], name: str) -> str:
    """The field `name` of a row as one line of text; "" for what is neither text nor a number of ordinary size."""
    value = row.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < MOST_NUMBER:
        return text_of(value)
    with suppress(SheetError):
        return text_of(value) if isinstance(value, str) else ""
    return ""


def _id(row: Mapping[str, Any]) -> str:
    """The number of a record, "" for one that is no plain word: it is kept, and shown in receipts."""
    found = text_in(row, "id")
    return found if ID.fullmatch(found) else ""
