"""`jampel audit report|trail|rebuild|rules check`: the JP of every employee, with its evidence."""

from pathlib import Path

import click

from lti_tool.cli.audit_seal import key, verify
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import N_, Group, option, say, settings_option, working
from lti_tool.sealing import Written, write_sealed
from lti_tool.services import Services, open_services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.projector import rebuild
from xapi.audit.report import COLUMNS, Report, report
from xapi.audit.rules import load_rules
from xapi.audit.seal.files import seal_path
from xapi.audit.trail import trail

YEAR = click.IntRange(2000, 2999)
FORMATS = click.Choice(("table", "json", "csv"))
year_option = option("--year", type=YEAR, metavar="TAHUN", help=N_("Tahun (bawaan: tahun berjalan)."))
format_option = option("--format", "form", type=FORMATS, default="table", help=N_("Bentuk keluaran."))
output_option = option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("Tulis ke berkas.")
)


@click.group(cls=Group, help=N_("Audit JP: rekap, jejak bukti, aturan."))
def audit() -> None:
    """The audit."""


audit.add_command(verify)
audit.add_command(key)


@audit.command(
    "report",
    help=N_(
        "Rekap JP: per perangkat daerah, pegawai, triwulan, atau seluruh instansi.\n\n"
        "Contoh: jampel audit report --year 2026 --by pegawai --format csv -o rekap.csv"
    ),
)
@year_option
@option("--by", type=click.Choice(tuple(COLUMNS)), default="opd", help=N_("Dikelompokkan menurut."))
@option("--opd", metavar="NAMA", help=N_("Hanya perangkat daerah ini."))
@format_option
@output_option
@settings_option
def show_report(settings: Settings, year: int | None, by: str, opd: str | None, form: str, output: Path | None) -> None:
    """Brings the ledger up to date, then writes the report."""
    language = preferred_language()
    scope = {} if opd is None else {"opd": opd}

    def make() -> Report:
        return report(services.ledger, services.people, year or services.today.year, by, opd=opd)

    def write(made: Report) -> bytes:
        forms = {"table": lambda: made.table(language), "json": made.json, "csv": lambda: made.csv(language)}
        return forms[form]().encode()

    with open_services(settings) as services:
        _bring_up_to_date(services)
        if form == "table" or (form != "json" and output is None):  # nowhere to put a seal
            made = make()
            written = Written(made, write(made))
        else:
            written = write_sealed(services, make, write, form, language, scope)
    if not written.report.rows:
        say("Belum ada pegawai pada tahun itu. Impor daftarnya: jampel people import BERKAS")
    _write(written.content.decode(), output)
    if written.seal is not None and output is not None:
        _write(written.seal, seal_path(output))


@audit.command(
    "trail",
    help=N_(
        "Jejak satu pegawai: setiap kegiatan, aturannya, dan buktinya.\n\n"
        "Contoh: jampel audit trail 198501012099031001 --year 2026"
    ),
)
@click.argument("nip")
@year_option
@option("--json", "as_json", is_flag=True, help=N_("Tulis JSON untuk dibaca program."))
@output_option
@settings_option
def show_trail(settings: Settings, nip: str, year: int | None, as_json: bool, output: Path | None) -> None:
    """Every credit of one person, back to statement, rule and review."""
    with open_services(settings) as services:
        _bring_up_to_date(services)
        found = trail(services.ledger, services.people, nip, year or services.today.year)
    _write(found.json() if as_json else found.table(preferred_language()), output)


@audit.command("rebuild", help=N_("Hapus buku kredit dan hitung ulang dari semua pernyataan."))
@settings_option
def rebuild_ledger(settings: Settings) -> None:
    """The ledger is a projection: a rebuild gives the same rows."""
    with open_services(settings) as services, working(N_("Menghitung ulang semua kredit …")):
        summary = rebuild(services.ledger, services.statements, services.people, services.rules)
    say(
        "%(read)s pernyataan dibaca, %(credits)s kredit, %(findings)s temuan.",
        read=summary.read,
        credits=summary.credits,
        findings=summary.findings,
    )


@audit.group("rules", cls=Group, help=N_("Tabel konversi JP."))
def rules() -> None:
    """Rule tables."""


@rules.command("check", help=N_("Periksa sebuah lapisan aturan instansi (TOML)."))
@click.argument("file", type=EXISTING_FILE)
def check(file: Path) -> None:
    """Reads the layer over the national table; faults are named with file and line."""
    found = load_rules([file])
    say("%(file)s dapat dipakai. Tabel menjadi %(version)s.", file=file.name, version=found.version)


def _bring_up_to_date(services: Services) -> None:
    with working(N_("Membaca pernyataan baru …")):
        services.bring_ledger_up_to_date()


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    output.write_text(text, encoding="utf-8")
    say("%(file)s ditulis.", file=output)
