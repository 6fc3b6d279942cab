"""Whether the table of courses is there and can be used: without it no export counts for anything."""

from collections.abc import Iterator
from pathlib import Path

from adapters.asn_unggul.courses import read_courses, table_of
from adapters.errors import AdapterError
from adapters.remote import N_, CheckLine, Connection
from xapi.sheet_rows import RefusedCell


class TableCheck:
    """Looks at the table of courses that the setting `mapping` names; asks no site, for none may be asked."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        if not connection.options.get("mapping", ""):
            text = N_("Pengaturan mapping kosong: setiap berkas memerlukan kursus.csv di sampingnya.")
            yield CheckLine(state="missing", text=text)
            return
        try:
            table = table_of(Path(), connection)
        except AdapterError as error:
            yield CheckLine(state="failed", text=N_("Tabel kursus %(names)s tidak ada."), params=error.params)
            return
        refused: list[RefusedCell] = []
        courses = read_courses(table, connection.forms, connection.zone, refused)
        if refused:
            text = N_("Tabel kursus %(file)s: %(n)s sel tidak dapat dipakai, yang pertama di baris %(row)s.")
            params = {"file": table.name, "n": len(refused), "row": refused[0].row}
            yield CheckLine(state="failed", text=text, params=params)
            return
        text = N_("Tabel kursus %(file)s: %(n)s kursus.")
        yield CheckLine(state="ok", text=text, params={"file": table.name, "n": len(courses)})
