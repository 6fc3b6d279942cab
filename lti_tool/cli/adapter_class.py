"""`jampel adapter class-report`: how a class stands, as a page to print or a workbook."""

from pathlib import Path

import click

from adapters.classes import ClassReporter
from adapters.registry import load_adapters
from lti_tool.class_report import write_html, write_xlsx
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.output import end_with_refused, refused_cells
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Command, option, say, settings_option
from lti_tool.errors import ToolError
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import connection_for_files

WRITERS = {".html": write_html, ".xlsx": write_xlsx}


@click.command(
    "class-report",
    cls=Command,
    help=N_(
        "Laporan kelas bagi penyelenggara: siapa mengikuti apa, dan apa yang masih kurang; tidak ada yang dicatat.\n\n"
        "Contoh: jampel adapter class-report lan_elearning jadwal.toml -o kelas.html"
    ),
)
@click.argument("system")
@click.argument("file", type=EXISTING_FILE)
@option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE",
    help=N_("Tulis ke berkas: .html untuk dicetak, atau .xlsx."),
)  # fmt: skip
@settings_option
def class_report(settings: Settings, system: str, file: Path, output: Path) -> None:
    """Exit 1 when the files of the class cannot be used; the report is whole or not there."""
    found = load_adapters().get(system)
    reporter = found.exchange
    if not isinstance(reporter, ClassReporter):
        raise ToolError("adapter.no_classes", system, system=system)
    write = WRITERS.get(output.suffix.lower())
    if write is None:
        raise ToolError("adapter.class_file", output.name, file=output.name)
    report, refused = reporter.class_report(file, connection_for_files(settings, found))
    end_with_refused(refused_cells(refused), file.name)
    if report is not None:
        with finished_file(output) as target:
            write(report, target, preferred_language())
        say("Laporan %(n)s peserta ditulis ke %(file)s.", n=len(report.rows), file=output.name)
