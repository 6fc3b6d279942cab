"""`jampel adapter reconcile`: the totals of another system's recap beside those of the ledger, person by person."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from adapters.recap import Compared, compare_totals
from adapters.registry import load_adapters
from adapters.table_files import RecapExchange, TableChoice
from lti_tool.cli.adapter_sheet import DEFAULT
from lti_tool.cli.audit_report import bring_up_to_date, year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import end_with_refused, refused_cells, show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import (
    FINDINGS,
    N_,
    Command,
    fail,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.errors import ToolError
from lti_tool.settings import Settings, preferred_language
from xapi.audit.report import report
from xapi.audit.report_columns import Column
from xapi.audit.report_formats import csv_of
from xapi.audit.words import number
from xapi.identity import mask_nip

STATES = {
    "same": N_("sama"),
    "differs": N_("berbeda"),
    "sheet_only": N_("hanya di lembar"),
    "ledger_only": N_("hanya di Jampel"),
}
SHOWN = 50  # differences on the screen; a file takes them all
COLUMNS = (
    Column("nip", "NIP", "nip"),
    Column("name", N_("Nama"), "text"),
    Column("sheet", N_("JP lembar"), "jp"),
    Column("ledger", N_("JP diterima"), "jp"),
    Column("pending", N_("Ditinjau"), "jp"),
    Column("difference", N_("Selisih"), "jp"),
    Column("state", N_("Keadaan"), "text"),
)


@click.command(
    "reconcile",
    cls=Command,
    help=N_(
        "Bandingkan rekap total JP per pegawai dari sistem lain (Kaltim, Sleman) dengan buku kredit. Tidak ada yang "
        "dicatat: total bukan kegiatan.\n\n"
        "Contoh: jampel adapter reconcile rekap.xlsx --year 2026 -o selisih.csv"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@year_option
@option("--system", default=DEFAULT, metavar="NAMA", help=N_("Adaptor yang membacanya (bawaan: spreadsheet)."))
@option("--sheet", "worksheet", default="", metavar="NAMA", help=N_("Lembar kerja yang dibaca; bawaan: yang cocok."))
@option("-o", "output", type=click.Path(dir_okay=False, path_type=Path), metavar="BERKAS",
        help=N_("Tulis semua pegawai ke berkas CSV ini."))  # fmt: skip
@json_option
@settings_option
def reconcile(
    settings: Settings, file: Path, year: int | None, system: str, worksheet: str, output: Path | None, as_json: bool
) -> None:
    """One line for each person whose totals differ, the furthest apart first; exit 1 when there is any."""
    exchange = load_adapters().get(system).exchange
    if not isinstance(exchange, RecapExchange):
        raise ToolError("adapter.reads_no_tables", system, system=system)
    totals, refused = exchange.totals(file, TableChoice(sheet=worksheet))
    end_with_refused(refused_cells(refused), file.name)
    with open_existing(settings) as services:
        bring_up_to_date(services)
        found = report(services.ledger, services.people, year or services.today.year, "pegawai")
        persons = services.people.by_nips(total.nip.digits for total in totals)
    compared = compare_totals(totals, _by_number(found.rows, persons))
    if output is not None:
        with finished_file(output) as written:
            columns = [Column(one.key, words(one.header), one.kind) for one in COLUMNS]
            written.write(csv_of(columns, [_row(one) for one in compared], preferred_language()).encode())
        say("%(file)s ditulis.", file=output)
    _tell(compared, as_json=as_json)


def _by_number(rows: Sequence[Mapping[str, Any]], persons: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """The rows of the report by NIP: by the one that the sheet has of a person, for a new contract brings a new one."""
    used = {person: number for number, person in persons.items()}
    return {number: row for row in rows if (number := used.get(str(row["person"])) or str(row["nip"] or ""))}


def _row(one: Compared, *, masked: bool = False) -> dict[str, object]:
    nip = mask_nip(one.nip) if masked else one.nip
    return {"nip": nip, "name": one.name, "sheet": one.sheet or 0, "ledger": one.ledger or 0, "pending": one.pending,
            "difference": one.difference, "state": words(STATES[one.state])}  # fmt: skip


def _tell(compared: list[Compared], *, as_json: bool) -> None:
    language, apart = preferred_language(), [one for one in compared if one.state != "same"]
    counts = Counter(one.state for one in compared)
    if as_json:
        print_json({"counts": dict(counts), "apart": [_row(one, masked=True) | {"state": one.state} for one in apart]})
    else:
        shown = Table()
        for column in COLUMNS:
            shown.add_column(words(column.header))
        for one in apart[:SHOWN]:
            row = _row(one, masked=True)
            shown.add_row(*(number(int(str(row[column.key])), language) if column.kind == "jp" else str(row[column.key])
                            for column in COLUMNS))  # fmt: skip
        show_table(shown)
    for state, count in counts.items():
        say("%(state)s: %(n)s pegawai.", state=words(STATES[state]), n=count)
    if apart:
        fail(words("%(n)s pegawai berbeda.", n=len(apart)), FINDINGS)
