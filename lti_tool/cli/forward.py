"""`jampel lrs forward …`: the other LRSs that statements are forwarded to."""

from typing import Any

import click
import msgspec
from rich.table import Table

from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.output import show_table
from lti_tool.console import FINDINGS, N_, Group, fail, json_option, option, print_json, say, settings_option, words
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.lrs.forwarding import ForwardDesk, NewTarget, Target
from xapi.lrs.forwarding.target import ON, PAUSED, STOPPED, VERSIONS
from xapi.lrs.log import place_of
from xapi.lrs.principal import SOURCES
from xapi.lrs.selection import selection_of
from xapi.words import explain

MOST_SECRET = 4096
SECRET_FILE = click.File("r", encoding="utf-8")


@click.group("forward", cls=Group, help=N_("Penerusan ke LRS lain: provinsi ke pusat."))
def forward() -> None:
    """Forwarding."""


@forward.command(
    "add",
    help=N_(
        "Teruskan pernyataan ke LRS di alamat ini. Rahasianya ditanyakan, atau dibaca dari berkas.\n\n"
        "Contoh: jampel lrs forward add https://lrs.pusat.go.id/xapi/ --name pusat --key KUNCI "
        "--secret-file rahasia.txt"
    ),
)
@click.argument("url")
@option("--name", required=True, help=N_("Nama tujuan."))
@option("--key", required=True, help=N_("Kunci Jampel di sana."))
@option("--secret-file", type=SECRET_FILE, help=N_("Berkas berisi rahasia (- untuk masukan baku)."))
@option("--xapi", "version", type=click.Choice(VERSIONS), default=VERSIONS[0], help=N_("Versi xAPI tujuan."))
@option("--verb", "verbs", multiple=True, metavar="IRI", help=N_("Hanya kata kerja ini; boleh berulang."))
@option("--activity", "activities", multiple=True, metavar="IRI", help=N_("Hanya kegiatan ini dan yang terkait."))
@option("--agent", "agents", multiple=True, metavar="JSON", help=N_("Hanya pelaku ini (Agent xAPI dalam JSON)."))
@option("--source", "sources", multiple=True, type=click.Choice(sorted(SOURCES)), help=N_("Hanya sumber bukti ini."))
@option("--since", default="", help=N_("Hanya yang disimpan sesudah waktu ini, misalnya 2026-01-01T00:00:00Z."))
@option("--from-now", is_flag=True, help=N_("Hanya yang disimpan mulai sekarang."))
@option("--no-attachments", is_flag=True, help=N_("Tanpa lampiran; pernyataan yang memerlukannya tidak dikirim."))
@option("--allow-http", is_flag=True, help=N_("Izinkan alamat tanpa https (jaringan tertutup)."))
@json_option
@settings_option
def add(
    settings: Settings, url: str, secret_file: Any, agents: tuple[str, ...], from_now: bool, no_attachments: bool,
    allow_http: bool, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """Keeps a target; the worker begins with it at once."""
    picks = {name: given.pop(name) for name in ("verbs", "activities", "sources", "since")}
    selection = selection_of(**picks, agents=[agent_of(text) for text in agents])
    secret = read_secret(secret_file)
    with open_or_begin(settings) as services:
        new = NewTarget(
            endpoint=url, secret=secret, selection=selection, attachments=not no_attachments, plain_http=allow_http,
            position=_start(services, selection.since, from_now=from_now), **given,
        )  # fmt: skip
        target = services.forwards.add(new)
        facts = _facts(services.forwards, target)
    if as_json:
        print_json(facts)
        return
    click.echo(target.id)
    say("%(name)s ditambahkan; pekerja (jampel serve) mulai mengirim ke %(url)s.", name=target.name, url=url)


def _start(services: Services, since: str, *, from_now: bool) -> int:
    """The position from which a new target begins: nothing before it could be of its selection."""
    if from_now:
        return services.forwards.end()
    return place_of(services.statements, services.institution.id, since) if since else 0


def agent_of(text: str) -> dict[str, object]:
    """The Agent that stands in an option as JSON; ToolError when it is none."""
    try:
        return msgspec.json.decode(text.encode(), type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as cause:
        raise ToolError("command.agent", "not an Agent in JSON") from cause


def read_secret(file: Any) -> str:
    """The secret from a file, or typed; never an argument, which every user of the machine could read."""
    if file is not None:
        return str(file.read(MOST_SECRET)).strip()
    return str(click.prompt(words("Rahasia Jampel di sana"), hide_input=True, err=True))


@forward.command("list", help=N_("Daftar tujuan penerusan.\n\nContoh: jampel lrs forward list"))
@json_option
@settings_option
def list_targets(settings: Settings, as_json: bool) -> None:
    """Targets with state and position; never a secret."""
    with open_existing(settings) as services:
        found = [_facts(services.forwards, target) for target in services.forwards.all()]
    if as_json:
        print_json(found)
        return
    _show(found)


@forward.command(
    "status",
    help=N_(
        "Keadaan penerusan: sampai mana, apa yang tertahan, apa yang salah.\n\nKode keluar 1 bila ada masalah.\n\n"
        "Contoh: jampel lrs forward status"
    ),
)
@click.argument("name", required=False)
@json_option
@settings_option
def status(settings: Settings, name: str | None, as_json: bool) -> None:
    """Position, failure with remedy, and held statements; exit 1 when a target failed, stopped, or holds something."""
    with open_existing(settings) as services:
        desk = services.forwards
        targets = [desk.named(name)] if name else desk.all()
        found = [_facts(desk, target) | {"held": _held(desk, target)} for target in targets]
    if as_json:
        print_json(found)
    else:
        _show(found)
        _tell(found)
    if any(one["problem"] or one["held_count"] for one in found):
        fail(words("Ada penerusan yang perlu diperhatikan."), FINDINGS)


@forward.command("pause", help=N_("Jeda penerusan ke sebuah tujuan.\n\nContoh: jampel lrs forward pause pusat"))
@click.argument("name")
@settings_option
def pause(settings: Settings, name: str) -> None:
    """Nothing goes there until resume."""
    with open_existing(settings) as services:
        services.forwards.pause(services.forwards.named(name))
    say("Penerusan ke %(name)s dijeda.", name=name)


@forward.command(
    "resume",
    help=N_(
        "Lanjutkan penerusan yang dijeda atau berhenti, bila perlu dengan kredensial baru.\n\n"
        "Contoh: jampel lrs forward resume pusat --secret-file rahasia-baru.txt"
    ),
)
@click.argument("name")
@option("--key", default="", help=N_("Kunci baru."))
@option("--secret-file", type=SECRET_FILE, help=N_("Berkas berisi rahasia (- untuk masukan baku)."))
@settings_option
def resume(settings: Settings, name: str, key: str, secret_file: Any) -> None:
    """Goes on where it was, at once."""
    secret = read_secret(secret_file) if secret_file is not None or key else ""
    with open_existing(settings) as services:
        services.forwards.resume(services.forwards.named(name), key, secret)
    say("Penerusan ke %(name)s dilanjutkan.", name=name)


@forward.command(
    "remove",
    help=N_(
        "Hapus sebuah tujuan; pernyataannya tetap ada di sini dan di sana.\n\nContoh: jampel lrs forward remove pusat"
    ),
)
@click.argument("name")
@settings_option
def remove(settings: Settings, name: str) -> None:
    """Forgets the target, its position and what it refused."""
    with open_existing(settings) as services:
        services.forwards.remove(services.forwards.named(name))
    say("Tujuan %(name)s dihapus.", name=name)


@forward.command(
    "retry",
    help=N_(
        "Coba lagi pernyataan yang ditolak tujuan: semua, atau satu (--statement).\n\n"
        "Contoh: jampel lrs forward retry pusat"
    ),
)
@click.argument("name")
@option("--statement", metavar="ID", help=N_("Id pernyataan."))
@settings_option
def retry(settings: Settings, name: str, statement: str | None) -> None:
    """The worker tries them with its next round."""
    with open_existing(settings) as services:
        desk, target = services.forwards, services.forwards.named(name)
        number = desk.retry(target, None if statement is None else _seq(desk, target, statement))
    say("%(n)s akan dicoba lagi.", n=number)


@forward.command(
    "skip",
    help=N_(
        "Lewati untuk selamanya sebuah pernyataan yang ditolak tujuan.\n\n"
        "Contoh: jampel lrs forward skip pusat --statement ID"
    ),
)
@click.argument("name")
@option("--statement", required=True, metavar="ID", help=N_("Id pernyataan."))
@settings_option
def skip(settings: Settings, name: str, statement: str) -> None:
    """It stays in this LRS and is never sent there again."""
    with open_existing(settings) as services:
        desk, target = services.forwards, services.forwards.named(name)
        desk.skip(target, _seq(desk, target, statement))
    say("Pernyataan %(id)s dilewati.", id=statement)


def _seq(desk: ForwardDesk, target: Target, statement: str) -> int:
    for held in desk.held(target, limit=desk.held_count(target)):
        if held.statement == statement.lower():
            return held.seq
    raise ToolError("forward.not_held", statement, id=statement)


def _facts(desk: ForwardDesk, target: Target) -> dict[str, Any]:
    waiting, problem = desk.waiting(target), target.problem()
    shown = ("id", "name", "endpoint", "version", "key", "attachments", "state", "position", "sent")
    return {name: getattr(target, name) for name in shown} | {
        "selection": msgspec.to_builtins(target.selection),
        "waiting": waiting.count,
        "waiting_exact": waiting.exact,
        "held_count": desk.held_count(target),
        "last_success": target.success,
        "next_attempt": target.due if target.attempts else None,
        "problem": None if problem is None else problem.code,
        "explanation": None if problem is None else explain(problem, preferred_language()),
    }


def _held(desk: ForwardDesk, target: Target) -> list[dict[str, object]]:
    return [{"statement": one.statement, "reason": one.reason, "again": one.again} for one in desk.held(target)]


def state_name(state: str) -> str:
    """The state of a target in words."""
    return {ON: words("Menyala"), PAUSED: words("Dijeda"), STOPPED: words("Berhenti")}[state]


def _show(found: list[dict[str, Any]]) -> None:
    table = Table()
    headings = (words("Nama"), words("Keadaan"), words("Terkirim"), words("Menunggu"), words("Ditahan"))
    for heading in (*headings, words("Alamat")):
        table.add_column(heading)
    for one in found:
        about = "" if one["waiting_exact"] else "± "
        numbers = (str(one["sent"]), f"{about}{one['waiting']}", str(one["held_count"]))
        table.add_row(one["name"], state_name(one["state"]), *numbers, one["endpoint"])
    show_table(table)


def _tell(found: list[dict[str, Any]]) -> None:
    for one in found:
        if one["explanation"]:
            say("%(name)s: %(explanation)s", name=one["name"], explanation=one["explanation"])
        for held in one["held"]:
            say("Ditahan: %(id)s: %(reason)s", id=held["statement"], reason=held["reason"])
