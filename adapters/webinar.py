"""The participants of a video conference, as its program lists them: one line for each time that somebody came in."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from adapters.attendance import Attendance, HowToRead, Rows, Setting, kept_once
from adapters.cells import WEBINAR, first_day, form_of, hundredths_of_jp, words
from adapters.errors import AdapterError
from xapi.errors import JampelError, XapiError
from xapi.identity import Nip, looks_like_nip, mask_nips_in
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, SheetRow, date_of, text_of
from xapi.sheet_numbers import decimal_of
from xapi.sheet_rows import RowReader

LEAST_MINUTES = 45  # one JP: who stayed for less attended nothing that could be counted
MOST_MINUTES = 24 * 60
MAIL = "mbox"  # the issuer under which the intake knows mail addresses (xAPI 1.0.3 Data 2.4.2.3)
_MAIL = re.compile(r"[^\s@<>\"]{1,64}@[A-Za-z0-9.-]{1,255}")
_NIP = re.compile(r"(?<!\d)\d{8}[ ._-]?\d{6}[ ._-]?\d[ ._-]?\d{3}(?!\d)", re.ASCII)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})[ ,]+(\d{1,2}):(\d{2})(?::(\d{2}))? ?([AP])M", re.IGNORECASE)
_LOCAL = re.compile(r"\S+[ T]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?")


@dataclass(slots=True)
class _Guest:
    """Somebody who took part: since which row, under which name, and for how long."""

    row: int
    nip: Nip | None
    mail: str
    name: str = field(repr=False)
    day: date
    minutes: Decimal = Decimal(0)
    stays: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def attended(self) -> Decimal:
        """The minutes present: two devices at once count once, where the list says from when to when."""
        if not self.stays:
            return self.minutes
        total, until = timedelta(), datetime.min
        for start, end in sorted(self.stays):
            total += max(end - max(start, until), timedelta())
            until = max(until, end)
        return min(self.minutes, Decimal(round(total.total_seconds())) / 60)


def read_webinar(
    rows: Iterable[SheetRow], how: HowToRead, setting: Setting, tick: Callable[[int], None] = lambda _rows: None
) -> Rows:
    """Who stayed long enough, once each; who cannot be told apart, or left early, is left out and named by row."""
    held, guests = Rows(), dict[object, _Guest]()
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return held
    event = _event(first, how, setting, held)
    for row in chain((first,), remaining):
        tick(1)
        reader = RowReader(SheetRow(row.number, {**row.cells, **how.fixed}), how.titles, held.refused)
        guest = _guest(reader, setting)
        if event is not None and reader.cell("event", text_of) not in (event.title, None):
            reader.refuse("event", AdapterError("spreadsheet.one_event", "another event"))
        if guest is None:
            continue
        known = guests.setdefault(guest.nip or guest.mail.casefold(), guest)
        if known is not guest:
            known.minutes += guest.minutes
            known.stays += guest.stays
            known.day = min(known.day, guest.day)
    if event is None or held.refused:
        return held
    for guest in guests.values():
        if guest.attended < event.least:
            error = AdapterError("spreadsheet.left_early", "left early", minutes=int(guest.attended), least=event.least)
            setting.left_out.add(guest.row, how.titles["minutes"], error)
            continue
        held.found.append(_attendance(guest, event, setting))
    return held


@dataclass(frozen=True, slots=True)
class _Event:
    """What holds for everybody: JP None when the form, or the time, decides it."""

    title: str
    organiser: str
    form: str
    jp: int | None
    least: int


def _event(first: SheetRow, how: HowToRead, setting: Setting, held: Rows) -> _Event | None:
    """What the `first` row, and what is the same for all, say about the event."""
    reader = RowReader(SheetRow(first.number, {**first.cells, **how.fixed}), how.titles, held.refused)
    title, organiser = reader.cell("event", words), reader.cell("organiser", words)
    form = reader.cell("form", lambda cell: form_of(cell, setting.forms)) if reader.has("form") else WEBINAR
    jp = reader.cell("jp", hundredths_of_jp) if reader.has("jp") else None
    least = reader.cell("minimum", _minutes) if reader.has("minimum") else Decimal(LEAST_MINUTES)
    if not reader.good or title is None or organiser is None or form is None or least is None:
        return None
    return _Event(kept_once(title), kept_once(organiser), form, jp, int(least))


def _guest(reader: RowReader, setting: Setting) -> _Guest | None:
    """The person of a row; None when the row is refused, or names nobody who can be told from others."""
    name = reader.cell("name", text_of) or ""
    minutes = reader.cell("minutes", _minutes)
    joined, left = reader.cell("joined", _moment), reader.cell("left", _moment)
    day = reader.cell("start", lambda cell: _day(cell, joined, setting.today)) if reader.good else None
    mail = (reader.cell("email", text_of) or "").strip()
    nip = reader.cell("nip", nip_of) if reader.has("nip") else _nip_in(name)
    if not reader.good or minutes is None or day is None:
        return None
    if nip is None and not _MAIL.fullmatch(mail):
        setting.left_out.add(reader.number, "", AdapterError("spreadsheet.nobody", "neither NIP nor e-mail"))
        return None
    stays = [(joined, left)] if joined and left and left >= joined else []
    return _Guest(reader.number, nip, mail, _without_nip(name), day, minutes, stays)


def _attendance(guest: _Guest, event: _Event, setting: Setting) -> Attendance:
    jp = event.jp if event.jp is not None else _jp(guest, event, setting)
    account = ("", "") if guest.nip else (MAIL, f"mailto:{guest.mail.casefold()}")
    return Attendance(guest.row, guest.nip, guest.name, event.title, event.organiser, event.form, guest.day, guest.day,
                      jp, "", False, None, account=account)  # fmt: skip


def _jp(guest: _Guest, event: _Event, setting: Setting) -> int:
    """What the form pays for a day, or the JP that the time is worth."""
    rule = setting.rule(event.form, guest.day)
    if rule is not None and rule.national_jp is not None:
        return rule.national_jp
    edition = setting.rules.of_year(guest.day.year)
    return max(int(guest.attended * 100 / edition.settings.minutes_per_jp), 1)


def _minutes(cell: Cell) -> Decimal:
    text = text_of(cell)
    number = None if isinstance(cell, bool) else decimal_of(text)
    if number is None or not 0 <= number <= MOST_MINUTES:
        raise AdapterError("spreadsheet.minutes", "no number of minutes", value=mask_nips_in(text)[:30])
    return number


def _moment(cell: Cell) -> datetime | None:
    """A moment as the program writes it; with AM or PM the month stands first, as in America."""
    if cell is None or isinstance(cell, datetime):
        return cell
    text = text_of(cell)
    try:
        if match := _AMERICAN.fullmatch(text):
            month, day, year, hour, minute = (int(match[place]) for place in range(1, 6))
            hour = hour % 12 + (12 if match[7].upper() == "P" else 0)
            return datetime(year, month, day, hour, minute, int(match[6] or 0))
        day_of, match = date_of(cell), _LOCAL.match(text)
        if day_of is not None and match:
            hour, minute, second = (int(part or 0) for part in match.groups())
            return datetime(day_of.year, day_of.month, day_of.day, hour, minute, second)
    except (ValueError, XapiError):
        pass
    raise AdapterError("spreadsheet.moment", "no moment", value=mask_nips_in(text)[:30])


def _day(cell: Cell, joined: datetime | None, today: date) -> date:
    return first_day(cell if cell is not None else joined, today)


def _nip_in(name: str) -> Nip | None:
    """The NIP that participants are asked to put before their names."""
    match = _NIP.search(name)
    if match is None or not looks_like_nip(match.group()):
        return None
    try:
        return nip_of(match.group())
    except JampelError:
        return None


def _without_nip(name: str) -> str:
    return " ".join(_NIP.sub(" ", name).strip(" _-./|").split())
