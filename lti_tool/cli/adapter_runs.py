"""`jampel adapter runs`: the receipts of runs with other systems."""

from pathlib import Path

import click
import msgspec
from rich.table import Table

from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option, words
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.store.adapter_runs import DONE, INTERRUPTED, RUNNING, STOPPED, Run
from lti_tool.systems.problems import sentence
from xapi.identity import mask_nips_in

ACTIONS = {"pull": N_("tarik"), "file": N_("berkas"), "push": N_("kirim")}
STATES = {
    RUNNING: N_("berjalan"),
    DONE: N_("selesai"),
    STOPPED: N_("berhenti"),
    INTERRUPTED: N_("terputus"),
}
COUNTS = {
    "read": N_("dibaca"),
    "recorded": N_("baru"),
    "unchanged": N_("sudah ada"),
    "sent": N_("terkirim"),
    "found": N_("sudah ada di sana"),
    "unsure": N_("belum pasti"),
    "refused": N_("ditolak"),
}


@click.command(
    "runs",
    cls=Command,
    help=N_(
        "Tanda terima setiap kali menarik atau mengirim. Dengan ID (awalannya cukup): satu tanda terima, lengkap "
        "dengan yang ditolak dan sebabnya.\n\n"
        "Contoh: jampel adapter runs; jampel adapter runs 1f3a9c02 -o tanda-terima.json"
    ),
)
@click.argument("run_id", required=False, metavar="ID")
@option("--system", metavar="SISTEM", help=N_("Hanya sistem ini."))
@option("--limit", type=click.IntRange(1, 1000), default=20, help=N_("Paling banyak sekian (bawaan: 20)."))
@option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("Tulis JSON ke berkas.")
)
@json_option
@settings_option
def runs(
    settings: Settings, run_id: str | None, system: str | None, limit: int, output: Path | None, as_json: bool
) -> None:
    """Lists the newest receipts, or shows one."""
    with open_existing(settings) as services:
        now = services.clock()
        if run_id is None:
            found = services.lti.adapter_runs.latest(now, system=system, limit=limit)
            facts: object = [facts_of(run) for run in found]
        else:
            found = [services.lti.adapter_runs.get(run_id.lower(), now)]
            facts = {**facts_of(found[0]), "refused": _refused(services, found[0])}
        _give(services, found, facts, output=output, as_json=as_json, one=run_id is not None)


def _give(
    services: Services, found: list[Run], facts: object, *, output: Path | None, as_json: bool, one: bool
) -> None:
    if output is not None:
        with finished_file(output) as file:
            file.write(msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n")
        say("%(file)s ditulis.", file=output)
    elif as_json:
        print_json(facts)
    elif one:
        _show_one(services, found[0])
    else:
        _show_all(services, found)


def facts_of(run: Run) -> dict[str, object]:
    """A receipt as plain values; its reason in the language of the command."""
    return {
        "id": run.id,
        "system": run.system,
        "connection": run.connection,
        "action": run.action,
        "subject": run.subject,
        "state": run.state,
        "started": run.started.isoformat(),
        "ended": run.ended.isoformat() if run.ended else None,
        "counts": dict(run.counts),
        "problem": {"code": run.problem.code, "reason": _reason(run)} if run.problem else None,
        "began_at": mask_nips_in(run.began_at),
        "cursor": mask_nips_in(run.cursor),
    }


def _reason(run: Run) -> str:
    if run.state == INTERRUPTED:
        return words("Prosesnya mati di tengah jalan. Yang sudah tercatat tetap; jalankan lagi untuk meneruskan.")
    return sentence(run.problem, preferred_language()) if run.problem else ""


def _refused(services: Services, run: Run) -> list[dict[str, str]]:
    language = preferred_language()
    return [
        {"place": one.place, "code": one.problem.code, "reason": sentence(one.problem, language)}
        for one in services.lti.adapter_runs.refused(run.id)
    ]


def _show_all(services: Services, found: list[Run]) -> None:
    headings = (N_("Tanda terima"), N_("Sistem"), N_("Tindakan"), N_("Mulai"), N_("Keadaan"), N_("Hasil"))
    table = Table(*map(words, headings))
    for run in found:
        system = f"{run.system} / {run.connection}" if run.connection else run.system
        started = local_time(run.started, services.zone, seconds=True)
        table.add_row(
            run.id[:8], system, words(ACTIONS.get(run.action, run.action)), started, words(STATES[run.state]), _sum(run)
        )
    if found:
        show_table(table)
    else:
        say("Belum pernah ada tarikan atau kiriman.")


def _show_one(services: Services, run: Run) -> None:
    system = f"{run.system} / {run.connection}" if run.connection else run.system
    action = words(ACTIONS.get(run.action, run.action))
    click.echo(f"{run.id}  {system}  {action}  {run.subject}".rstrip())
    ended = local_time(run.ended, services.zone, seconds=True) if run.ended else "…"
    click.echo(f"{local_time(run.started, services.zone, seconds=True)} – {ended}  {words(STATES[run.state])}")
    for line in (_sum(run), _reason(run)):
        if line:
            click.echo(line)
    refused = _refused(services, run)
    for one in refused:
        click.echo(f"  {one['place']}: {one['reason']}")
    if run.counts.get("refused") and not refused:
        say("Alasan penolakan per catatan sudah tidak disimpan; jumlahnya tetap.")


def _sum(run: Run) -> str:
    return ", ".join(f"{run.counts[name]} {words(text)}" for name, text in COUNTS.items() if run.counts.get(name))
