"""Turns an export of Moodle into records: what was done of a course, and its JP when the table of courses says so."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path

from adapters.asn_unggul.courses import MoodleCourse, course_of, plain_file, read_courses, table_of
from adapters.asn_unggul.exports import Activity, Export, PersonRow, read_export
from adapters.asn_unggul.headings import ACTIVITIES, COMPLETION, FAILED, GRADES
from adapters.asn_unggul.headings import PASSED as PASS_STATE
from adapters.base import FileRecords
from adapters.errors import AdapterError
from adapters.records import LearningRecord
from adapters.remote import Connection, IdentityMapping
from xapi.errors import JampelError
from xapi.identity import looks_like_nip
from xapi.intake import Identity
from xapi.sheet_rows import RefusedCell
from xapi.vocabulary import COMPLETED, JAMPEL, PASSED
from xapi.vocabulary.adl import TYPE_COURSE, TYPE_LESSON

SITE = "https://asn-unggul.lan.go.id"
MAPPING = IdentityMapping(nip_fields=("idnumber", "username"), account_field="username", name_field="fullname")
_DIGITS = 16


class ExportExchange:
    """Reads the exports of Moodle's core, with the table of courses beside them or in the setting `mapping`."""

    extensions: tuple[str, ...] = (".csv", ".xlsx", ".ods", ".txt")
    source = "lms_record"

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`; raises AdapterError `asn.no_courses` without a table of courses."""
        refused: list[RefusedCell] = []
        table = table_of(path.parent, connection)
        courses = read_courses(table, connection.forms, connection.zone, refused)
        if refused:
            return FileRecords((), refused)
        course = course_of(path, table, courses)
        export = read_export(path, course.zone, refused)
        if export.kind == GRADES == course.basis and not any(row.grade is not None for row in export.rows):
            raise AdapterError("asn.no_total", "no total of the course", file=path.name)
        writer = _Writer(course, export, connection, path.name)
        records = [record for row in export.rows for record in writer.records(row, refused)]
        return FileRecords(records, sorted(refused, key=lambda bad: bad.row))


class _Writer:
    """Makes the records of the rows of one export."""

    def __init__(self, course: MoodleCourse, export: Export, connection: Connection, file: str) -> None:
        self._course, self._kind, self._file = course, export.kind, file
        self._site = connection.options.get("site", "") or SITE
        self._now = connection.clock()
        self._iri = f"{JAMPEL}kegiatan/{connection.institution}/asn-unggul/{plain_file(course.name)}"
        self._seen: dict[tuple[str, ...], int] = {}

    def records(self, row: PersonRow, refused: list[RefusedCell]) -> Iterator[LearningRecord]:
        """The records of a row, none when it cannot be used."""
        try:
            who = self._who(row)
            found = [self._activity(row, who, one) for one in row.activities]
            if (credit := self._credit(row, who)) is not None:
                found.append(credit)
            late = next((one for one in found if one.at > self._now), None)
            if late is not None:
                raise AdapterError("asn.in_future", "not yet")
        except JampelError as error:
            refused.append(RefusedCell(row.number, "", error.code, error, self._file))
            return
        yield from found

    def _who(self, row: PersonRow) -> Identity:
        fields = dict(row.fields)
        if "fullname" not in fields:
            fields["fullname"] = " ".join(filter(None, (fields.get("firstname"), fields.get("lastname"))))
        who = MAPPING.identity(fields, self._site)
        if who.nip is None and not who.subject:
            raise AdapterError("asn.nobody", "neither a NIP nor an account")
        key = (str(getattr(who.nip, "digits", "")), who.subject or "")
        if key in self._seen:
            raise AdapterError("asn.person_twice", "twice", row=self._seen[key])
        self._seen[key] = row.number
        if who.subject and not looks_like_nip(who.subject):
            return who
        return Identity(nip=who.nip, name=who.name)  # an account that is a NIP says nothing more

    def _activity(self, row: PersonRow, who: Identity, one: Activity) -> LearningRecord:
        name = hashlib.sha256(one.title.encode()).hexdigest()[:_DIGITS]
        passed = {PASS_STATE: True, FAILED: False}.get(one.state)
        return LearningRecord(
            key=(self._iri, "aktivitas", one.title, one.at.isoformat(), one.state),
            who=who, place=str(row.number), verb=COMPLETED, activity=f"{self._iri}/aktivitas/{name}",
            activity_type=TYPE_LESSON, title=one.title, at=one.at, passed=passed, completed=True,
            organiser=self._course.organiser, zone=self._course.zone_name, parent=self._iri,
        )  # fmt: skip

    def _credit(self, row: PersonRow, who: Identity) -> LearningRecord | None:
        """The course with its JP, when this export is the one that decides and the person has passed."""
        at = self._passed_at(row) if self._kind == self._course.basis else None
        if at is None:
            return None
        course, is_grade = self._course, self._kind == GRADES
        return LearningRecord(
            key=(self._iri, self._kind), who=who, place=str(row.number), verb=PASSED if is_grade else COMPLETED,
            activity=self._iri, activity_type=TYPE_COURSE, title=course.title, description=course.organiser, at=at,
            score=self._score(row) if is_grade else None, passed=True if is_grade else None, completed=True,
            jp=course.jp, form=course.form, days=course.days, organiser=course.organiser, zone=course.zone_name,
        )  # fmt: skip

    def _passed_at(self, row: PersonRow) -> datetime | None:
        """When the person passed by this export, None when they have not."""
        course = self._course
        if self._kind == COMPLETION:
            return row.completed
        if self._kind == ACTIVITIES:
            all_done = len(row.activities) == row.expected and all(one.state != FAILED for one in row.activities)
            return max((one.at for one in row.activities), default=None) if all_done else None
        if row.grade is None or course.pass_mark is None or course.end is None or row.grade < course.pass_mark:
            return None
        return datetime.combine(course.end, time(12), course.zone)  # an export of grades has no day of the pass

    def _score(self, row: PersonRow) -> float | None:
        most = 100.0 if row.is_percent else self._course.most
        return None if row.grade is None or most is None else min(row.grade / most, 1.0)
