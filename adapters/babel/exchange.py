"""Reads the sheet of learning without an LMS into records, and says what of it will not be counted."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from adapters.attendance import Notes
from adapters.babel.rows import COLUMNS, LETTER, STUDIED, TITLES, Learnt, read_row
from adapters.babel.rules import rule_of
from adapters.base import FileRecords
from adapters.errors import AdapterError
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.table_files import TableHeld
from adapters.tables import read_table
from xapi.intake import Identity
from xapi.sheet import plain_name
from xapi.sheet_rows import RefusedCell
from xapi.vocabulary import ATTENDED, COMPLETED, JAMPEL, TYPE_EVENT
from xapi.vocabulary.adl import TYPE_LESSON

ORGANISER = "BKPSDMD Provinsi Kepulauan Bangka Belitung"
_DIGITS = 24


class NoLmsExchange:
    """Reads sheets of coaching, mentoring, internships and modules that were studied away from any network."""

    extensions: tuple[str, ...] = (".csv", ".xlsx", ".ods")
    source = "sheet"

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`."""
        refused: list[RefusedCell] = []
        named = connection.options.get("evidence", "")
        folder = Path(named) if named else path.parent / "bukti"
        found: list[Learnt] = []
        seen: dict[tuple[str, ...], int] = {}
        for row in read_table(path, COLUMNS, refused):
            one = read_row(row, folder, connection)
            if one is None:
                continue
            key = (one.nip.digits, *_key(one))
            if key in seen:
                row.refuse("nip", AdapterError("spreadsheet.row_twice", "the same twice", first=seen[key]))
                continue
            seen[key] = row.number
            found.append(one)
        if not found and not refused:
            raise AdapterError("spreadsheet.no_rows", "a header and nothing below it", file=path.name)
        notes = Notes()
        _note(found, connection, notes)
        return TableHeld([_record(one, connection) for one in found], refused, notes=notes)


def _key(one: Learnt) -> tuple[str, ...]:
    """What makes two rows of a person the same: the module, or else form, topic, partner and day."""
    if one.module is not None:
        return (one.module.iri, one.end.isoformat())
    return (one.form, plain_name(one.topic), plain_name(one.partner), one.start.isoformat(), one.end.isoformat())


def _note(found: Sequence[Learnt], connection: Connection, notes: Notes) -> None:
    """Says what lacks evidence, and which talks are more than the rules count in a month."""
    counted: Counter[tuple[str, str, int, int]] = Counter()
    for one in sorted(found, key=lambda row: (row.end, row.row)):
        if not one.evidence and one.module is None:
            notes.add(one.row, TITLES["file"], AdapterError("babel.no_evidence", "no file"))
        if one.form in LETTER and not one.letter:
            notes.add(one.row, TITLES["letter"], AdapterError("babel.no_letter", "no letter"))
        rule = rule_of(one.form, one.end, connection)
        if rule is None or rule.month_cap is None:
            continue
        counted[month := (one.nip.digits, rule.month_cap_group or one.form, one.end.year, one.end.month)] += 1
        if counted[month] > rule.month_cap:
            error = AdapterError("babel.month_full", "not counted", most=rule.month_cap, form=one.form)
            notes.add(one.row, TITLES["start"], error)


def _record(one: Learnt, connection: Connection) -> LearningRecord:
    """The record of a row. A module keeps the IRI that it has in packages and launches, and a talk has the same one
    at every desk, so that what is typed twice, or studied with and without a link, counts once."""
    module, is_study = one.module, one.module is not None or one.form in STUDIED
    organiser = one.partner or connection.options.get("organiser", "") or ORGANISER
    digest = hashlib.sha256("\n".join((plain_name(organiser), *_key(one))).encode()).hexdigest()[:_DIGITS]
    first, last = one.start.isoformat(), one.end.isoformat()
    return LearningRecord(
        key=("babel", *_key(one)),
        who=Identity(nip=one.nip, name=one.name),
        place=str(one.row),
        verb=COMPLETED if is_study else ATTENDED,
        activity=module.iri if module else f"{JAMPEL}kegiatan/babel/{digest}",
        activity_type=TYPE_LESSON if is_study else TYPE_EVENT,
        title=one.topic or (module.title if module else ""),
        description=f"{organiser}, {first if first == last else f'{first} – {last}'}",
        at=datetime.combine(one.end, time(12), connection.zone),
        lasted=(one.end - one.start) or None,
        score=None if one.score is None else one.score / 100,
        completed=True,
        jp=one.jp,
        form=one.form,
        international=one.abroad or None,
        evidence=one.evidence,
        organiser=organiser,
        assigned=True if one.letter else None,
    )
