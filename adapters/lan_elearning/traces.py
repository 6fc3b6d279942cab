"""What the exports of a course say: who was there from when until when, wrote, handed in or watched, and when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from adapters.errors import AdapterError
from adapters.lan_elearning.participants import ACCOUNT, NAME, NIP, Participant, Participants
from adapters.lan_elearning.schedule import CHAT, CLASSROOM, FORUM, TASK, VIDEO, Schedule, Session
from adapters.moments import moment_of
from adapters.tables import between, read_table, words_of, yes_of
from xapi.sheet import Cell, Column, plain_name
from xapi.sheet_rows import RefusedCell, RowReader

_SESSION = Column("session", "Sesi", ("Kode sesi", "Kode", "Session"))
_TIME = Column("time", "Waktu", ("Waktu kirim", "Dikumpulkan", "Waktu pengumpulan", "Time", "Submitted"))
_WHO = (_SESSION, NIP, ACCOUNT, NAME)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "hadir": (
        *_WHO,
        Column("joined", "Masuk", ("Waktu masuk", "Bergabung", "Join time", "Joined"), required=False),
        Column("left", "Keluar", ("Waktu keluar", "Leave time", "Left"), required=False),
        Column("present", "Hadir", ("Kehadiran", "Keterangan", "Present"), required=False),
    ),
    "forum": (*_WHO, _TIME),
    "tugas": (*_WHO, _TIME, Column("score", "Nilai", ("Skor", "Grade", "Score"), required=False)),
    "video": (*_WHO, _TIME, Column("share", "Persen ditonton", ("Persen", "Ditonton", "Watched"))),
}
KINDS: Mapping[str, frozenset[str]] = {
    "hadir": frozenset({CHAT, CLASSROOM}),
    "forum": frozenset({FORUM}),
    "tugas": frozenset({TASK}),
    "video": frozenset({VIDEO}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A line of an export: `who` did something in `session` from `start` until `end`; `value` is a score or a share in
    percent, None where there is none."""

    session: Session
    who: Participant
    start: datetime
    end: datetime
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to read exports: the `schedule`, the `people`, and the time it is `now`."""

    schedule: Schedule
    people: Participants
    now: datetime


def read_traces(files: Mapping[str, Sequence[Path]], reading: Reading, refused: list[RefusedCell]) -> list[Trace]:
    """The traces in `files` (by `COLUMNS`); a line that cannot be used is `refused`."""
    sessions = {plain_name(session.code): session for session in reading.schedule.sessions}
    found: list[Trace] = []
    for kind in COLUMNS:
        for path in files.get(kind, ()):
            for row in read_table(path, COLUMNS[kind], refused):
                session = row.cell("session", partial(_session, sessions=sessions, kinds=KINDS[kind]))
                who = reading.people.of(row)
                if session is not None and who is not None and (trace := _READ[kind](row, session, who, reading)):
                    found.append(trace)
    return found


def _session(cell: Cell, sessions: Mapping[str, Session], kinds: frozenset[str]) -> Session:
    text = words_of(cell)
    session = sessions.get(plain_name(text))
    if session is None:
        raise AdapterError("lan.session_unknown", "unknown", value=text[:40])
    if session.kind not in kinds:
        raise AdapterError("lan.session_kind", "another kind", value=text[:40], kind=session.kind)
    return session


def _presence(row: RowReader, session: Session, who: Participant, reading: Reading) -> Trace | None:
    """From when until when; a sheet that only says whether someone came gives the whole session."""
    if row.cell("joined", _is_empty) and row.cell("left", _is_empty):
        present = row.cell("present", yes_of)
        if present and session.end > reading.now:
            row.refuse("present", AdapterError("lan.in_future", "not over yet"))
        return Trace(session=session, who=who, start=session.start, end=session.end) if present and row.good else None
    joined = row.cell("joined", lambda cell: _past(cell, reading))
    left = row.cell("left", lambda cell: _past(cell, reading))
    if joined is None or left is None:
        return None
    if left < joined:
        row.refuse("left", AdapterError("lan.left_before_joined", "negative duration"))
        return None
    if left <= session.start or joined >= session.end:
        row.refuse("joined", AdapterError("lan.outside_session", "outside", **_span(session, reading)))
        return None
    return Trace(session=session, who=who, start=max(joined, session.start), end=min(left, session.end))


def _act(row: RowReader, session: Session, who: Participant, reading: Reading, *, value: str = "") -> Trace | None:
    """What is done at one moment: a post, a task handed in, the end of a film."""
    at = row.cell("time", lambda cell: _past(cell, reading))
    number = row.cell(value, between(0, 100)) if value else None
    if at is None or not row.good:
        return None
    if at < session.start:
        row.refuse("time", AdapterError("lan.outside_session", "too early", **_span(session, reading)))
        return None
    return Trace(session=session, who=who, start=at, end=at, value=number)


_READ: Mapping[str, Callable[[RowReader, Session, Participant, Reading], Trace | None]] = {
    "hadir": _presence,
    "forum": _act,
    "tugas": partial(_act, value="score"),
    "video": partial(_act, value="share"),
}


def _is_empty(cell: Cell) -> bool:
    return cell is None or cell == ""


def _past(cell: Cell, reading: Reading) -> datetime:
    at = moment_of(cell, reading.schedule.course.zone)
    if at > reading.now:
        raise AdapterError("lan.in_future", "not yet")
    return at


def _span(session: Session, reading: Reading) -> dict[str, object]:
    zone = reading.schedule.course.zone_name
    return {"session": session.code, "start": f"{session.start:%Y-%m-%d %H:%M}", "end": f"{session.end:%Y-%m-%d %H:%M}",
            "zone": zone}  # fmt: skip
