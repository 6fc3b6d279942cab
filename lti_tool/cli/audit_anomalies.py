"""`jampel audit anomalies`: what an auditor should look at, each row with its person and its statement."""

from pathlib import Path
from typing import Any, cast

import click

from lti_tool.cli.audit_engine import engine_options, ledger_on
from lti_tool.cli.audit_report import bring_up_to_date, output_option, year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.sealed_file import draft_of, has_place_for_seal, write_sealed
from lti_tool.console import FINDINGS, N_, Command, option, say, settings_option
from lti_tool.seal_subjects import about_findings
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.anomalies import (
    Anomalies,
    count_anomalies,
    counts_csv,
    counts_json,
    counts_text,
    csv_text,
    find_anomalies,
    json_text,
    table_text,
)
from xapi.audit.anomaly_kinds import KINDS
from xapi.audit.store.ledger import Ledger

FORMS = {"table": table_text, "json": json_text, "csv": csv_text}
COUNTS = {"table": counts_text, "json": counts_json, "csv": counts_csv}


@click.command(
    "anomalies",
    cls=Command,
    help=N_(
        "Temuan: JP melebihi waktu, kegiatan bersamaan, sertifikat ganda, catatan ganda, dan lainnya.\n\n"
        "Contoh: jampel audit anomalies --year 2026 --kind clock --format csv -o temuan.csv"
    ),
)
@year_option
@option("--kind", "kinds", multiple=True, type=click.Choice(tuple(KINDS)), help=N_("Hanya jenis ini; boleh diulang."))
@option("--opd", metavar="NAMA", help=N_("Hanya perangkat daerah ini."))
@option("--counts", "only_counts", is_flag=True, help=N_("Jumlah tiap jenis saja, tanpa baris dan tanpa nama."))
@option("--format", "form", type=click.Choice(tuple(FORMS)), default="table", help=N_("Format keluaran."))
@output_option
@engine_options
@settings_option
@click.pass_context
def show_anomalies(
    ctx: click.Context,
    settings: Settings,
    year: int | None,
    kinds: tuple[str, ...],
    opd: str | None,
    only_counts: bool,
    form: str,
    output: Path | None,
    **engine: Any,
) -> None:
    """Looks, and changes nothing; exit 1 when there is something to look at."""
    with open_existing(settings) as services:
        bring_up_to_date(services)
        wanted = year or services.today.year
        sealed = not only_counts and has_place_for_seal(form, output)
        with ledger_on(services, wanted, **engine, sealed=sealed) as ledger:
            if only_counts:
                counts = _counts(services, ledger, wanted, kinds=kinds, opd=opd)
                _write(COUNTS[form](wanted, counts, preferred_language()), output)
                found = sum(counts.values())
            elif sealed and (draft := draft_of(services, ledger, about_findings(wanted, kinds, opd))) is not None:
                write_sealed(*draft, form, output)
                found = len(cast(Anomalies, draft[1].value).rows)
            else:
                rows = find_anomalies(ledger, services.people, wanted, kinds=kinds, opd=opd)
                _write(FORMS[form](rows, preferred_language()), output)
                found = len(rows.rows)
    if output is not None:
        say("%(file)s ditulis.", file=output)
    if found:
        ctx.exit(FINDINGS)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    with finished_file(output) as file:
        file.write(text.encode())


def _counts(
    services: Services, ledger: Ledger, year: int, *, kinds: tuple[str, ...], opd: str | None
) -> dict[str, int]:
    """Of everybody without a row being fetched; whose unit is whose is known only beside the ledger."""
    if opd is None:
        return count_anomalies(ledger, year, kinds=kinds)
    return find_anomalies(ledger, services.people, year, kinds=kinds, opd=opd).counts()
