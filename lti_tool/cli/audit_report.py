"""`jampel audit report`: a report of the year as table, JSON, CSV, XLSX or PDF."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import click

from lti_tool.cli.audit_engine import engine_options, ledger_on
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.sealed_file import draft_of, has_place_for_seal, ticks, write_sealed
from lti_tool.console import N_, Command, option, say, settings_option, words, working
from lti_tool.report_dress import dress_of
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.report import Report, report
from xapi.audit.report_columns import FILES
from xapi.audit.report_scope import Scope
from xapi.audit.report_write import BINARY, FORMS, Form, write_report
from xapi.audit.seal.form import About
from xapi.audit.seal.scope import scope_words

YEAR = click.IntRange(2000, 2999)
SUFFIXES = {".json": "json", ".csv": "csv", ".xlsx": "xlsx", ".pdf": "pdf", ".txt": "table", "": "table"}
year_option = option("--year", type=YEAR, metavar="TAHUN", help=N_("Tahun (bawaan: tahun berjalan)."))
output_option = option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("Tulis ke berkas.")
)
format_option = option(
    "--format", "form", type=click.Choice(FORMS), help=N_("Format keluaran (bawaan: menurut nama berkas).")
)
SCOPE = (
    option("--opd", metavar="NAMA", help=N_("Hanya perangkat daerah ini.")),
    option("--status", metavar="STATUS", help=N_("Hanya status pegawai ini: PNS, PPPK, CPNS, LAINNYA.")),
    option("--golongan", "grade", metavar="GOL", help=N_("Hanya golongan ini.")),
    option("--jabatan", "position", metavar="JABATAN", help=N_("Hanya jabatan ini.")),
    option("--below", is_flag=True, help=N_("Hanya yang belum terpenuhi, yang paling kurang lebih dulu.")),
    option("--quarter", type=click.IntRange(1, 4), metavar="1-4", help=N_("JP triwulan ini saja.")),
)


def scope_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that narrow a report."""
    for one in reversed(SCOPE):
        command = one(command)
    return command


@click.command(
    "report",
    cls=Command,
    help=N_(
        "Rekap JP: per perangkat daerah, pegawai, status, golongan, jabatan, triwulan, semester.\n\n"
        "Contoh: jampel audit report --year 2026 --by pegawai --below -o belum-terpenuhi.xlsx"
    ),
)
@year_option
@option("--by", type=click.Choice(tuple(FILES)), default="opd", help=N_("Dikelompokkan menurut."))
@scope_options
@format_option
@output_option
@engine_options
@settings_option
def show_report(
    settings: Settings, year: int | None, by: str, form: str | None, output: Path | None, **narrowed: Any
) -> None:
    """Brings the ledger up to date, then writes the report; the file is whole or not there."""
    wanted = wanted_form(form, output)
    engine = {name: narrowed.pop(name) for name in ("engine", "parquet", "spark_master")}
    scope = Scope(met=False if narrowed.pop("below") else None, **narrowed)
    with open_existing(settings) as services:
        bring_up_to_date(services)
        chosen, sealed = year or services.today.year, has_place_for_seal(wanted, output)
        with ledger_on(services, chosen, **engine, sealed=sealed) as ledger:
            found = draft_of(services, ledger, About(chosen, by, scope_words(scope))) if sealed else None
            if found is not None:
                made = cast(Report, found[1].value)
                write_sealed(*found, wanted, output)
            else:
                made = report(ledger, services.people, chosen, by, scope=scope)
                write_made(services, made, wanted, output)
    if not made.rows:
        say("Tidak ada baris. Bila belum ada pegawai pada tahun itu: jampel people import BERKAS")
    if output is not None:
        say("%(file)s ditulis.", file=output)


def wanted_form(form: str | None, output: Path | None) -> Form:
    """The form asked for, or what the name of the file says; UsageError for a name that says nothing we write, and
    for a form that no terminal shows."""
    suffix = output.suffix.lower() if output else ""
    if form is None and suffix not in SUFFIXES:
        known = ", ".join(filter(None, SUFFIXES))
        raise click.UsageError(
            words("Nama berkas berakhiran %(suffix)s; yang dikenal: %(known)s.", suffix=suffix, known=known)
        )
    wanted = cast(Form, form or SUFFIXES[suffix])
    if wanted in BINARY and output is None and sys.stdout.isatty():
        raise click.UsageError(words("%(form)s bukan teks: tulis ke berkas dengan -o BERKAS.", form=wanted.upper()))
    return wanted


def write_made(services: Services, made: Report, form: Form, output: Path | None) -> None:
    """Writes the report to stdout, or to a file that is whole or not there."""
    target = nullcontext(sys.stdout.buffer) if output is None else finished_file(output)
    with target as file, ticks(len(made.rows), form) as progress:
        write_report(made, form, file, dress_of(services), language=preferred_language(), progress=progress)


def bring_up_to_date(services: Services) -> None:
    """Projects what is new, with a word to the person who waits."""
    with working(N_("Membaca pernyataan baru …")):
        services.bring_ledger_up_to_date()
