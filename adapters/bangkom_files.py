"""Files of bangkom records between systems: JSON or a table, under the names of columns that the settings give."""

from dataclasses import replace
from pathlib import Path

from adapters.json_tables import open_json
from adapters.layouts import TITLES
from adapters.remote import N_, CheckLine, Connection, Option
from adapters.spreadsheet import MOST_BYTES, MOST_ROWS, SpreadsheetExchange
from adapters.table_files import TableChoice, TableHeld
from xapi.errors import JampelError
from xapi.sheet import FindHead, Sheet, SheetError
from xapi.sheet_layout import Layout, read_pairs

COLUMNS = Option(
    name="columns",
    text=N_("Nama kolom di sana, dipisah titik koma: event=Nama Diklat; jp=Jam (bawaan: nama yang dikenal)."),
)
JSON = ".json"


class BangkomExchange(SpreadsheetExchange):
    """Reads records that another system wrote into a file: every layout of attendance sheets, and the same as JSON.

    What people or unknown software typed is evidence that waits for a review, so the source is `sheet`. A training that
    stands in a sheet too is the same record: who, title, organiser and dates make its key.
    """

    extensions: tuple[str, ...] = (JSON, ".xlsx", ".ods", ".csv")

    def open_table(self, path: Path, find: FindHead, sheet: str) -> Sheet:
        """As in `SpreadsheetExchange`, and the rows of a JSON."""
        if path.suffix.lower() == JSON:
            return open_json(path, find, most_rows=MOST_ROWS, most_bytes=MOST_BYTES)
        return super().open_table(path, find, sheet)

    def open(self, path: Path, connection: Connection, choice: TableChoice) -> TableHeld:
        """As in `TableExchange`; the setting `columns` holds where the choice says nothing else, for files that have
        those columns: another office's may have the names that we know."""
        columns = columns_of(connection)
        if not columns:
            return super().open(path, connection, choice)
        mapped = replace(choice, chosen=choice.chosen.over(Layout(columns)))
        try:
            return super().open(path, connection, mapped)
        except SheetError as error:
            if error.code != "sheet.columns_missing":
                raise
            return self._without_mapping(path, connection, choice, error)

    def _without_mapping(
        self, path: Path, connection: Connection, choice: TableChoice, mapped: SheetError
    ) -> TableHeld:
        """The file by the names that we know; raises what was wrong with it as `mapped` when that fails too."""
        try:
            return super().open(path, connection, choice)
        except SheetError:
            raise mapped from None


def columns_of(connection: Connection) -> dict[str, str]:
    """The header of each field that the setting `columns` names; raises SheetError when it cannot be read."""
    pairs = [pair for pair in connection.options.get(COLUMNS.name, "").split(";") if pair.strip()]
    return read_pairs(pairs, tuple(TITLES), TITLES)


def columns_line(connection: Connection) -> CheckLine:
    """What the setting `columns` is."""
    try:
        columns = columns_of(connection)
    except JampelError as error:
        return CheckLine.of(error)
    if not columns:
        return CheckLine(state="ok", text=N_("Kolom dicari dengan nama yang dikenal; pengaturan columns kosong."))
    return CheckLine(state="ok", text=N_("Pengaturan columns memetakan %(n)s kolom."), params={"n": len(columns)})
