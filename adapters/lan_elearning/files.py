"""What the adapter does with the files of a course: records them, or says how the class stands."""

from collections.abc import Sequence
from pathlib import Path

from adapters.base import FileRecords
from adapters.classes import ClassReport
from adapters.lan_elearning.class_report import report_of
from adapters.lan_elearning.reading import read_class
from adapters.lan_elearning.records import records_of
from adapters.remote import Connection
from xapi.sheet_rows import RefusedCell


class ClassExchange:
    """Reads schedules. A course read twice is recorded once; one whose JP or form has changed since is refused."""

    extensions: tuple[str, ...] = (".toml",)
    source = "lms_record"  # the exports of the LMS and of the organiser; only such a record can release a pass

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`."""
        found = read_class(path, connection)
        if found.schedule is None:
            return FileRecords((), found.refused)
        schedule = found.schedule
        records = [one for standing in found.standings for one in records_of(standing, schedule, connection)]
        return FileRecords(records, found.refused)

    def class_report(self, path: Path, connection: Connection) -> tuple[ClassReport | None, Sequence[RefusedCell]]:
        """As in `ClassReporter`."""
        found = read_class(path, connection)
        return report_of(found), found.refused
