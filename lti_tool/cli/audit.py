"""`jampel audit report|league|plan|trail|rebuild|rules|verify|key`: the JP of every employee, with its evidence."""

from pathlib import Path

import click

from lti_tool.cli.audit_anomalies import show_anomalies
from lti_tool.cli.audit_competencies import show_competencies
from lti_tool.cli.audit_engine import export_ledger
from lti_tool.cli.audit_league import show_league
from lti_tool.cli.audit_nation import show_nation
from lti_tool.cli.audit_plan import plan
from lti_tool.cli.audit_report import bring_up_to_date, output_option, show_report, year_option
from lti_tool.cli.audit_rules import rules
from lti_tool.cli.audit_seal import key, verify
from lti_tool.cli.audit_simulate import simulate_records
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.sealed_file import has_place_for_seal, write_sealed
from lti_tool.console import N_, Group, option, say, settings_option, working
from lti_tool.seal_subjects import about_transcript
from lti_tool.sealing import SealDesk
from lti_tool.settings import Settings, preferred_language
from xapi.audit.projector import rebuild
from xapi.audit.trail import trail


@click.group(cls=Group, help=N_("Audit JP: rekap, jejak bukti, aturan."))
def audit() -> None:
    """The audit."""


for command in (
    show_report, show_league, plan, rules, show_anomalies, export_ledger, show_nation, simulate_records,
    verify, key, show_competencies,
):  # fmt: skip
    audit.add_command(command)


@audit.command(
    "trail",
    help=N_(
        "Jejak satu pegawai: setiap kegiatan, aturannya, dan buktinya.\n\n"
        "Berkas bernama .pdf atau .csv menjadi transkrip.\n\n"
        "Contoh: jampel audit trail 198501012099031001 --year 2026 -o transkrip.pdf"
    ),
)
@click.argument("nip")
@year_option
@option("--json", "as_json", is_flag=True, help=N_("Tulis JSON untuk dibaca program."))
@output_option
@settings_option
def show_trail(settings: Settings, nip: str, year: int | None, as_json: bool, output: Path | None) -> None:
    """Every credit of one person, back to statement, rule and review; a file named .pdf or .csv is a transcript."""
    language, kind = preferred_language(), output.suffix.lower() if output else ""
    with open_existing(settings) as services:
        bring_up_to_date(services)
        form = "json" if as_json else kind.removeprefix(".") if kind in (".pdf", ".csv", ".json") else "table"
        found = trail(services.ledger, services.people, nip, year or services.today.year)
        if has_place_for_seal(form, output):
            desk = SealDesk(services)
            about = about_transcript(found.year, found.person, with_validator=True)
            write_sealed(desk, desk.draft(about), form, output)
        else:
            _write(found.table(language, services.zone), output)
    if output is not None:
        say("%(file)s ditulis.", file=output)


@audit.command(
    "rebuild", help=N_("Hapus buku kredit dan hitung ulang dari semua pernyataan.\n\nContoh: jampel audit rebuild")
)
@settings_option
def rebuild_ledger(settings: Settings) -> None:
    """The ledger is a projection: a rebuild gives the same rows."""
    with open_existing(settings) as services, working(N_("Menghitung ulang semua kredit …")):
        summary = rebuild(services.ledger, services.statements, services.people, services.rules)
    say(
        "%(read)s pernyataan dibaca, %(credits)s kredit, %(findings)s temuan.",
        read=summary.read,
        credits=summary.credits,
        findings=summary.findings,
    )


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    with finished_file(output) as file:
        file.write(text.encode())
