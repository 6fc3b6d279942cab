"""`jampel people standards`: the competencies that each position needs, from a file of the institution's own."""

from dataclasses import replace
from pathlib import Path

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import end_with_refused, refused_cells, show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option
from lti_tool.services import Services
from lti_tool.settings import Settings
from xapi.people.standards import COLUMNS, StandardLine, Standards, read_standards


@click.command(
    "standards",
    cls=Command,
    help=N_(
        "Standar kompetensi jabatan: kompetensi apa yang diperlukan tiap jabatan.\n\n"
        "Berkas (CSV, XLSX, ODS, TOML) mengganti seluruh isi sebelumnya; tanpa berkas, isinya ditunjukkan.\n\n"
        'Contoh: jampel people standards standar.csv --source "SK Sekjen 12/2026"'
    ),
)
@click.argument("file", type=EXISTING_FILE, required=False)
@option("--source", metavar="TEKS", help=N_("Asal standar ini, misalnya nomor peraturannya; tampil di peta."))
@option("--dry-run", is_flag=True, help=N_("Periksa berkasnya tanpa menulis."))
@json_option
@settings_option
def standards(settings: Settings, file: Path | None, source: str | None, dry_run: bool, as_json: bool) -> None:
    """Imports the standards in FILE, all or none, or shows those that are kept; exit 1 for refused cells."""
    with open_existing(settings) as services:
        if file is None:
            _show(services, as_json=as_json)
            return
        found = read_standards(file)
        if source is not None:
            found = replace(found, source=" ".join(source.split())[:200])
        written = not found.refused and not dry_run
        if written:
            services.people.standards.replace(found, services.clock())
        known = {one.position for one in services.people.roster(services.today)}
    _say(found, file, written=written, dry=dry_run, known=known, as_json=as_json)


def _say(found: Standards, file: Path, *, written: bool, dry: bool, known: set[str], as_json: bool) -> None:
    refused = refused_cells(found.refused)
    positions = {line.position for line in found.lines}
    if as_json:
        print_json({"lines": len(found.lines), "positions": len(positions), "written": written, "refused": refused})
    if not found.refused:
        say("%(lines)s kompetensi untuk %(positions)s jabatan.", lines=len(found.lines), positions=len(positions))
        strange = sorted(positions - known - {"*"})
        if strange:
            say("Tidak ada pegawai dengan jabatan ini hari ini: %(names)s.", names=", ".join(strange[:10]))
    if dry:
        say("Hanya percobaan: tidak ada yang ditulis.")
    end_with_refused(refused, file.name)


def _show(services: Services, *, as_json: bool) -> None:
    lines, origin = services.people.standards.lines(), services.people.standards.origin()
    if as_json:
        print_json({"source": origin[0] if origin else "", "lines": [_row(line) for line in lines]})
        return
    if not lines:
        say("Belum ada standar. Masukkan dengan: jampel people standards BERKAS")
        return
    shown = Table()
    for column in COLUMNS:
        shown.add_column(column.title)
    for line in lines:
        shown.add_row(*(str(value or "–") for value in _row(line).values()))
    show_table(shown)
    if origin and origin[0]:
        say("Asal: %(source)s", source=origin[0])


def _row(line: StandardLine) -> dict[str, object]:
    return {column.field: getattr(line, column.field) for column in COLUMNS}
