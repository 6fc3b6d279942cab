"""Whether the plan of the classes is there and can be used: without it no form can be told from another."""

from collections.abc import Iterator
from pathlib import Path

from adapters.errors import AdapterError
from adapters.radio.plan import plan_beside, read_plan
from adapters.remote import N_, CheckLine, Connection
from xapi.sheet_rows import RefusedCell


class PlanCheck:
    """Looks at the plan that the setting `classes` names; there is no system to ask."""

    def lines(self, connection: Connection) -> Iterator[CheckLine]:
        """As in `SystemCheck`."""
        if not connection.options.get("classes", ""):
            text = N_("Pengaturan classes kosong: setiap lembar memerlukan kelas.csv di sampingnya.")
            yield CheckLine(state="missing", text=text)
            return
        try:
            table = plan_beside(Path(), connection)
        except AdapterError as error:
            yield CheckLine.of(error)
            return
        refused: list[RefusedCell] = []
        forms = read_plan(table, connection.forms, refused)
        if refused:
            text = N_("Rencana kelas %(file)s: %(n)s sel tidak dapat dipakai, yang pertama di baris %(row)s.")
            params = {"file": table.name, "n": len(refused), "row": refused[0].row}
            yield CheckLine(state="failed", text=text, params=params)
            return
        text = N_("Rencana kelas %(file)s: %(n)s formulir.")
        yield CheckLine(state="ok", text=text, params={"file": table.name, "n": len(forms)})
