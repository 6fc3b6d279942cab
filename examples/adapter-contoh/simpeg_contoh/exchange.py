"""Reads the CSV that SIMPEG Contoh exports: the same columns as its API."""

from pathlib import Path

import msgspec

from adapters.base import FileRecords
from adapters.records import LearningRecord
from adapters.remote import Connection
from simpeg_contoh.errors import ContohError
from simpeg_contoh.training import Training, record_of
from xapi.errors import JampelError
from xapi.sheet import Column, SheetRow, date_of, read_sheet, text_of
from xapi.sheet_rows import RefusedCell

COLUMNS = tuple(
    Column(name, name, required=name != "sertifikat")
    for name in ("id", "nip", "nama", "kegiatan", "penyelenggara", "bentuk", "mulai", "selesai", "jp", "sertifikat")
)


class ContohExchange:
    """All rows of a file are taken, or none of them when one is refused."""

    extensions = (".csv",)
    source = "sheet"

    def read(self, path: Path, connection: Connection) -> FileRecords:
        """As in `Exchange`."""
        records: list[LearningRecord] = []
        refused: list[RefusedCell] = []
        for row in read_sheet(path, COLUMNS):
            try:
                training = _training(row)
                records.append(
                    record_of(training, place=str(row.number), zone=connection.zone, forms=connection.forms)
                )  # fmt: skip
            except JampelError as error:
                refused.append(RefusedCell(row.number, "", error.code, error))
        return FileRecords(records, refused)


def _training(row: SheetRow) -> Training:
    """The row as the API would give it. Raises ContohError for a cell that cannot be used."""
    values: dict[str, object] = {name: text_of(cell) for name, cell in row.cells.items()}
    values |= {name: date_of(row.cells.get(name)) for name in ("mulai", "selesai")}
    try:
        return msgspec.convert(values, Training, strict=False)
    except msgspec.ValidationError as cause:
        raise ContohError("contoh.other_row", "a row of another shape") from cause
