"""`jampel audit competencies`: the map of competencies held and missing, of everyone, an OPD or one person."""

import json
import sys
from contextlib import nullcontext
from pathlib import Path

import click
from rich.table import Table

from lti_tool.cli.audit_report import bring_up_to_date, output_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.competency_maps import map_of_person, maps_of_opd
from lti_tool.console import N_, Command, option, print_json, say, settings_option, words
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.competencies import PersonMap, sums
from xapi.audit.competency_file import item_row, map_csv, write_map_xlsx
from xapi.identity import mask_nip

FORMS = {".csv": "csv", ".xlsx": "xlsx", ".json": "json"}


@click.command(
    "competencies",
    cls=Command,
    help=N_(
        "Peta kompetensi: yang dimiliki dan yang belum, per pegawai, menurut standar jabatan.\n\n"
        'Contoh: jampel audit competencies --opd "Dinas Kelautan" -o peta.xlsx'
    ),
)
@option("--opd", metavar="NAMA", help=N_("Hanya perangkat daerah ini."))
@option("--nip", metavar="NIP", help=N_("Hanya pegawai ini."))
@option("--format", "form", type=click.Choice(("table", "json", "csv", "xlsx")),
        help=N_("Format keluaran (bawaan: menurut nama berkas)."))  # fmt: skip
@output_option
@settings_option
def show_competencies(
    settings: Settings, opd: str | None, nip: str | None, form: str | None, output: Path | None
) -> None:
    """Shows the sums per competency as a table, or each person's map as JSON, CSV or XLSX."""
    wanted = form or FORMS.get(output.suffix.lower() if output else "", "table")
    if (wanted == "table" and output is not None) or (wanted == "xlsx" and output is None):
        raise click.UsageError(words("Peta ditulis ke berkas .csv, .xlsx, atau .json; tabel hanya di layar."))
    with open_existing(settings) as services:
        bring_up_to_date(services)
        maps = _chosen(services, opd, nip)
        if wanted == "table":
            _show(maps)
        elif output is None and wanted == "json":
            print_json([_json(one) for one in maps])
        else:
            _write(services, maps, wanted, output)
    if not any(one.items for one in maps):
        say("Tidak ada standar bagi jabatan mereka. Masukkan dengan: jampel people standards BERKAS")
    if output is not None:
        say("%(file)s ditulis.", file=output)


def _chosen(services: Services, opd: str | None, nip: str | None) -> list[PersonMap]:
    if nip is None:
        return list(maps_of_opd(services, opd))
    found = map_of_person(services, services.people.person_of(nip))
    return [found] if found is not None else []


def _write(services: Services, maps: list[PersonMap], form: str, output: Path | None) -> None:
    language = preferred_language()
    with nullcontext(sys.stdout.buffer) if output is None else finished_file(output) as file:
        if form == "xlsx":
            write_map_xlsx(maps, file, language, services.today)
        elif form == "csv":
            file.write(map_csv(maps, language).encode())
        else:
            file.write(json.dumps([_json(one) for one in maps], ensure_ascii=False, indent=2).encode())


def _json(one: PersonMap) -> dict[str, object]:
    items = [
        {**item_row(item, "id"), "state": item.state, "held": item.held, "kind": item.proof.kind if item.proof else ""}
        for item in one.items
    ]
    return {"nip": mask_nip(one.nip), "name": one.name, "opd": one.opd, "position": one.position, "items": items}


def _show(maps: list[PersonMap]) -> None:
    shown = Table()
    for heading in (words("Kode"), words("Kompetensi"), words("Pegawai"), words("Dimiliki"), words("Belum")):
        shown.add_column(heading)
    for one in sums(maps):
        shown.add_row(one.need.code, one.need.title, str(one.people), str(one.met), str(one.people - one.met))
    show_table(shown)
