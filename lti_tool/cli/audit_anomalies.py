"""`jampel audit anomalies`: what an auditor should look at, each row with its person and its statement."""

from pathlib import Path
from typing import Any

import click

from lti_tool.cli.audit_engine import engine_options, ledger_on
from lti_tool.cli.audit_report import bring_up_to_date, output_option, year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.console import FINDINGS, N_, Command, option, say, settings_option
from lti_tool.services import Services, open_services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.anomalies import (
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
@option("--format", "form", type=click.Choice(tuple(FORMS)), default="table", help=N_("Bentuk keluaran."))
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
    with open_services(settings) as services:
        bring_up_to_date(services)
        wanted = year or services.today.year
        with ledger_on(services, wanted, **engine) as ledger:
            if only_counts:
                counts = _counts(services, ledger, wanted, kinds=kinds, opd=opd)
                written, found = COUNTS[form](wanted, counts, preferred_language()), sum(counts.values())
            else:
                rows = find_anomalies(ledger, services.people, wanted, kinds=kinds, opd=opd)
                written, found = FORMS[form](rows, preferred_language()), len(rows.rows)
    if output is None:
        click.echo(written, nl=False)
    else:
        with finished_file(output) as file:
            file.write(written.encode())
        say("%(file)s ditulis.", file=output)
    if found:
        ctx.exit(FINDINGS)


def _counts(
    services: Services, ledger: Ledger, year: int, *, kinds: tuple[str, ...], opd: str | None
) -> dict[str, int]:
    """Of everybody without a row being fetched; whose unit is whose is known only beside the ledger."""
    if opd is None:
        return count_anomalies(ledger, year, kinds=kinds)
    return find_anomalies(ledger, services.people, year, kinds=kinds, opd=opd).counts()
