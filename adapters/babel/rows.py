"""A row of the sheet of learning without an LMS: a coaching or mentoring talk, an internship, a module studied."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from adapters.babel.rules import rule_of
from adapters.cells import FORM_NAMES, first_day, hundredths_of_jp, last_day, yes_or_no
from adapters.errors import AdapterError
from adapters.evidence import hash_of
from adapters.remote import Connection, OwnModule
from adapters.tables import any_words_of, between, one_of, words_of
from xapi.identity import Nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, text_of
from xapi.sheet_rows import RowReader

COACHING, MENTORING, ON_THE_JOB, INTERNSHIP = "coaching", "mentoring", "bimbingan-di-tempat-kerja", "magang"
EXCHANGE, SELF_STUDY, E_LEARNING = "pertukaran", "belajar-mandiri", "e-learning"
FIXED = (COACHING, MENTORING, ON_THE_JOB, INTERNSHIP, EXCHANGE)
"""Forms for which the rules pay a fixed JP each time: no JP is typed."""
STUDIED = (SELF_STUDY, E_LEARNING)
LETTER = (INTERNSHIP, EXCHANGE)
"""Forms for which the institution sends someone elsewhere, with a letter."""
COLUMNS = (
    Column("nip", "NIP", ("NIP Pegawai", "NIP Baru", "NIP/NI PPPK")),
    Column("name", "Nama", ("Nama Pegawai", "Nama Lengkap", "Name")),
    Column("kind", "Jenis", ("Bentuk", "Jenis Kegiatan", "Kind")),
    Column("topic", "Topik", ("Kegiatan", "Judul", "Tujuan", "Topic"), required=False),
    Column("module", "Modul", ("Kode modul", "Module"), required=False),
    Column("start", "Tanggal mulai", ("Tanggal", "Mulai", "Start")),
    Column("end", "Tanggal selesai", ("Selesai", "End"), required=False),
    Column("partner", "Mitra", ("Penyelenggara", "Perusahaan", "Tempat magang", "Partner"), required=False),
    Column("jp", "JP", ("Jumlah JP",), required=False),
    Column("score", "Nilai", ("Skor", "Score"), required=False),
    Column("letter", "Nomor surat tugas", ("Surat tugas", "Nomor SPT", "SPT"), required=False),
    Column("abroad", "Internasional", ("International",), required=False),
    Column("file", "Bukti", ("Berkas bukti", "Nama berkas", "Evidence"), required=False),
)
TITLES = {column.field: column.title for column in COLUMNS}
_KINDS = {
    "bimbingan": ON_THE_JOB, "on the job": ON_THE_JOB, "magang praktik kerja": INTERNSHIP,
    "praktik kerja": INTERNSHIP, "microlearning": E_LEARNING, "modul": E_LEARNING, "elearning": E_LEARNING,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """A good row: who learnt what from `start` to `end`, in a `form` (a slug), worth `jp` (hundredths).

    `module` is one of the library, None where there is none; `partner` an institution, "" when not said; `score` from 0
    to 100; `letter` the number of the letter; `evidence` the SHA-256 of the file ("": none).
    """

    row: int
    nip: Nip
    name: str = field(repr=False)
    form: str
    topic: str
    module: OwnModule | None
    start: date
    end: date
    partner: str
    jp: int
    score: float | None
    letter: str
    abroad: bool
    evidence: str


def read_row(row: RowReader, folder: Path, connection: Connection) -> Learnt | None:
    """The row, None when a cell of it is refused; files of evidence lie in `folder`."""
    today = connection.clock().astimezone(connection.zone).date()
    nip, name = row.cell("nip", nip_of), row.cell("name", words_of)
    form = row.cell("kind", lambda cell: _kind(cell, connection.forms))
    topic, module = row.cell("topic", any_words_of), row.cell("module", lambda cell: _module(cell, connection))
    start = row.cell("start", lambda cell: first_day(cell, today))
    end = row.cell("end", lambda cell: last_day(cell, start, today))
    partner, letter = row.cell("partner", any_words_of), row.cell("letter", any_words_of)
    declared = row.cell("jp", lambda cell: hundredths_of_jp(cell) if text_of(cell) else None)
    score, abroad = row.cell("score", between(0, 100)), row.cell("abroad", yes_or_no)
    evidence = row.cell("file", lambda cell: hash_of(cell, folder))
    if not row.good or nip is None or form is None or start is None:
        return None
    if module is None and not topic:
        row.refuse("topic", AdapterError("cell.empty", "an empty cell"))
    if module is not None and form not in STUDIED:
        row.refuse("module", AdapterError("babel.module_kind", "no module belongs to it"))
    if form in LETTER and not partner:
        row.refuse("partner", AdapterError("babel.partner", "where they were"))
    form = module.form if module is not None else form  # as it counts when it is launched
    jp = _jp(row, _Told(form, end or start, module, declared, bool(abroad)), connection)
    if not row.good or jp is None:
        return None
    return Learnt(
        row=row.number, nip=nip, name=name or "", form=form, topic=topic or "", module=module, start=start,
        end=end or start, partner=partner or "", jp=jp, score=score, letter=letter or "", abroad=bool(abroad),
        evidence=evidence or "",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Told:
    """What decides the JP of a row."""

    form: str
    day: date
    module: OwnModule | None
    jp: int | None
    abroad: bool


def _jp(row: RowReader, told: _Told, connection: Connection) -> int | None:
    """The JP: of the rules where they are fixed, of the module, or as declared; None when it is refused."""
    rule = rule_of(told.form, told.day, connection)
    paid = (rule.international_jp if told.abroad else rule.national_jp) if rule else None
    known = told.module.jp if told.module is not None else paid
    if known is not None and told.jp not in (None, known):
        error = AdapterError("babel.jp_differs", "another figure", jp=f"{known / 100:g}")
        row.refuse("jp", error)
        return None
    jp = known if known is not None else told.jp
    if jp is None:
        row.refuse("jp", AdapterError("cell.empty", "an empty cell"))
    return jp


def _kind(cell: Cell, forms: Collection[str]) -> str:
    known = [form for form in (*FIXED, *STUDIED) if form in forms]
    return one_of(known, {**FORM_NAMES, **_KINDS})(cell)


def _module(cell: Cell, connection: Connection) -> OwnModule | None:
    """The module of the library that a cell names by its id."""
    text = any_words_of(cell)
    if not text:
        return None
    found = connection.modules.get(text) or connection.modules.get(text.lower())
    if found is None:
        known = ", ".join(sorted(name for name in connection.modules if ":" not in name)[:20]) or "–"
        raise AdapterError("babel.module_unknown", "no such module", value=text[:60], known=known)
    return found
