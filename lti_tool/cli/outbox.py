"""`jampel outbox status|flush|retry`: what waits to be delivered."""

import click
from rich.table import Table

from lti_tool.cli.output import show_table
from lti_tool.console import (
    FINDINGS,
    N_,
    Group,
    fail,
    json_option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.services import open_services
from lti_tool.settings import Settings
from lti_tool.worker import Work
from xapi.queue.queue import STATES


@click.group(cls=Group, help=N_("Yang menunggu dikirim: pernyataan dan nilai."))
def outbox() -> None:
    """The durable queue."""


@outbox.command("status", help=N_("Banyaknya yang menunggu, terkirim, dan ditahan."))
@json_option
@settings_option
def status(settings: Settings, as_json: bool) -> None:
    """Counts by kind, and the reasons of what is held back."""
    with open_services(settings) as services:
        institution = services.institution.id
        counts, held = services.queue.status(institution), services.queue.quarantined(institution)
    if as_json:
        print_json(
            {"kinds": counts, "quarantined": [{"id": job.id, "kind": job.kind, "reason": job.reason} for job in held]}
        )
        return
    table = Table()
    for heading in (words("Jenis"), words("Menunggu"), words("Sedang dikirim"), words("Terkirim"), words("Ditahan")):
        table.add_column(heading)
    for kind, numbers in sorted(counts.items()):
        table.add_row(kind, *(str(numbers.get(state, 0)) for state in STATES))
    show_table(table)
    for job in held:
        say("Ditahan: %(kind)s %(id)s: %(reason)s", kind=job.kind, id=job.id, reason=job.reason)


@outbox.command("flush", help=N_("Kirim sekarang semua yang menunggu."))
@settings_option
def flush(settings: Settings) -> None:
    """Exit 1 when something is still waiting or held back afterwards."""
    with open_services(settings) as services:
        services.queue.hurry(services.institution.id)
        work = Work(services)
        while work.run_once():
            pass
        counts = services.queue.status(services.institution.id)
    left = sum(numbers.get(state, 0) for numbers in counts.values() for state in ("waiting", "leased", "quarantined"))
    if left:
        fail(words("%(n)s belum terkirim; lihat jampel outbox status.", n=left), FINDINGS)
    say("Semua terkirim.")


@outbox.command("retry", help=N_("Lepaskan yang ditahan untuk dicoba lagi."))
@settings_option
def retry(settings: Settings) -> None:
    """Puts everything that is held back into the queue again."""
    with open_services(settings) as services:
        number = services.queue.requeue(services.institution.id)
    say("%(n)s akan dicoba lagi.", n=number)


COMMANDS = (outbox,)
