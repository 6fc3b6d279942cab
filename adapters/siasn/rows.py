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
ENOUGH = 2  # of number, name and dates


@dataclass(frozen=True, slots=True)
class Held:
    """A training on record. `id` is SIASN's number of the record; `name` as people read it; `number` of the
    certificate; `kind` a jenisDiklat; `structural` the id of a latihanStruktural, "" for a kursus; dates may be
    missing."""

    id: str
    name: str
    number: str
    first: date | None
    last: date | None
    kind: int
    structural: str = ""

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
    number = next(filter(None, (_text(row, name) for name in NUMBERS[record.name])), "")
    if record is DIKLAT:
        training = _text(row, "latihanStrukturalId")
        name = _text(row, "latihanStrukturalNama") or STRUCTURAL_TRAINING.get(training, "")
        first, last = _dates(row, "tanggal", "tanggalSelesai")
        return Held(_text(row, "id"), name, number, first, last, STRUCTURAL, training)
    kind = _text(row, "jenisDiklatId")
    known = int(kind) if kind.isascii() and kind.isdigit() and int(kind[:4]) in KINDS else COURSE
    first, last = _dates(row, "tanggalKursus", "tanggalSelesaiKursus")
    return Held(_text(row, "id"), _text(row, "namaKursus"), number, first, last, known)


def find_same(rows: Iterable[Mapping[str, Any]], body: Mapping[str, Any], record: Record) -> str | None:
    """The number of the first of `rows` that is the same training as `body`, None when there is none."""
    wanted = held_of(body, record)
    found = (held for held in (held_of(row, record) for row in rows) if held.id and held.is_same(wanted))
    return next((held.id for held in found), None)


def _dates(row: Mapping[str, Any], start: str, end: str) -> tuple[date | None, date | None]:
    first, last = _day(row, start), _day(row, end)
    return first or last, last or first


def _day(row: Mapping[str, Any], name: str) -> date | None:
    with suppress(SheetError):
        return date_of(_text(row, name) or None)
    return None


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None or not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    with suppress(SheetError):
        return text_of(value)
    return ""
