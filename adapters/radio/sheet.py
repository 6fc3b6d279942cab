"""The sheet into which a form is typed: its columns, and its lines when it comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from adapters.attendance import Notes
from adapters.errors import AdapterError
from adapters.moments import clock_of
from adapters.radio.codes import read_code
from adapters.radio.plan import Form
from adapters.tables import any_words_of, between, read_table, shown, words_of, yes_of
from xapi.identity import Nip
from xapi.people.roster_cells import nip_of
from xapi.sheet import Cell, Column, text_of
from xapi.sheet_rows import RefusedCell, RowReader

COLUMNS = (
    Column("code", "Kode formulir", ("Kode", "Form code")),
    Column("line", "Nomor baris", ("No", "Nomor", "Line")),
    Column("nip", "NIP", ("NIP Peserta", "NIP/NI PPPK")),
    Column("name", "Nama", ("Nama Peserta", "Name")),
    Column("present", "Hadir", ("Tanda tangan", "Present")),
    Column("came", "Jam datang", ("Datang", "Arrived"), required=False),
)
TITLES = {column.field: column.title for column in COLUMNS}
MOST_LINES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Someone who was there: the `row` of the sheet, the `form` and its `line`, and when they came."""

    row: int
    form: Form
    line: int
    nip: Nip
    name: str = field(repr=False)
    came: datetime

    @property
    def late(self) -> bool:
        """Whether they came later than the form allows."""
        return self.came > self.form.start + timedelta(minutes=self.form.tolerance)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A row that was read: its form and line; `nip` is None on a line that nobody filled in."""

    row: RowReader
    form: Form
    line: int
    nip: Nip | None
    present: Present | None


def read_lines(path: Path, forms: Mapping[str, Form], refused: list[RefusedCell], notes: Notes) -> list[Present]:
    """Those present by the sheet at `path`, which may hold several of the `forms` (by code); who was late is noted."""
    typed = [one for row in read_table(path, COLUMNS, refused) if (one := _line(row, forms)) is not None]
    _refuse_twice(typed)
    _refuse_missing(typed, path.name, refused)
    found = [one.present for one in typed if one.present is not None]
    for here in found:
        if here.late:
            minutes = int((here.came - here.form.start).total_seconds() // 60)
            kept = AdapterError("radio.late_counted", "late, with JP", minutes=minutes)
            lost = AdapterError("radio.late", "late, without JP", minutes=minutes)
            notes.add(here.row, TITLES["came"], kept if here.form.late_counts else lost)
    return found


def _line(row: RowReader, forms: Mapping[str, Form]) -> _Typed | None:
    form = row.cell("code", lambda cell: _form(cell, forms))
    number = row.cell("line", lambda cell: _number(cell, form))
    nip = row.cell("nip", lambda cell: None if cell is None or cell == "" else nip_of(cell))
    name = row.cell("name", any_words_of)
    present, came = row.cell("present", _yes), row.cell("came", lambda cell: _came(cell, form))
    if not row.good or form is None or number is None:
        return None
    if nip is None and not name and not present:
        return _Typed(row, form, number, None, None)  # a line that nobody wrote on
    if present is None:
        row.refuse("present", AdapterError("radio.present_or_not", "nobody says"))
    if nip is None and present:
        row.refuse("nip", AdapterError("cell.empty", "an empty cell"))
    expected = form.people[number - 1] if number <= len(form.people) else None
    if expected is not None and nip is not None and nip != expected[0]:
        row.refuse("nip", AdapterError("radio.other_person", "somebody else's line", line=number))
    if not row.good:
        return None
    if nip is None or not present:
        return _Typed(row, form, number, nip, None)
    here = Present(row=row.number, form=form, line=number, nip=nip, name=name or "", came=came or form.start)
    return _Typed(row, form, number, nip, here)


def _refuse_twice(typed: Sequence[_Typed]) -> None:
    """A line stands once, and a person is in one place at a time."""
    lines: dict[tuple[str, int], int] = {}
    people: dict[tuple[str, tuple[str, str, str]], int] = {}
    for one in typed:
        line = (one.form.code, one.line)
        if line in lines:
            one.row.refuse("line", AdapterError("radio.line_twice", "twice", row=lines[line]))
        lines.setdefault(line, one.row.number)
        if one.present is None or one.nip is None:
            continue
        person = (one.nip.digits, one.form.session_key)
        if person in people:
            one.row.refuse("nip", AdapterError("radio.person_twice", "twice", row=people[person]))
        people.setdefault(person, one.row.number)


def _refuse_missing(typed: Sequence[_Typed], file: str, refused: list[RefusedCell]) -> None:
    """Up to the last line that somebody wrote on, or is expected on, every line of a form must be there: one that was
    skipped would be a person who is lost."""
    if refused:
        return
    of_form: dict[str, list[_Typed]] = {}
    for one in typed:
        of_form.setdefault(one.form.code, []).append(one)
    for found in of_form.values():
        form, there = found[0].form, {one.line for one in found}
        last = max(len(form.people), *(one.line for one in found if one.nip is not None), 0)
        missing = [str(line) for line in range(1, last + 1) if line not in there]
        if missing:
            lines = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
            error = AdapterError("radio.lines_missing", "lines are missing", form=form.code, lines=lines)
            refused.append(RefusedCell(0, TITLES["line"], error.code, error, file))


def _form(cell: Cell, forms: Mapping[str, Form]) -> Form:
    text = words_of(cell)
    code = read_code(text)
    if code is None:
        raise AdapterError("radio.code_slip", "a slip of the pen", value=shown(text))
    found = forms.get(code)
    if found is None:
        raise AdapterError("radio.code_unknown", "no such form", value=code)
    return found


def _number(cell: Cell, form: Form | None) -> int:
    words_of(cell)
    number = between(1, form.lines if form else MOST_LINES)(cell)
    if number is None or number != int(number):
        raise AdapterError("cell.number", "no line", value=shown(text_of(cell)), least=1,
                           most=form.lines if form else MOST_LINES)  # fmt: skip
    return int(number)


def _yes(cell: Cell) -> bool | None:
    return yes_of(cell) if text_of(cell) else None


def _came(cell: Cell, form: Form | None) -> datetime | None:
    """When somebody came, not before the class began: who waited for it did not learn yet."""
    if form is None or cell is None or cell == "":
        return None
    moment = datetime.combine(form.start.date(), clock_of(cell), form.start.tzinfo)
    if moment >= form.end:
        raise AdapterError("radio.after_end", "after the end", end=f"{form.end:%H:%M}")
    return max(moment, form.start)
