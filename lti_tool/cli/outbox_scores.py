"""`jampel outbox scores`: the scores that have not reached an LMS, why, and sending them once more."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import (
    FINDINGS,
    N_,
    Command,
    decimal,
    fail,
    json_option,
    option,
    preferred_language,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.score_problems import explained
from lti_tool.score_retry import send_again
from lti_tool.settings import Settings
from lti_tool.store import Undelivered
from xapi.words import explain

MOST = 10_000


@click.command(
    "scores",
    cls=Command,
    help=N_(
        "Nilai yang belum ada di buku nilai LMS, dengan sebabnya; --again mengirimnya lagi.\n\n"
        "Contoh: jampel outbox scores --again"
    ),
)
@option("--limit", type=click.IntRange(1, MOST), default=100, help=N_("Paling banyak sekian (bawaan: 100)."))
@option("--again", is_flag=True, help=N_("Kirim lagi semuanya pada putaran pekerja berikutnya."))
@json_option
@settings_option
def scores(settings: Settings, limit: int, again: bool, as_json: bool) -> None:
    """Lists the scores, without names; exit 1 when one was refused, for that waits for a person."""
    with open_existing(settings) as services:
        found = services.lti.score_lists.undelivered(MOST if again else limit)
        open_, refused = services.lti.score_lists.count()
        sent = send_again(services, [one.registration for one in found]) if again else 0
        zone = services.zone
    if as_json:
        print_json({"undelivered": open_, "refused": refused, "again": sent, "scores": [_facts(one) for one in found]})
    else:
        show_table(_table(found[:limit], zone))
    if again:
        say("%(n)s akan dicoba lagi.", n=sent)
    elif refused:
        fail(words("%(n)s nilai ditolak LMS; perbaiki sebabnya, lalu jampel outbox scores --again.", n=refused),
             FINDINGS)  # fmt: skip


def _table(found: list[Undelivered], zone: ZoneInfo) -> Table:
    table = Table()
    for heading in (words("Registrasi"), "LMS", words("Kegiatan"), words("Nilai"), words("Dicoba"), words("Alasan")):
        table.add_column(heading)
    for one in found:
        cells = (one.registration, one.platform_name, one.title or one.module, _points(one.best))
        table.add_row(*cells, local_time(one.tried_at, zone), _reason(one))
    return table


def _facts(one: Undelivered) -> dict[str, Any]:
    names = ("registration", "platform", "title", "module", "best", "problem", "delay", "tries", "tried_at", "reached")
    times = {name: _iso(getattr(one, name)) for name in ("tried_at", "reached")}
    return {name: getattr(one, name) for name in names} | times


def _iso(second: int | None) -> str | None:
    return None if second is None else datetime.fromtimestamp(second, UTC).isoformat()


def _points(hundredths: int) -> str:
    return decimal(hundredths / 100, 2).rstrip("0").rstrip(",.")


def _reason(one: Undelivered) -> str:
    reason = one.problem or one.delay
    return explain(explained(reason, one.platform_name), preferred_language()) if reason else "–"


COMMANDS = (scores,)
