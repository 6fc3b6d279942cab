"""Tells the three tables apart by their columns, and reads the one that a file is."""

from collections.abc import Callable, Sequence
from pathlib import Path

from adapters.base import FileRecords
from adapters.errors import AdapterError
from adapters.records import LearningRecord
from adapters.remote import Connection
from adapters.rumah_belajar import books, exams, trainings
from xapi.sheet import Column, SheetError, SheetRow, read_sheet
from xapi.sheet_rows import RefusedCell, RowReader

ReadRow = Callable[[RowReader, Connection], Sequence[LearningRecord]]
# In this order: a table of training may have everything that a table of tests has.
TABLES: tuple[tuple[Sequence[Column], ReadRow], ...] = (
    (trainings.COLUMNS, trainings.read),
    (books.COLUMNS, books.read),
    (exams.COLUMNS, exams.read),
)


class LearningExchange:
    """Reads a table of e-books that were read, of competency tests, or of training."""

    extensions: tuple[str, ...] = (".csv", ".xlsx", ".ods")
    source = "lms_record"

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`; raises AdapterError `rumah.no_table` when it is none of the three."""
        columns, read, rows = _table(path)
        titles = {column.field: column.title for column in columns}
        refused: list[RefusedCell] = []
        records: list[LearningRecord] = []
        for row in rows:
            records += read(RowReader(row, titles, refused, file=path.name), connection)
        return FileRecords(records, refused)


def _table(path: Path) -> tuple[Sequence[Column], ReadRow, list[SheetRow]]:
    for columns, read in TABLES:
        try:
            return columns, read, read_sheet(path, columns)
        except SheetError as error:
            if error.code != "sheet.columns_missing":
                raise
    raise AdapterError("rumah.no_table", "none of the three tables", file=path.name)
