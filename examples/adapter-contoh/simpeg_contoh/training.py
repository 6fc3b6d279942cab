"""A training as SIMPEG Contoh tells it, over HTTP and in CSV alike, and the record that it becomes."""

from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation

import msgspec

from adapters.records import LearningRecord
from simpeg_contoh.errors import ContohError
from xapi.intake import Identity
from xapi.vocabulary import COMPLETED, JAMPEL, TYPE_EVENT

MOST_JP = 2000


class Training(msgspec.Struct):
    """One row: `id` is the SIMPEG's own number of it, days are ISO dates, `jp` is a number as text."""

    id: int
    nip: str
    nama: str
    kegiatan: str
    penyelenggara: str
    bentuk: str
    mulai: date
    selesai: date
    jp: str
    sertifikat: str = ""


def record_of(training: Training, *, place: str, zone: tzinfo, forms: frozenset[str]) -> LearningRecord:
    """The record of `training`, found at `place`. Raises ContohError for what no rule can use."""
    if training.bentuk not in forms:
        raise ContohError("contoh.form_unknown", "unknown form", value=training.bentuk[:40])
    if training.selesai < training.mulai:
        raise ContohError("contoh.ends_before_start", "it ends before it starts")
    return LearningRecord(
        key=("simpeg_contoh", str(training.id)),  # the same each time: a record read twice is recorded once
        who=Identity(nip=training.nip, name=training.nama),
        place=place,
        verb=COMPLETED,
        activity=f"{JAMPEL}simpeg-contoh/kegiatan/{training.id}",
        activity_type=TYPE_EVENT,
        title=training.kegiatan,
        at=datetime.combine(training.selesai, time(12), zone),
        lasted=training.selesai - training.mulai,
        completed=True,
        jp=_hundredths(training.jp),
        form=training.bentuk,
        days=(training.selesai - training.mulai).days + 1,
        certificate=training.sertifikat,
        organiser=training.penyelenggara,
    )


def _hundredths(text: str) -> int:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as cause:
        raise ContohError("contoh.no_jp", "no number") from cause
    if not number.is_finite() or not 0 < number <= MOST_JP:
        raise ContohError("contoh.no_jp", "out of range")
    return int(number * 100)
