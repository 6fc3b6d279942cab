"""`jampel adapter push`: accepted credits into a system of record, first as a plan, then for sure, each once."""

import sys
from collections.abc import Mapping
from pathlib import Path

import click
from rich.table import Table

from adapters.base import Adapter
from adapters.registry import load_adapters
from adapters.remote import Connection
from lti_tool.cli.adapter_progress import reaching
from lti_tool.cli.adapter_pull import connection_option
from lti_tool.cli.agreement import agreed
from lti_tool.cli.audit_report import bring_up_to_date, year_option
from lti_tool.cli.finished_file import finished_file
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.console import (
    FINDINGS,
    N_,
    TALK,
    USAGE,
    Command,
    fail,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.errors import SettingsError, ToolError
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.systems.connections import connection_of, may_push
from lti_tool.systems.plan_files import check_kind, write_plan
from lti_tool.systems.problems import sentence
from lti_tool.systems.push import Sender
from lti_tool.systems.push_plan import DIFFERS, GONE, LOOK, REFUSE, SEND, THERE, Item, Plan, plan_of
from lti_tool.systems.runs import LiveRun, run_of
from xapi.identity import mask_nip
from xapi.words import explain, translate

SHOWN = 50
ACTIONS = {
    SEND: N_("akan dikirim"),
    LOOK: N_("belum pasti; dicari dulu"),
    THERE: N_("sudah terkirim"),
    DIFFERS: N_("berbeda dari yang terkirim"),
    GONE: N_("terkirim, tetapi tidak diterima lagi"),
    REFUSE: N_("tidak dapat dikirim"),
}


@click.command(
    "push",
    cls=Command,
    help=N_(
        "Kirim kredit yang disetujui ke sistem pencatat, masing-masing satu kali. Mulailah dengan --dry-run: tampil "
        'rencana dan kodenya, tidak ada yang dikirim. Pengiriman hanya berjalan bila push = "ya" di pengaturan dan '
        "kode rencananya disebut. Dengan -o rencana ditulis sebagai JSON, XLSX, atau CSV untuk SIMPEG instansi.\n\n"
        "Contoh: jampel adapter push siasn --year 2026 --dry-run"
    ),
)
@click.argument("system")
@year_option
@connection_option
@option("--dry-run", is_flag=True, help=N_("Perlihatkan rencananya; tidak ada yang dikirim."))
@option("--plan", "code", metavar="KODE", help=N_("Kirim rencana dengan kode ini, dari --dry-run."))
@option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help=N_("Tulis rencana ke berkas JSON, XLSX, atau CSV; tidak ada yang dikirim."),
)  # fmt: skip
@json_option
@settings_option
def push(
    settings: Settings, system: str, year: int | None, name: str | None, dry_run: bool, code: str | None,
    output: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Exit 1 when a record cannot be sent, differs from what was sent, or is unsure; 3 when the system is away."""
    found = load_adapters().get(system)
    if output is not None:
        check_kind(output)
    with open_existing(settings) as services:
        connection = connection_of(services, found, name)
        bring_up_to_date(services)
        plan = plan_of(services, found, connection, year or services.today.year)
        if output is not None:
            _write(plan, output, found.push)
        elif dry_run:
            _show(plan, as_json=as_json)
            _tell_next(plan, connection)
        elif _confirmed(plan, connection, code, as_json=as_json):
            _send(services, found, connection, plan, as_json=as_json)
        else:
            say("Tidak ada yang dikirim.")
    _end(plan)


def _write(plan: Plan, output: Path, push: object) -> None:
    with finished_file(output) as file:
        output.with_name(Path(file.name).name).chmod(0o600)  # it names people
        count = write_plan(plan, file, output.suffix, push)
    say("%(n)s catatan ditulis ke %(file)s. Tidak ada yang dikirim.", n=count, file=output)


def _confirmed(plan: Plan, connection: Connection, code: str | None, *, as_json: bool) -> bool:
    """Whether these records are to be sent; leaves with a sentence when they may not be."""
    if not may_push(connection):
        raise SettingsError("adapter.push_off", plan.system, system=plan.system)
    if code is not None:
        if code.strip().lower() != plan.code:
            raise ToolError("adapter.plan_changed", plan.system, plan=plan.code, given=code[:20])
        return True
    if as_json or not on_terminal():
        fail(words("Sebut kode rencananya dengan --plan. Kodenya tampil dengan --dry-run."), USAGE)
    _show(plan, as_json=False)
    return bool(plan.to_send) and agreed(words("Kirim %(n)s catatan itu?", n=len(plan.to_send)))


def on_terminal() -> bool:
    """Whether there is somebody to ask."""
    return sys.stdin.isatty()


def _send(services: Services, found: Adapter, connection: Connection, plan: Plan, *, as_json: bool) -> None:
    with run_of(services, plan.system, "push", connection=plan.connection, subject=plan.code) as run:
        now = plan_of(services, found, connection, plan.year)  # another run may have sent some of it meanwhile
        if now.code != plan.code:
            raise ToolError("adapter.plan_changed", plan.system, plan=now.code, given=plan.code)
        try:
            with reaching(N_("Mengirim …")) as told:
                Sender(services, found, connection, run).send(plan, told)
        finally:
            _tell(run)
    refused = services.lti.adapter_runs.refused(run.id)
    language = preferred_language()
    reasons = [{"place": one.place, "reason": sentence(one.problem, language)} for one in refused]
    if as_json:
        print_json({"run": run.id, "plan": plan.code, **run.counts, "refused_records": reasons})
    for one in reasons[:SHOWN]:
        TALK.print(f"{one['place']}: {one['reason']}", markup=False, soft_wrap=True)
    if reasons:
        fail(_closing(run.counts, len(reasons)), FINDINGS)


def _closing(counts: Mapping[str, int], named: int) -> str:
    """How many of the `named` records are not there, or perhaps not, and how many are there but lack something."""
    missing = counts.get("refused", 0) + counts.get("unsure", 0)
    told = [words("%(n)s catatan tidak terkirim atau belum pasti.", n=missing)] if missing else []
    if named > missing:
        told.append(words("%(n)s catatan terkirim, tetapi belum lengkap: jangan dikirim ulang.", n=named - missing))
    return " ".join(told)


def _tell(run: LiveRun) -> None:
    counts = {name: run.counts.get(name, 0) for name in ("sent", "found", "unsure", "refused")}
    say(
        "%(sent)s terkirim, %(found)s sudah ada di sana, %(unsure)s belum pasti, %(refused)s ditolak. "
        "Tanda terima: %(run)s.",
        **counts,
        run=run.id[:8],
    )


def _show(plan: Plan, *, as_json: bool) -> None:
    if as_json:
        records = [_facts(item) for item in plan.items]
        print_json(
            {"system": plan.system, "connection": plan.connection, "year": plan.year, "plan": plan.code,
             "counts": plan.counts, "records": records}
        )  # fmt: skip
        return
    table = Table(*map(words, (N_("Keadaan"), N_("Orang"), N_("Kegiatan"), N_("JP"), N_("Catatan"))))
    items = sorted(plan.items, key=lambda item: item.action in (SEND, THERE))  # what asks for a look comes first
    for item in items[:SHOWN]:
        facts = _facts(item)
        notes = [*facts["notes"], facts["reason"]]  # type: ignore[misc]
        jp = "" if facts["jp"] is None else f"{int(str(facts['jp'])) / 100:g}"
        state = words(ACTIONS[item.action])
        table.add_row(state, str(facts["nip"]), item.title or item.statement, jp, " ".join(filter(None, notes)))
    if items:
        show_table(table)
    if len(items) > SHOWN:
        say("Dan %(n)s lagi; semuanya ada dengan --json atau -o BERKAS.", n=len(items) - SHOWN)


def _facts(item: Item) -> dict[str, object]:
    """A record without what must not be shown: the NIP is masked, the body is for `-o`."""
    credit = item.prepared.credit if item.prepared else None
    language = preferred_language()
    notes = item.prepared.notes if item.prepared else ()
    return {
        "action": item.action,
        "key": item.key,
        "statement": item.statement,
        "title": item.title,
        "nip": mask_nip(credit.nip) if credit else "",
        "jp": credit.jp if credit else None,
        "remote": item.known.remote if item.known else "",
        "notes": [translate(_package(item), language, text, params) for text, params in notes],
        "reason": explain(item.error, language) if item.error else "",
    }


def _package(item: Item) -> str:
    return item.prepared.package if item.prepared else "adapters"


def _tell_next(plan: Plan, connection: Connection) -> None:
    counts = ", ".join(f"{count} {words(ACTIONS[name])}" for name, count in plan.counts.items() if count)
    say("Rencana %(code)s: %(counts)s. Belum ada yang dikirim.", code=plan.code, counts=counts or "–")
    if plan.to_send and may_push(connection):
        say("Kirim dengan: jampel adapter push %(system)s --year %(year)s --plan %(code)s",
            system=plan.system, year=plan.year, code=plan.code)  # fmt: skip
    elif plan.to_send:
        say('Pengiriman belum diizinkan: tulis push = "ya" di [adapters.%(system)s].', system=plan.system)


def _end(plan: Plan) -> None:
    counts = plan.counts
    if counts[REFUSE] or counts[DIFFERS] or counts[GONE]:
        text = N_(
            "%(refuse)s tidak dapat dikirim, %(differs)s berbeda dari yang terkirim, %(gone)s tidak diterima lagi. "
            "Jampel tidak mengubah yang sudah terkirim; betulkan di sistem itu."
        )
        fail(words(text, **counts), FINDINGS)
