"""`jampel adapter league`: the figures that many institutions sent, side by side by one rule version."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.table import Table

from adapters.registry import load_adapters
from adapters.yearly import Comparison, YearReader
from lti_tool.cli.adapter_pull import connection_option
from lti_tool.cli.audit_report import year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.output import end_with_refused, refused_cells, show_table
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
    working,
)
from lti_tool.errors import ToolError
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import connection_for_files
from lti_tool.systems.year_files import check_kind, shown, write_tables
from xapi.words import translate


@click.command(
    "league",
    cls=Command,
    help=N_(
        "Bandingkan angka yang dikirim kabupaten/kota, semuanya dengan satu tabel aturan. Sebut berkas-berkasnya, atau "
        "foldernya. Yang dihitung dengan aturan lain, yang mengirim lembar, dan yang belum mengirim tampil tanpa "
        "peringkat.\n\n"
        "Contoh: jampel adapter league sinau_bareng kiriman/ --year 2026 -o peringkat.xlsx"
    ),
)
@click.argument("system")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="BERKAS…")
@year_option
@connection_option
@option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=N_("Tulis ke berkas JSON, XLSX, atau CSV."),
)  # fmt: skip
@json_option
@settings_option
def league(
    settings: Settings, system: str, files: tuple[Path, ...], *, year: int | None, name: str | None,
    output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Exit 1 when a file cannot be used, or a region stands without a rank; the others are compared all the same."""
    found = load_adapters().get(system)
    reader = found.exchange
    if not isinstance(reader, YearReader):
        raise ToolError("adapter.no_league", system, system=system)
    if output is not None:
        check_kind(output)
    paths = list(_every(files, reader.extensions))
    connection = connection_for_files(settings, found, name)
    chosen = year or connection.clock().astimezone(connection.zone).year
    with working(N_("Membandingkan instansi …")):
        made = reader.compare(paths, chosen, connection)
    refused = refused_cells(made.refused)
    if output is not None:
        with finished_file(output) as file:
            write_tables(file, output.suffix, (made.table,), made.value)
        say("%(file)s ditulis.", file=output)
    if as_json:
        print_json({**made.value, "refused": refused})
    elif output is None:
        _show(made)
    end_with_refused(refused, ", ".join(dict.fromkeys(one.file for one in made.refused)))
    if made.unranked:
        fail(words("%(n)s tanpa peringkat; sebabnya di kolom Keterangan.", n=made.unranked), FINDINGS)


def _every(files: Sequence[Path], extensions: Sequence[str]) -> Iterator[Path]:
    """The files, and those in the folders, in order of their names; never the hidden ones that an office leaves."""
    for path in files:
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        yield from (one for one in inside if not path.is_dir() or _is_wanted(one, extensions))


def _is_wanted(path: Path, extensions: Sequence[str]) -> bool:
    return path.is_file() and path.suffix.lower() in extensions and not path.name.startswith((".", "~$"))


def _show(made: Comparison) -> None:
    """On a terminal in the language of the command; in files the headings stay, for programs look for them."""
    language = preferred_language()
    table = Table(*(translate("adapters", language, column.title) for column in made.table.columns))
    for row in made.table.rows:
        cells = (shown(column, row.get(column.key)) for column in made.table.columns)
        table.add_row(*(translate("adapters", language, cell) if cell else "" for cell in cells))
    show_table(table)
