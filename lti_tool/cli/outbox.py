"""`jampel outbox status|flush|retry|receipts`: what waits to be delivered, and what was."""

import uuid
from typing import Any

import click
import msgspec
from rich.table import Table

from lti_tool.cli import exchange, outbox_scores
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import (
    FINDINGS,
    N_,
    Group,
    fail,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.settings import Settings
from lti_tool.worker import Work
from xapi.queue import Pause, Receipt
from xapi.queue.queue import STATES


@click.group(cls=Group, help=N_("Yang menunggu dikirim: pernyataan dan nilai."))
def outbox() -> None:
    """The durable queue."""


@outbox.command(
    "status",
    help=N_("Banyaknya yang menunggu, terkirim, dan ditahan.\n\nContoh: jampel outbox status --json"),
)
@json_option
@settings_option
def status(settings: Settings, as_json: bool) -> None:
    """Counts by kind, what is stopped and why, and the reasons of what is held back."""
    with open_existing(settings) as services:
        if as_json:
            print_json(_status(services))
            return
        institution = services.institution.id
        counts, held = services.queue.status(institution), services.queue.quarantined(institution)
        pauses, zone = services.queue.pauses(institution), services.zone
    table = Table()
    for heading in (words("Jenis"), words("Menunggu"), words("Sedang dikirim"), words("Terkirim"), words("Ditahan")):
        table.add_column(heading)
    for kind, numbers in sorted(counts.items()):
        table.add_row(kind, *(str(numbers.get(state, 0)) for state in STATES))
    show_table(table)
    for pause in pauses:
        _say_pause(pause, local_time(pause.until, zone))
    for job in held:
        say("Ditahan: %(kind)s %(id)s: %(reason)s", kind=job.kind, id=job.id, reason=job.reason)


@outbox.command("flush", help=N_("Kirim sekarang semua yang menunggu.\n\nContoh: jampel outbox flush"))
@json_option
@settings_option
def flush(settings: Settings, as_json: bool) -> None:
    """Exit 1 when something is still waiting or held back afterwards."""
    with open_existing(settings) as services:
        services.queue.hurry(services.institution.id)
        work = Work(services)
        while work.run_once():
            pass
        counts, state = services.queue.status(services.institution.id), _status(services)
    left = sum(numbers.get(name, 0) for numbers in counts.values() for name in ("waiting", "leased", "quarantined"))
    if as_json:
        print_json(state)
    if left:
        fail(words("%(n)s belum terkirim; lihat jampel outbox status.", n=left), FINDINGS)
    say("Semua terkirim.")


@outbox.command(
    "retry",
    help=N_(
        "Lepaskan yang ditahan untuk dicoba lagi: semua, atau yang disebut dengan nomornya atau id pernyataannya.\n\n"
        "Contoh: jampel outbox retry 17"
    ),
)
@click.argument("ids", nargs=-1, metavar="[ID …]")
@json_option
@settings_option
def retry(settings: Settings, ids: tuple[str, ...], as_json: bool) -> None:
    """Puts everything that is held back into the queue again, or what is named; an unknown id is an error."""
    with open_existing(settings) as services:
        here, queue = services.institution.id, services.queue
        number = sum(_requeue_one(services, one) for one in ids) if ids else queue.requeue(here)
    if as_json:
        print_json({"requeued": number})
    say("%(n)s akan dicoba lagi.", n=number)


@outbox.command(
    "receipts",
    help=N_(
        "Tanda terima: siapa yang menerima apa, kapan, dan bagaimana; yang terbaru lebih dulu.\n\n"
        "Contoh: jampel outbox receipts --limit 20"
    ),
)
@click.argument("statement_id", required=False, metavar="[ID]")
@option("--limit", type=click.IntRange(1, 10_000), default=50, help=N_("Paling banyak sekian (bawaan: 50)."))
@json_option
@settings_option
def receipts(settings: Settings, statement_id: str | None, limit: int, as_json: bool) -> None:
    """The receipts of all, or the one of a statement; exit 1 when that one was not delivered."""
    with open_existing(settings) as services:
        key = statement_id.lower() if statement_id else None
        found = services.queue.receipts(services.institution.id, key=key, limit=limit)
        zone = services.zone
    if as_json:
        print_json([_receipt(one) for one in found])
    else:
        table = Table()
        for heading in (words("Kapan"), words("Jenis"), words("Id"), words("Penerima"), words("Cara")):
            table.add_column(heading)
        for one in found:
            said, when = _receipt(one), local_time(one.when, zone, seconds=True)
            table.add_row(when, one.kind, str(one.key or one.id), str(said.get("by", "")), str(said.get("how", "")))
        show_table(table)
    if statement_id and not found:
        fail(words("%(id)s belum terkirim atau tidak dikenal.", id=statement_id), FINDINGS)


def _requeue_one(services: Services, one: str) -> int:
    """Puts back the job with the number or the statement id `one`; raises ToolError when nothing like it is held."""
    here = services.institution.id
    number = services.queue.requeue(here, job_id=int(one)) if one.isascii() and one.isdigit() and len(one) < 19 else 0
    if not number and _is_uuid(one):
        number = services.queue.requeue(here, key=one.lower())
    if not number:
        raise ToolError("outbox.not_held", one, id=one)
    return number


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _status(services: Services) -> dict[str, Any]:
    institution = services.institution.id
    held = services.queue.quarantined(institution)
    return {
        "kinds": services.queue.status(institution),
        "stopped": [_pause(pause) for pause in services.queue.pauses(institution)],
        "quarantined": [{"id": job.id, "kind": job.kind, "key": job.key, "reason": job.reason} for job in held],
    }


def _pause(pause: Pause) -> dict[str, Any]:
    names = ("kind", "reason", "refused", "asked", "attempts", "since", "until")
    return {name: getattr(pause, name) for name in names}


def _receipt(one: Receipt) -> dict[str, Any]:
    """A receipt as plain values; what a handler wrote as JSON is spread out."""
    try:
        said = msgspec.json.decode(one.receipt, type=dict[str, Any])
    except msgspec.DecodeError:
        said = {"receipt": one.receipt}
    return {**said, "job": one.id, "kind": one.kind, "key": one.key, "when": one.when}


def _say_pause(pause: Pause, until: str) -> None:
    params = {"kind": pause.kind, "reason": pause.reason, "until": until}
    if pause.refused:
        say("BERHENTI: %(kind)s: kunci ditolak (%(reason)s). Perbaiki pengaturan, lalu jampel outbox flush. "
            "Dicoba lagi satu kali pada %(until)s.", **params)  # fmt: skip
    elif pause.asked:
        say("Jeda: %(kind)s sampai %(until)s, diminta oleh penerima (%(reason)s).", **params)
    else:
        say("Jeda: %(kind)s dicoba lagi pada %(until)s (%(reason)s).", **params)


for command in (*exchange.COMMANDS, *outbox_scores.COMMANDS):
    outbox.add_command(command)
