"""The layouts of attendance sheets that institutions use: which columns there are, and how a row of each is read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from adapters.attendance import Attendance, HowToRead, ReadRow, Rows, Setting, counted_jp, kept_once
from adapters.cells import (
    FORM_NAMES,
    MOST_UNITS,
    days_of,
    first_day,
    form_named,
    form_of,
    hundredths_of_jp,
    last_day,
    quantity_of,
    words,
    words_or_none,
    yes_or_no,
)
from adapters.errors import AdapterError
from adapters.remote import N_
from adapters.webinar import read_webinar
from xapi.audit.rule_cells import QUANTITIES
from xapi.audit.rule_set import FormRule
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, SheetRow, plain_name, text_of
from xapi.sheet_layout import Known
from xapi.sheet_rows import RowReader

TITLES = {
    "nip": "NIP", "name": "Nama", "event": "Kegiatan", "organiser": "Penyelenggara", "form": "Bentuk",
    "start": "Tanggal mulai", "end": "Tanggal selesai", "jp": "JP", "certificate": "Nomor sertifikat",
    "international": "Internasional", "days": "Hari", "quantity": "Semester atau bulan", "file": "Berkas",
    "email": "Email", "joined": "Waktu masuk", "left": "Waktu keluar", "minutes": "Lama (menit)",
    "minimum": "Menit paling sedikit",
    "code": "Kode Jenis Pengembangan", "kind": "Jenis Diklat", "subkind": "Sub Jenis Diklat", "status": "Status",
}  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {
    "nip": ("NIP Peserta", "NIP Pegawai", "NIP Baru", "NIP/NI PPPK", "NIP/NIPPPK", "NI PPPK", "NIPPPK",
            "Nomor Induk Pegawai", "Employee Number"),
    "name": ("Nama Peserta", "Nama Lengkap", "Nama Pegawai", "Nama ASN", "Name", "Full Name"),
    "event": ("Nama Kegiatan", "Nama Pelatihan", "Judul Kegiatan", "Nama Diklat", "Judul Pelatihan", "Pelatihan",
              "Diklat", "Acara", "Event", "Training"),
    "organiser": ("Penyelenggara Kegiatan", "Penyelenggara Diklat", "Penyelenggara Pelatihan",
                  "Instansi Penyelenggara", "Organiser", "Organizer"),
    "form": ("Bentuk Pelatihan", "Bentuk Kegiatan", "Bentuk Pengembangan", "Bentuk Pengembangan Kompetensi",
             "Jenis Pengembangan", "Jenis", "Form"),
    "start": ("Mulai", "Tgl Mulai", "Tanggal Pelaksanaan", "Tanggal Kegiatan", "Tanggal", "Start Date", "Start",
              "Date"),
    "end": ("Selesai", "Tgl Selesai", "Sampai", "End Date", "End"),
    "jp": ("Jumlah JP", "JPL", "Jam Pelajaran", "Total Jam Pelajaran", "Jumlah Jam Pelajaran", "Jumlah Jam",
           "Lesson Hours"),
    "certificate": ("No Sertifikat", "No. Sertifikat", "Nomor STTPP", "No STTPP", "Nomor Sertifikat/STTPP",
                    "Certificate Number"),
    "international": ("International",),
    "days": ("Jumlah Hari", "Days"),
    "quantity": ("Jumlah Semester", "Jumlah Bulan", "Quantity"),
    "email": ("User Email", "Surel", "Alamat Email", "E-mail"),
    "joined": ("Join Time", "Waktu Bergabung", "Jam Masuk"),
    "left": ("Leave Time", "Jam Keluar"),
    "minutes": ("Duration (Minutes)", "Total Duration (Minutes)", "Time in Session (minutes)", "Durasi (Menit)"),
    "file": ("Nama Berkas", "Berkas Sertifikat", "File", "File Sertifikat"),
}  # fmt: skip
#: BPS's codes (Lampiran Surat Sestama B-031/BPS/2600/02/2019) and the forms that they stand for.
BPS_CODES = {
    "A1": "tugas-belajar", "A2": "izin-belajar", "B1": "pelatihan-struktural-kepemimpinan",
    "B2": "pelatihan-manajerial", "B3": "pelatihan-teknis", "B4": "pelatihan-fungsional",
    "B5": "pelatihan-sosial-kultural", "B6": "seminar", "B7": "workshop", "B8": "kursus", "B9": "penataran",
    "B10": "bimbingan-teknis", "B11": "sosialisasi", "C1": "coaching", "C2": "mentoring", "C3": "e-learning",
    "C4": "pelatihan-jarak-jauh", "C5": "detasering", "C6": "outbond", "C7": "patok-banding",
    "C8": "pertukaran", "C9": "belajar-mandiri", "C10": "komunitas-belajar", "C11": "magang",
}  # fmt: skip
KINDS = {
    "struktural": "pelatihan-struktural-kepemimpinan", "kepemimpinan": "pelatihan-struktural-kepemimpinan",
    "manajerial": "pelatihan-manajerial", "teknis": "pelatihan-teknis", "fungsional": "pelatihan-fungsional",
    "sosial kultural": "pelatihan-sosial-kultural", "sosiokultural": "pelatihan-sosial-kultural",
}  # fmt: skip
REJECTED = {"ditolak", "perbaikan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLayout:
    """A layout: its `name` as typed, its `title` (a message id), its columns, and how a row is `read`.

    `marks` are the columns by which it is told from others: where one is missing, a file is in no such layout, unless a
    person says so. Where people stand in several rows, `gather` reads all of them. With neither, the rows are totals
    of people, which are no activities: they are only compared.
    """

    name: str
    title: str
    known: Known
    marks: tuple[str, ...] = ()
    read: ReadRow | None = None
    gather: "Callable[[Iterable[SheetRow], HowToRead, Setting, Callable[[int], None]], Rows] | None" = None

    @property
    def records(self) -> bool:
        """Whether its rows become records."""
        return self.read is not None or self.gather is not None


def _known(fields: Sequence[str], required: Sequence[str], **names: tuple[str, ...]) -> Known:
    """The columns `fields`, of which some are `required`; `names` go before those that are known of a field."""
    once = {"nip", "name", "certificate", "file", "status"}  # never the same for a whole file
    return Known(
        names={one: (*names.get(one, ()), *NAMES.get(one, ())) for one in fields},
        titles={one: TITLES[one] for one in fields},
        required=tuple(required),
        settable=tuple(one for one in fields if one not in once),
        kind="attendance",
    )


def _generic(reader: RowReader, setting: Setting) -> Attendance | None:
    one = _attendance(reader, setting, lambda: reader.cell("form", lambda cell: form_of(cell, setting.forms)))
    if one is not None:
        _note_days(one, setting, reader)
    return one


def _attendance(reader: RowReader, setting: Setting, read_form: Callable[[], str | None]) -> Attendance | None:
    """The row as an attendance, None when a cell is refused; `read_form` reads the form."""
    nip = reader.cell("nip", nip_of)
    name = reader.cell("name", words if reader.has("name") else words_or_none)
    event, organiser = reader.cell("event", words), reader.cell("organiser", words)
    form = read_form()
    start = reader.cell("start", lambda cell: first_day(cell, setting.today))
    end = reader.cell("end", lambda cell: last_day(cell, start, setting.today))
    jp = reader.cell("jp", hundredths_of_jp)
    certificate = reader.cell("certificate", words_or_none)
    international = reader.cell("international", yes_or_no)
    days = reader.cell("days", lambda cell: days_of(cell, start, end))
    quantity = reader.cell("quantity", quantity_of)
    file = reader.cell("file", text_of)
    if not reader.good or nip is None or start is None or form is None:
        return None
    return Attendance(reader.number, nip, name or "", kept_once(event), kept_once(organiser), kept_once(form), start,
                      end or start, jp or 0, certificate or "", bool(international), days, quantity,
                      file or "")  # fmt: skip


def _note_days(one: Attendance, setting: Setting, reader: RowReader) -> None:
    """Says that an event over several days, of a form that is paid per day, is counted for one when it says none."""
    rule = setting.rule(one.form, one.end)
    if rule is None or one.days is not None or one.start == one.end:
        return
    if rule.counts_units(international=one.international) and rule.unit_paid(international=one.international) == "hari":
        length = (one.end - one.start).days + 1
        setting.notes.add(one.row, TITLES["days"], AdapterError("spreadsheet.one_day", "one day", days=length))


def _bps(reader: RowReader, setting: Setting) -> Attendance | None:
    """BPS's JP is converted already: what converts to it is recorded, so that nothing is converted twice.

    Where the rule pays by days or semesters, as many as make up the JP exactly; where it adds a percentage, the JP
    without it. A row that no such figure fits keeps its JP, and the difference is noted.
    """
    one = _attendance(reader, setting, lambda: reader.cell("code", lambda cell: _code(cell, setting.forms)))
    rule = setting.rule(one.form, one.end) if one is not None else None
    if one is None or rule is None:
        return one
    days, quantity = _units(one, rule)
    before = replace(one, days=days, quantity=quantity, jp=_unconverted(one, rule))
    counted = counted_jp(before, rule)
    if counted == one.jp:
        return before
    error = AdapterError("spreadsheet.jp_differs", "another figure", sheet=jp_text(one.jp), ledger=jp_text(counted))
    setting.notes.add(one.row, TITLES["jp"], error)
    return replace(before, jp=one.jp)


def _unconverted(one: Attendance, rule: FormRule) -> int:
    if not one.international or rule.international_jp is not None:
        return one.jp
    return round(one.jp * 100 / (100 + rule.international_percent))


def _units(one: Attendance, rule: FormRule) -> tuple[int | None, int | None]:
    """The days, and the months or semesters, that make up the JP of the row exactly and fit its dates; else none."""
    abroad = one.international
    fixed = rule.international_jp if abroad else rule.national_jp
    if fixed is None or not rule.counts_units(international=abroad) or one.jp % fixed:
        return one.days, one.quantity
    units = one.jp // fixed
    if rule.unit_paid(international=abroad) in QUANTITIES:
        return one.days, one.quantity or (units if units <= MOST_UNITS else None)
    return one.days or (units if units <= (one.end - one.start).days + 1 else None), one.quantity


def _code(cell: Cell, forms: frozenset[str]) -> str:
    text = words(cell)
    letter, number = text[:1].upper(), text[1:].strip(". ").lstrip("0")
    slug = BPS_CODES.get(letter + number)
    if slug is None or slug not in forms:
        raise AdapterError("spreadsheet.code_unknown", "unknown code", value=text[:10])
    return slug


def _sleman(reader: RowReader, setting: Setting) -> Attendance | None:
    """A report of Bangkom Sleman; what was rejected over there, or sent back, is left out."""
    status = reader.cell("status", words_or_none) or ""
    if plain_name(status) in REJECTED:
        error = AdapterError("spreadsheet.rejected_there", "rejected", status=status[:20])
        setting.left_out.add(reader.number, TITLES["status"], error)
        return None
    subkind = reader.cell("subkind", words_or_none) or ""
    one = _attendance(reader, setting, lambda: reader.cell("kind", lambda cell: _kind(cell, subkind, setting.forms)))
    if one is not None:
        _note_days(one, setting, reader)
    return one


def _kind(cell: Cell, subkind: str, forms: frozenset[str]) -> str:
    """The form that the sub-kind names, else the kind."""
    names: Mapping[str, str] = FORM_NAMES | KINDS
    kind = words(cell)
    for text in (subkind, kind):
        if text and (slug := form_named(text, forms, names)):
            return slug
    raise AdapterError("spreadsheet.form_unknown", "unknown form", value=f"{kind} {subkind}".strip()[:50])


def jp_text(hundredths: int) -> str:
    """JP for a sentence: `12,5`."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole},{rest:02}".rstrip("0").rstrip(",") if rest else str(whole)


_REST = ("certificate", "international", "days", "quantity", "file")
GENERIC = SheetLayout(
    name="kehadiran",
    title=N_("Lembar kehadiran Jampel"),
    known=_known(
        ("nip", "name", "event", "organiser", "form", "start", "end", "jp", *_REST),
        ("nip", "name", "event", "organiser", "form", "start", "jp"),
    ),
    read=_generic,
)
BPS = SheetLayout(
    name="bps",
    title=N_("BPS Sistem 20JP: kompetensi_input.xlsx"),
    known=_known(
        ("nip", "name", "event", "organiser", "code", "start", "end", "jp", *_REST),
        ("nip", "event", "organiser", "code", "start", "end", "jp"),
        jp=("Total Jam Pelajaran",),
        code=("Kode Pengembangan",),
    ),
    marks=("code",),
    read=_bps,
)
SLEMAN = SheetLayout(
    name="sleman",
    title=N_("Bangkom Sleman: ekspor laporan"),
    known=_known(
        ("nip", "name", "kind", "subkind", "event", "organiser", "start", "end", "jp", "status", *_REST),
        ("nip", "name", "kind", "event", "organiser", "start", "jp", "status"),
        jp=("Lama Pendidikan", "Lama Pelatihan (JP)"),
        kind=("Jenis",),
        subkind=("Sub Jenis",),
    ),
    marks=("kind", "status"),
    read=_sleman,
)
WEBINAR_LIST = SheetLayout(
    name="webinar",
    title=N_("Peserta konferensi video (Zoom)"),
    known=_known(
        ("nip", "name", "email", "joined", "left", "minutes", "event", "organiser", "form", "start", "jp", "minimum"),
        ("name", "minutes", "event", "organiser"),
        name=("Name (Original Name)", "Nama (Nama Asli)"),
    ),
    marks=("minutes",),
    gather=read_webinar,
)
