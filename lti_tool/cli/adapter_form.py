"""`jampel adapter form`: attendance forms to print for places without a link, and the sheets to type them into."""

from pathlib import Path

import click

from adapters.forms import FormPrinter
from adapters.registry import load_adapters
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option
from lti_tool.errors import ToolError
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import connection_for_files


@click.command(
    "form",
    cls=Command,
    help=N_(
        "Formulir daftar hadir untuk dicetak (PDF, HTML), dan lembar (XLSX, CSV) untuk mengetiknya nanti, menurut "
        "RENCANA kelas. Tiap formulir berkode, sehingga lembar dan fotonya menemukan kelasnya kembali.\n\n"
        "Contoh: jampel adapter form radio kelas.csv -o formulir/"
    ),
)
@click.argument("system")
@click.argument("plan", type=EXISTING_FILE)
@option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), required=True, metavar="FOLDER",
        help=N_("Folder untuk berkasnya; dibuat bila belum ada. Isinya dapat memuat NIP."))  # fmt: skip
@option("--kind", "kinds", multiple=True, metavar="JENIS",
        help=N_("Hanya jenis ini: pdf, html, xlsx, atau csv; boleh diulang. Bawaan: semua."))  # fmt: skip
@json_option
@settings_option
def form(
    settings: Settings, system: str, plan: Path, output: Path, kinds: tuple[str, ...], as_json: bool
) -> None:  # fmt: skip
    """Exit 1 when the plan cannot be used, and then nothing is written. A sheet that is there is never overwritten: it
    may have been filled in."""
    printer = load_adapters().get(system).exchange
    if not isinstance(printer, FormPrinter):
        raise ToolError("adapter.no_forms", system, system=system)
    wanted = tuple(dict.fromkeys(kind.lower().lstrip(".") for kind in kinds)) or printer.form_kinds
    if unknown := [kind for kind in wanted if kind not in printer.form_kinds]:
        raise ToolError("adapter.form_kind", unknown[0], kind=unknown[0], known=", ".join(printer.form_kinds))
    connection = connection_for_files(settings, load_adapters().get(system))
    files, refused = printer.forms(plan, connection, wanted, preferred_language())
    end_with_refused(refused_cells(refused), plan.name)
    output.mkdir(parents=True, exist_ok=True)
    written, kept = [], []
    for one in files:
        target = output / one.name
        if target.exists() and target.suffix in (".xlsx", ".csv"):
            kept.append(one.name)
            continue
        with finished_file(target) as draft:
            draft.write(one.content)
        written.append(one.name)
    if as_json:
        print_json({"written": written, "kept": kept})
    say("%(n)s berkas ditulis ke %(folder)s.", n=len(written), folder=output.name or str(output))
    if kept:
        say("%(n)s lembar sudah ada dan tidak ditimpa.", n=len(kept))
