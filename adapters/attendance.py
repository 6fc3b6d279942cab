"""The rows of an attendance sheet: which columns there are, and what each cell must be."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from adapters.errors import AdapterError
from xapi.identity import Nip, contains_nip, looks_like_nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, SheetRow, date_of, plain_name, text_of
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RefusedCell, RowReader

COLUMNS = (
    Column("nip", "NIP", ("NIP Peserta", "NIP Pegawai", "NIP Baru", "NIP/NI PPPK", "NIP/NIPPPK", "Employee Number")),
    Column("name", "Nama", ("Nama Peserta", "Nama Lengkap", "Nama Pegawai", "Name", "Full Name")),
    Column("event", "Kegiatan", ("Nama Kegiatan", "Nama Pelatihan", "Judul Kegiatan", "Nama Diklat", "Event")),
    Column("organiser", "Penyelenggara", ("Penyelenggara Kegiatan", "Instansi Penyelenggara", "Organiser")),
    Column("form", "Bentuk", ("Bentuk Pelatihan", "Bentuk Kegiatan", "Bentuk Pengembangan", "Jenis", "Form")),
    Column("start", "Tanggal mulai", ("Mulai", "Tgl Mulai", "Start Date", "Start")),
    Column("end", "Tanggal selesai", ("Selesai", "Tgl Selesai", "End Date", "End"), required=False),
    Column("jp", "JP", ("Jumlah JP", "JPL", "Jam Pelajaran", "Total Jam Pelajaran", "Lesson Hours")),
    Column("certificate", "Nomor sertifikat", ("No Sertifikat", "Nomor STTPP", "Certificate Number"), required=False),
    Column("international", "Internasional", ("International",), required=False),
    Column("days", "Hari", ("Jumlah Hari", "Days"), required=False),
    Column("quantity", "Semester atau bulan", ("Jumlah Semester", "Jumlah Bulan", "Quantity"), required=False),
)
TITLES = {column.field: column.title for column in COLUMNS}
FORM_NAMES = {
    "bimtek": "bimbingan-teknis", "lokakarya": "workshop", "konferensi": "seminar", "sarasehan": "seminar",
    "pjj": "pelatihan-jarak-jauh", "diklat teknis": "pelatihan-teknis", "diklat fungsional": "pelatihan-fungsional",
    "diklat manajerial": "pelatihan-manajerial", "elearning": "e-learning",
    "pelatihan kepemimpinan": "pelatihan-struktural-kepemimpinan",
}  # fmt: skip
YES = {"ya", "y", "yes", "1", "benar", "true"}
NO = {"", "tidak", "t", "n", "no", "0", "salah", "false"}
MOST_JP = Decimal(2000)  # no programme is longer: a larger number is a slip of the pen, or minutes
MOST_DECIMALS = 2
MOST_DAYS = 366
MOST_UNITS = 60


@dataclass(frozen=True, slots=True)
class Attendance:
    """One good row: who (`nip`, `name`) attended which event, from `start` to `end`.

    `jp` is in hundredths, as declared; `form` is a slug; `days` the days on which JP is counted and `quantity` the
    semesters or months, None when not said.
    """

    row: int
    nip: Nip
    name: str = field(repr=False)
    event: str
    organiser: str
    form: str
    start: date
    end: date
    jp: int
    certificate: str
    international: bool
    days: int | None
    quantity: int | None = None


def read_attendance(
    rows: Sequence[SheetRow], forms: frozenset[str], today: date
) -> tuple[list[Attendance], list[RefusedCell]]:
    """The good rows and every refused cell. `forms` are the known slugs; no event ends after `today`."""
    found: list[Attendance] = []
    refused: list[RefusedCell] = []
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        reader = RowReader(row, TITLES, refused)
        attendance = _attendance(reader, forms, today)
        if attendance is None:
            continue
        key = (attendance.nip, plain_name(attendance.event), plain_name(attendance.organiser), attendance.start,
               attendance.end)  # fmt: skip
        if key in seen:
            reader.refuse("nip", AdapterError("spreadsheet.row_twice", "the same attendance twice", first=seen[key]))
        else:
            seen[key] = row.number
            found.append(attendance)
    return found, refused


def _attendance(reader: RowReader, forms: frozenset[str], today: date) -> Attendance | None:
    """The row, or None when a cell is refused."""
    nip = reader.cell("nip", nip_of)
    name = reader.cell("name", _words)
    event = reader.cell("event", _words)
    organiser = reader.cell("organiser", _words)
    form = reader.cell("form", lambda cell: _form(cell, forms))
    start = reader.cell("start", lambda cell: _day(cell, today))
    end = reader.cell("end", lambda cell: _last_day(cell, start, today))
    jp = reader.cell("jp", hundredths_of_jp)
    certificate = reader.cell("certificate", _words_or_none)
    international = reader.cell("international", _yes_or_no)
    days = reader.cell("days", lambda cell: _days(cell, start, end))
    quantity = reader.cell("quantity", _quantity)
    if not reader.good or nip is None or start is None:
        return None
    return Attendance(reader.number, nip, name or "", event or "", organiser or "", form or "", start, end or start,
                      jp or 0, certificate or "", bool(international), days, quantity)  # fmt: skip


def hundredths_of_jp(cell: Cell) -> int:
    """JP in a cell, with comma or dot, as hundredths: `1,5` is 150.

    Raises AdapterError for what is no number, zero or less, beyond 2000 JP, or written with more than two decimals:
    `1.250` may mean a thousand and more.
    """
    text = text_of(cell).removesuffix("JP").strip()
    number = decimal_of(text)
    if number is None or isinstance(cell, bool):
        raise AdapterError("spreadsheet.jp_no_number", "no number", value=text[:30])
    if number <= 0 or number > MOST_JP:
        raise AdapterError("spreadsheet.jp_range", "out of range", value=text[:30], most=int(MOST_JP))
    if -int(number.as_tuple().exponent) > MOST_DECIMALS:
        raise AdapterError("spreadsheet.jp_too_fine", "more than two decimals", value=text[:30])
    return int(number * 100)


def _words(cell: Cell) -> str:
    text = _words_or_none(cell)
    if not text:
        raise AdapterError("spreadsheet.cell_empty", "an empty cell")
    return text


def _words_or_none(cell: Cell) -> str:
    text = text_of(cell)
    if contains_nip(text) or looks_like_nip(text):
        raise AdapterError("spreadsheet.nip_in_text", "a NIP where none belongs")
    return text


def _form(cell: Cell, forms: frozenset[str]) -> str:
    text = _words(cell)
    known = {plain_name(slug): slug for slug in forms}
    plain = plain_name(text)
    slug = known.get(plain) or FORM_NAMES.get(plain)
    if slug is None or slug not in forms:
        raise AdapterError("spreadsheet.form_unknown", "unknown form", value=text[:50])
    return slug


def _day(cell: Cell, today: date) -> date:
    day = date_of(cell)
    if day is None:
        raise AdapterError("spreadsheet.cell_empty", "an empty cell")
    if day > today:
        raise AdapterError("spreadsheet.in_future", "a day that has not come", day=day.isoformat())
    return day


def _last_day(cell: Cell, start: date | None, today: date) -> date | None:
    if date_of(cell) is None:
        return start
    end = _day(cell, today)
    if start is not None and end < start:
        raise AdapterError("spreadsheet.ends_before_start", "ends before it starts", day=end.isoformat())
    if start is not None and (end - start).days >= MOST_DAYS * 10:
        raise AdapterError("spreadsheet.too_long", "an event of ten years", day=end.isoformat())
    return end


def _yes_or_no(cell: Cell) -> bool:
    text = text_of(cell).casefold()
    if text in YES:
        return True
    if text in NO:
        return False
    raise AdapterError("spreadsheet.yes_or_no", "neither ya nor tidak", value=text[:30])


def _days(cell: Cell, start: date | None, end: date | None) -> int | None:
    text = text_of(cell)
    if not text:
        return None
    length = (end - start).days + 1 if start is not None and end is not None else MOST_DAYS
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= min(length, MOST_DAYS):
        raise AdapterError("spreadsheet.days_range", "no number of days within the dates", value=text[:30], most=length)
    return int(text)


def _quantity(cell: Cell) -> int | None:
    text = text_of(cell)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text[:9]) <= MOST_UNITS:
        raise AdapterError("spreadsheet.quantity_range", "no number of months", value=text[:30], most=MOST_UNITS)
    return int(text)
