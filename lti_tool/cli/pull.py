"""`jampel lrs pull`: the statements of another LRS into this one, and next time only what came since."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec
from rich.progress import Progress, SpinnerColumn, TextColumn

from lti_tool.cli.forward import SECRET_FILE, agent_of, read_secret
from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.refusals import Refusals
from lti_tool.cli.times import time_in
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
from lti_tool.errors import ToolError
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.errors import ForwardError, PullError, StatementError
from xapi.lrs.forwarding.target import require_credential, require_endpoint
from xapi.lrs.selection import selection_of
from xapi.lrs.transfer.admission import Admission
from xapi.lrs.transfer.client import HttpSourceClient
from xapi.lrs.transfer.cursor import PullNote
from xapi.lrs.transfer.importer import Importer
from xapi.lrs.transfer.pull import Asked, Pull, Taker
from xapi.lrs.transfer.report import Counts, Hear
from xapi.lrs.transfer.survey import Survey
from xapi.words import explain

SOURCES = ("foreign", "lms_record")
T = TypeVar("T")
_NUMBERS = ("read", "new", "already", "conflicts", "refused")


@click.command(
    "pull",
    cls=Command,
    help=N_(
        "Tarik pernyataan dari LRS lain ke LRS ini. Dijalankan lagi, hanya yang baru yang diambil. Rahasianya "
        "ditanyakan, atau dibaca dari berkas.\n\n"
        "Contoh: jampel lrs pull https://lrs.contoh.go.id/xapi/ --key KUNCI --secret-file rahasia.txt"
    ),
)
@click.argument("url")
@option("--key", required=True, help=N_("Kunci Jampel di sana."))
@option("--secret-file", type=SECRET_FILE, help=N_("Berkas berisi rahasia (- untuk masukan baku)."))
@option("--since", default="", help=N_("Hanya yang disimpan sesudah waktu ini, misalnya 2026-01-01T00:00:00Z."))
@option("--verb", default="", metavar="IRI", help=N_("Hanya kata kerja ini."))
@option("--activity", default="", metavar="IRI", help=N_("Hanya kegiatan ini."))
@option("--agent", default="", metavar="JSON", help=N_("Hanya pelaku ini (Agent xAPI dalam JSON)."))
@option(
    "--source",
    type=click.Choice(SOURCES),
    default="foreign",
    help=N_("Sumber bukti semua pernyataan (bawaan: foreign)."),
)
@option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help=N_("Tulis semua penolakan ke berkas ini."))
@option("--limit", type=click.IntRange(1, 1000), default=200, help=N_("Pernyataan per jawaban (bawaan: 200)."))
@option("--no-attachments", is_flag=True, help=N_("Tanpa isi lampiran; pernyataan yang memerlukannya ditolak."))
@option("--from-start", is_flag=True, help=N_("Mulai dari awal, walau sudah pernah ditarik."))
@option("--dry-run", is_flag=True, help=N_("Baca dan hitung saja; tidak ada yang disimpan."))
@option("--allow-http", is_flag=True, help=N_("Izinkan alamat tanpa https (jaringan tertutup)."))
@json_option
@settings_option
def pull(
    settings: Settings, url: str, key: str, secret_file: Any, source: str, rejects: Path | None, from_start: bool,
    dry_run: bool, allow_http: bool, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """Each statement is stored, there already, or refused with its id and reason; exit 1 when any was not taken."""
    asked = _usable(lambda: _asked(**given))
    _usable(lambda: require_endpoint(url, plain_http=allow_http))
    secret = read_secret(secret_file)
    _usable(lambda: require_credential(key, secret))
    client = HttpSourceClient(url, key, secret)
    refusals = Refusals(N_("Pernyataan ke-%(line)s (%(id)s), %(path)s: %(reason)s"), rejects)
    opened = open_existing if dry_run else open_or_begin
    with opened(settings) as services, _progress(services.zone) as told:
        note = None if dry_run else PullNote(settings.data / "pulls", _facts(services, url, key, source, asked))
        run = Pull(
            client, _taker(services, source, dry_run=dry_run), hear=refusals.hear, told=told,
            clock=services.clock, note=note,
        )  # fmt: skip
        told.counts = run.counts
        try:
            run.run(asked, anew=from_start)
        except PullError:
            _tell(run.counts)
            raise
        finally:
            client.close()
            refusals.close()
    if as_json:
        print_json({**msgspec.to_builtins(run.counts), "until": run.until or None, "dry_run": dry_run})
    _tell(run.counts)
    if dry_run:
        say("Tidak ada yang disimpan; pelaku baru diperiksa saat disimpan.")
    if not run.counts.sound:
        fail(words("Tidak semua pernyataan masuk."), FINDINGS)


def _usable(make: Callable[[], T]) -> T:
    """What `make` returns; a wrong option is told in a sentence, and is a fault of usage."""
    try:
        return make()
    except (ForwardError, StatementError, ToolError) as error:
        fail(explain(error, preferred_language()), USAGE)


def _asked(*, verb: str, activity: str, agent: str, since: str, limit: int, no_attachments: bool) -> Asked:
    agents = [agent_of(agent)] if agent else []
    checked = selection_of(
        verbs=[verb] if verb else [], activities=[activity] if activity else [], agents=agents, since=since
    )
    return Asked(
        verb=verb, activity=activity, agent=msgspec.json.encode(agents[0]).decode() if agents else "",
        since=checked.since, limit=limit, attachments=not no_attachments,
    )  # fmt: skip


def _facts(services: Services, url: str, key: str, source: str, asked: Asked) -> tuple[str, ...]:
    """What makes a pull another one than the last: from where, as whom, and of what."""
    of_what = (asked.verb, asked.activity, asked.agent, asked.since)
    return (services.institution.id, url.rstrip("/"), key, source, *of_what)


def _taker(services: Services, source: str, *, dry_run: bool) -> Callable[[Hear], Taker]:
    institution = services.institution.id

    def survey(hear: Hear) -> Taker:
        return Survey(lambda ids: services.statements.bodies(institution, ids), hear)

    def importer(hear: Hear) -> Taker:
        return Importer(
            services.lrs, services.statements, services.principal,
            admission=Admission(services.intake), source=source, hear=hear,
        )  # fmt: skip

    return survey if dry_run else importer


class _Told:
    """Shows on `progress` how far a pull has come, and waits for it."""

    def __init__(self, progress: Progress, zone: tzinfo) -> None:
        self._progress = progress
        self._zone = zone
        self._task = progress.add_task("", total=None, count=0, until="")
        self.counts = Counts()

    def page(self, until: str) -> None:
        """As in `Told`."""
        self._progress.update(self._task, count=self.counts.read, until=time_in(until, self._zone, seconds=True))

    def wait(self, seconds: float) -> None:
        """As in `Told`."""
        say("LRS itu sibuk atau tidak menjawab; dicoba lagi dalam %(n)s detik.", n=round(seconds) or 1)
        time.sleep(seconds)


@contextmanager
def _progress(zone: tzinfo) -> Iterator[_Told]:
    """A line on stderr with what has been read and up to when; none when stderr is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.fields[count]} · {task.fields[until]}"))
    with Progress(*columns, console=TALK, disable=not TALK.is_terminal) as progress:
        yield _Told(progress, zone)


def _tell(counts: Counts) -> None:
    say(
        "%(read)s dibaca: %(new)s baru, %(already)s sudah ada, %(conflicts)s bentrok, %(refused)s ditolak.",
        **{name: getattr(counts, name) for name in _NUMBERS},
    )
