"""Reads a schedule: the course and its rules from TOML, its sessions from the table that the TOML names."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path

from adapters.errors import AdapterError
from adapters.lan_elearning.schedule import (
    IMPLEMENTATION,
    KINDS,
    Course,
    PassRules,
    Schedule,
    Session,
    Subject,
    overlaps,
)
from adapters.lan_elearning.settings import Keys, Settings, hundredths, text_of
from adapters.moments import clock_of, zone_named
from adapters.tables import any_words_of, beside, day_of, one_of, read_table, shown, words_of, yes_of
from xapi.sheet import Cell, Column, date_of, plain_name
from xapi.sheet_rows import RefusedCell, RowReader

COURSE_KEYS = ("kode", "judul", "penyelenggara", "bentuk", "zona", "mulai", "selesai", "hari", "revisi", "kompetensi",
               "internasional")  # fmt: skip
RULE_KEYS = ("kehadiran", "video", "posting", "nilai_tugas", "tugas_terlambat")
FILE_KEYS = ("sesi", "peserta", "hadir", "forum", "tugas", "video", "implementasi", "bukti")
NEEDED = frozenset({"sesi", "peserta"})
SINGLE = frozenset({"sesi", "peserta", "bukti"})
SUBJECT_KEYS = ("kode", "judul", "jp")
COLUMNS = (
    Column("code", "Kode", ("Kode sesi", "Sesi", "Session")),
    Column("subject", "Mata pelatihan", ("Kode mata pelatihan", "Subject")),
    Column("title", "Judul", ("Topik", "Nama sesi", "Title"), required=False),
    Column("kind", "Jenis", ("Jenis sesi", "Kegiatan", "Kind")),
    Column("day", "Tanggal", ("Tgl", "Tanggal mulai", "Date")),
    Column("start", "Mulai", ("Jam mulai", "Pukul", "Start")),
    Column("last_day", "Tanggal selesai", ("Tgl selesai", "Batas tanggal", "End date"), required=False),
    Column("end", "Selesai", ("Jam selesai", "Batas", "End")),
    Column("group", "Kelompok", ("Grup", "Group"), required=False),
    Column("required", "Wajib", ("Required",), required=False),
)
MOST_COURSE_DAYS = 366
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KINDS = {
    "penugasan": "tugas", "tugas mandiri": "tugas", "obrolan": "live chat", "chat": "live chat",
    "livechat": "live chat", "forum diskusi": "forum", "diskusi": "forum", "klasikal": "tatap muka",
    "kelas": "tatap muka", "implementasi rancangan": "implementasi",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule, and the files beside it by what they hold (a name of `FILE_KEYS`)."""

    schedule: Schedule
    files: Mapping[str, tuple[Path, ...]]


def read_plan(path: Path, forms: Collection[str], refused: list[RefusedCell]) -> Plan | None:
    """The schedule at `path`, None when something in it is `refused`; `forms` are the known slugs.

    Raises AdapterError `lan.no_schedule` when the file is no TOML.
    """
    settings = Settings(path, refused)
    settings.only(("kursus", "lulus", "berkas", "mata_pelatihan"))
    course = _course(settings, forms)
    files = _files(settings.table("berkas", FILE_KEYS), path.parent)
    if refused or course is None:
        refused.sort(key=lambda bad: bad.row)
        return None
    table = files["sesi"][0]
    sessions = [one for row in read_table(table, COLUMNS, refused) if (one := _session(row, course))]
    if not refused:
        _check_together(sessions, table.name, refused)
    if refused:
        return None
    return Plan(Schedule(course=course, sessions=tuple(sorted(sessions, key=lambda one: one.start))), files)


def _course(settings: Settings, forms: Collection[str]) -> Course | None:
    keys = settings.table("kursus", COURSE_KEYS)
    zone = keys.read("zona", _zone)
    first, last = keys.day("mulai"), keys.day("selesai")
    if first and last and not 0 <= (last - first).days < MOST_COURSE_DAYS:
        keys.refuse("selesai", AdapterError("lan.course_days", "no such course", most=MOST_COURSE_DAYS))
    code = keys.read("kode", _code)
    title, organiser = keys.text("judul"), keys.text("penyelenggara")
    form = keys.one_of("bentuk", sorted(forms))
    counted = keys.one_of("hari", ("daring", "semua"), "daring")
    revision = keys.whole("revisi", (1, 99), 1)
    competency = keys.text("kompetensi") if keys.has("kompetensi") else ""
    international = keys.flag("internasional", False) if keys.has("internasional") else None
    subjects = _subjects(settings)
    rules = _rules(settings.table("lulus", RULE_KEYS))
    if zone is None or first is None or last is None or code is None:
        return None
    return Course(
        code=code, title=title, organiser=organiser, form=form, zone=zone[1], zone_name=zone[0], first=first,
        last=last, counted=counted, subjects=subjects, rules=rules, revision=revision, competency=competency,
        international=international,
    )  # fmt: skip


def _subjects(settings: Settings) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    seen: set[str | None] = set()
    listed = settings.tables("mata_pelatihan", SUBJECT_KEYS)
    if not listed:
        settings.refuse(("mata_pelatihan",), AdapterError("lan.no_subject", "no subject"))
    for keys in listed:
        code, title, jp = keys.read("kode", _code), keys.text("judul"), keys.read("jp", hundredths)
        if code in seen:
            keys.refuse("kode", AdapterError("lan.code_twice", "twice", value=code))
        seen.add(code)
        if code and jp:
            found[code] = Subject(code=code, title=title, jp=jp)
    return found


def _rules(keys: Keys) -> PassRules:
    usual = PassRules()
    return PassRules(
        attendance=keys.whole("kehadiran", (1, 100), usual.attendance),
        video=keys.whole("video", (1, 100), usual.video),
        posts=keys.whole("posting", (1, 1000), usual.posts),
        score=keys.whole("nilai_tugas", (0, 100)) if keys.has("nilai_tugas") else None,
        late_tasks=keys.flag("tugas_terlambat", usual.late_tasks),
    )


def _files(keys: Keys, folder: Path) -> dict[str, tuple[Path, ...]]:
    """The files by what they hold: a name or a list of names, all of them beside the schedule."""
    return {
        name: keys.read(name, partial(_beside, folder=folder, many=name not in SINGLE)) or ()
        for name in FILE_KEYS
        if keys.has(name) or name in NEEDED
    }


def _beside(value: object, folder: Path, *, many: bool) -> tuple[Path, ...]:
    names = value if isinstance(value, list) and many else [value]
    found = []
    for name in names:
        path = beside(folder, text_of(name))
        if path is None:
            raise AdapterError("lan.file_missing", "no such file", name=text_of(name))
        found.append(path)
    return tuple(found)


def _zone(value: object) -> tuple[str, tzinfo]:
    name = text_of(value)
    return name, zone_named(name)


def _code(value: object) -> str:
    text = text_of(value)
    if not _CODE.fullmatch(text):
        raise AdapterError("lan.code", "no code", value=shown(text))
    return text


def _session(row: RowReader, course: Course) -> Session | None:
    code = row.cell("code", lambda cell: _code(words_of(cell)))
    subject = row.cell("subject", lambda cell: _subject(cell, course))
    title, kind = row.cell("title", any_words_of), row.cell("kind", one_of(KINDS, _KINDS))
    day = row.cell("day", day_of)
    last_day = row.cell("last_day", lambda cell: date_of(cell) or day)
    start, end = row.cell("start", clock_of), row.cell("end", clock_of)
    group, required = row.cell("group", any_words_of), row.cell("required", _required)
    if not row.good or day is None or last_day is None or start is None or end is None:
        return None
    session = Session(
        code=code or "", subject=subject or "", title=title or course.subjects[subject or ""].title, kind=kind or "",
        start=datetime.combine(day, start, course.zone), end=datetime.combine(last_day, end, course.zone),
        group=group or "", required=bool(required), row=row.number,
    )  # fmt: skip
    _check_session(row, session, course)
    return session if row.good else None


def _check_session(row: RowReader, session: Session, course: Course) -> None:
    """Refuses a session that ends before it begins, or lies outside the days of the course."""
    if session.end <= session.start:
        row.refuse("end", AdapterError("lan.ends_before_start", "ends before it starts"))
        return
    last = session.end.date()
    latest = course.last + timedelta(days=MOST_COURSE_DAYS) if session.kind == IMPLEMENTATION else course.last
    if session.start.date() < course.first or last > latest:
        days = {"first": course.first.isoformat(), "last": latest.isoformat()}
        row.refuse("day", AdapterError("lan.outside_course", "outside the course", **days))


def _check_together(sessions: list[Session], file: str, refused: list[RefusedCell]) -> None:
    """Refuses codes that stand twice, sessions at the same time, a second implementation, and a table without any."""
    seen: dict[str, int] = {}
    titles = {column.field: column.title for column in COLUMNS}

    def refuse(row: int, field: str, error: AdapterError) -> None:
        refused.append(RefusedCell(row, titles.get(field, ""), error.code, error, file))

    for session in sessions:
        if session.code in seen:
            refuse(session.row, "code", AdapterError("lan.code_twice", "twice", value=session.code))
        seen[session.code] = session.row
    for before, after in overlaps(sessions):
        params = {"session": before.code, "row": before.row}
        refuse(after.row, "start", AdapterError("lan.overlap", "at the same time", **params))
    held = [session for session in sessions if session.kind == IMPLEMENTATION]
    for session in held[1:]:
        refuse(session.row, "kind", AdapterError("lan.implementation_twice", "twice", row=held[0].row))
    if not any(session.required for session in sessions if session not in held):
        refuse(0, "", AdapterError("lan.no_session", "no session decides over the pass"))


def _subject(cell: Cell, course: Course) -> str:
    text = words_of(cell)
    by_name = {plain_name(one.title): code for code, one in course.subjects.items()}
    code = text if text in course.subjects else by_name.get(plain_name(text))
    if code is None:
        raise AdapterError("lan.subject_unknown", "unknown", value=shown(text), known=", ".join(course.subjects))
    return code


def _required(cell: Cell) -> bool:
    return True if cell is None or cell == "" else yes_of(cell)
