"""The plan of classes by radio or without any link: a row for each form, which is a session at a place."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from adapters.cells import FORM_NAMES, hundredths_of_jp
from adapters.errors import AdapterError
from adapters.moments import clock_of, zone_named
from adapters.radio.codes import code_of
from adapters.remote import Connection
from adapters.tables import any_words_of, between, day_of, one_of, read_table, shown, words_of
from xapi.audit.moments import ZONES
from xapi.identity import Nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, plain_name
from xapi.sheet_rows import RefusedCell, RowReader

NAMES = ("kelas.csv", "kelas.xlsx", "kelas.ods")
ROSTERS = ("peserta.csv", "peserta.xlsx", "peserta.ods")
LATE_WITHOUT, LATE_COUNTED = "tanpa JP", "dihitung"
LINES, MOST_LINES = 20, 500
TOLERANCE, MOST_TOLERANCE = 15, 240  # minutes
COLUMNS = (
    Column("course", "Kelas", ("Kode kelas", "Class")),
    Column("session", "Sesi", ("Kode sesi", "Siaran", "Session")),
    Column("title", "Judul", ("Judul kelas", "Title")),
    Column("topic", "Topik", ("Judul siaran", "Materi", "Topic"), required=False),
    Column("organiser", "Penyelenggara", ("Organiser",)),
    Column("form", "Bentuk", ("Jenis", "Form")),
    Column("jp", "JP", ("Jumlah JP", "JPL")),
    Column("day", "Tanggal", ("Tgl", "Date")),
    Column("start", "Mulai", ("Jam mulai", "Start")),
    Column("end", "Selesai", ("Jam selesai", "End")),
    Column("zone", "Zona", ("Zona waktu", "Time zone")),
    Column("place", "Tempat", ("Lokasi", "Desa", "Place")),
    Column("lines", "Baris", ("Jumlah baris", "Lines"), required=False),
    Column("tolerance", "Toleransi", ("Toleransi (menit)", "Tolerance"), required=False),
    Column("late", "Terlambat", ("Yang terlambat", "Late"), required=False),
)
PEOPLE = (
    Column("place", "Tempat", ("Lokasi", "Desa", "Place")),
    Column("nip", "NIP", ("NIP Peserta", "NIP Pegawai", "NIP Baru", "NIP/NI PPPK")),
    Column("name", "Nama", ("Nama Peserta", "Nama Lengkap", "Name")),
)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An attendance form: a session of a class at one `place`, with its printed `code`.

    `course` and `session` are codes, `form` is a slug, `jp` in hundredths. Who comes more than `tolerance` minutes
    after `start` is late, and gets the JP only where `late_counts`. `lines` are printed; the first of them are those of
    the `people` who are expected.
    """

    code: str
    course: str
    session: str
    title: str
    topic: str
    organiser: str
    form: str
    jp: int
    start: datetime
    end: datetime
    zone: str
    place: str
    lines: int
    tolerance: int
    late_counts: bool
    row: int
    people: tuple[tuple[Nip, str], ...] = field(default=(), repr=False)

    @property
    def session_key(self) -> tuple[str, str, str]:
        """What makes two forms the same session, wherever it was heard: organiser, class and session."""
        return (plain_name(self.organiser), plain_name(self.course), plain_name(self.session))

    @property
    def shared(self) -> tuple[object, ...]:
        """What all forms of a session have in common."""
        return (self.title, self.topic, self.form, self.jp, self.start, self.end)


def plan_beside(folder: Path, connection: Connection) -> Path:
    """The plan: as the setting `classes` names it, else the one in `folder`; raises AdapterError `radio.no_plan`."""
    named = connection.options.get("classes", "")
    found = [Path(named)] if named else [folder / name for name in NAMES]
    for table in found:
        if table.is_file():
            return table
    raise AdapterError("radio.no_plan", "no plan of classes", file=found[0].name)


def read_plan(path: Path, forms: Collection[str], refused: list[RefusedCell]) -> list[Form]:
    """The forms of the plan at `path`, with the people of the list beside it; `forms` are the known slugs."""
    found: list[Form] = []
    people = _people(path.parent, refused)
    rows: dict[str, int] = {}
    sessions: dict[tuple[str, str, str], Form] = {}
    for row in read_table(path, COLUMNS, refused):
        one = _form(row, forms, people)
        if one is None:
            continue
        first = sessions.setdefault(one.session_key, one)
        if one.code in rows:
            row.refuse("place", AdapterError("radio.form_twice", "twice", row=rows[one.code]))
        elif one.shared != first.shared:
            row.refuse("session", AdapterError("radio.session_differs", "another session", row=first.row))
        else:
            rows[one.code] = one.row
            found.append(one)
    if not found and not refused:
        error = AdapterError("radio.no_form", "a header and nothing below it")
        refused.append(RefusedCell(0, "", error.code, error, path.name))
    _refuse_strangers(people, found, refused)
    return found


People = dict[str, list[tuple[int, str, Nip, str]]]
"""Those who are expected, by the plain name of their place: row, file, NIP and name."""


def _people(folder: Path, refused: list[RefusedCell]) -> People:
    """Who is expected where; nobody when there is no list beside the plan."""
    path = next((folder / name for name in ROSTERS if (folder / name).is_file()), None)
    found: People = {}
    seen: dict[str, int] = {}
    for row in read_table(path, PEOPLE, refused) if path else ():
        place, nip, name = row.cell("place", words_of), row.cell("nip", nip_of), row.cell("name", words_of)
        if not row.good or nip is None:
            continue
        if nip.digits in seen:
            row.refuse("nip", AdapterError("radio.person_twice", "twice", row=seen[nip.digits]))
            continue
        seen[nip.digits] = row.number
        found.setdefault(plain_name(place or ""), []).append((row.number, row.file, nip, name or ""))
    return found


def _refuse_strangers(people: People, forms: Iterable[Form], refused: list[RefusedCell]) -> None:
    """A place in the list that no form is for is a slip: its people would be on no form."""
    known = {plain_name(form.place) for form in forms}
    if refused:
        return
    for place, listed in people.items():
        if place not in known:
            row, file, _nip, _name = listed[0]
            error = AdapterError("radio.place_unknown", "unknown", value=place[:40])
            refused.append(RefusedCell(row, "Tempat", error.code, error, file))


def _form(row: RowReader, forms: Collection[str], people: People) -> Form | None:
    course, session = row.cell("course", _code), row.cell("session", _code)
    title, topic = row.cell("title", words_of), row.cell("topic", any_words_of)
    organiser, place = row.cell("organiser", words_of), row.cell("place", words_of)
    form, jp = row.cell("form", one_of(forms, FORM_NAMES)), row.cell("jp", hundredths_of_jp)
    zone = row.cell("zone", _zone)
    day = row.cell("day", day_of)
    begins, ends = row.cell("start", clock_of), row.cell("end", clock_of)
    lines, tolerance = row.cell("lines", between(1, MOST_LINES)), row.cell("tolerance", between(0, MOST_TOLERANCE))
    late = row.cell("late", lambda cell: one_of((LATE_WITHOUT, LATE_COUNTED))(cell) if cell else LATE_WITHOUT)
    if not row.good or zone is None or day is None or begins is None or ends is None:
        return None
    if ends <= begins:
        row.refuse("end", AdapterError("radio.ends_before_start", "ends before it starts"))
        return None
    expected = tuple((nip, name) for _row, _file, nip, name in people.get(plain_name(place or ""), ()))
    return Form(
        code=code_of(organiser or "", course or "", session or "", place or ""), course=course or "",
        session=session or "", title=title or "", topic=topic or "", organiser=organiser or "", form=form or "",
        jp=jp or 0, start=datetime.combine(day, begins, zone[1]), end=datetime.combine(day, ends, zone[1]),
        zone=zone[0], place=place or "", lines=max(int(lines or LINES), len(expected)),
        tolerance=TOLERANCE if tolerance is None else int(tolerance), late_counts=late == LATE_COUNTED,
        row=row.number, people=expected,
    )  # fmt: skip


def _code(cell: Cell) -> str:
    text = words_of(cell)
    if not _CODE.fullmatch(text):
        raise AdapterError("radio.code", "no code", value=shown(text))
    return text


def _zone(cell: Cell) -> tuple[str, tzinfo]:
    text = words_of(cell)
    name = text.upper() if text.upper() in ZONES else text
    return name, zone_named(name)
