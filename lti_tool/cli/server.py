"""`jampel serve`, `jampel worker`, `jampel config show`, `jampel doctor`."""

import os
import signal
import threading
from importlib.metadata import packages_distributions

import click
import msgspec

from adapters.registry import load_adapters
from lti_tool.cli.doctor_clock import say_clock
from lti_tool.cli.doctor_disk import require_writable, say_disk
from lti_tool.cli.doctor_platform import examine_platform
from lti_tool.cli.doctor_sign_on import say_sign_on
from lti_tool.cli.doctor_zone import say_zone
from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.console import (
    FINDINGS,
    N_,
    Command,
    Group,
    fail,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.databases import DATABASES, place_of
from lti_tool.import_names import foreign_owners
from lti_tool.logs import init_logging
from lti_tool.logs.setup import log_crashes
from lti_tool.serve import WorkerProcess, check_port, end_with_parent, shared_folder
from lti_tool.serve import serve as run_server
from lti_tool.settings import Server, Settings, shared_figures, sources_of
from lti_tool.systems.connections import masked
from lti_tool.watch.tally import Tally
from lti_tool.worker import FULL_ROUND, Work
from xapi.database import open_database, server_version, without_password

BEHIND = 5  # niceness
GRACE_SECONDS = 5  # a build that takes longer is begun anew by the next worker


@click.command(cls=Command, help=N_("Jalankan server web dan satu pekerja.\n\nContoh: jampel serve --port 8000"))
@option("--host", help=N_("Alamat untuk didengarkan (bawaan 127.0.0.1)."))
@option("--port", type=click.IntRange(1, 65535), help=N_("Porta (bawaan 8000)."))
@option("--workers", type=click.IntRange(1, 64), help=N_("Banyaknya proses web (bawaan 1; SQLite cukup dengan satu)."))
@click.option("--with-parent", is_flag=True, hidden=True)
@settings_option
def serve(settings: Settings, host: str | None, port: int | None, workers: int | None, with_parent: bool) -> None:
    """The web server with one worker beside it."""
    if with_parent:
        end_with_parent()
    given = {"host": host, "port": port, "workers": workers}
    server = msgspec.structs.replace(settings.server, **{name: value for name, value in given.items() if value})
    settings = msgspec.structs.replace(settings, server=_public(server, settings.server))
    check_port(server.host, server.port)
    open_or_begin(settings).close()  # migrations and first keys, before any process shares them
    require_writable(settings)
    if not with_parent:
        say("Jampel berjalan di %(url)s · data di %(data)s", url=settings.base_url, data=settings.data)
    with shared_folder(), WorkerProcess(settings) as beside:
        run_server(settings, beside.restart)


def _public(server: Server, configured: Server) -> Server:
    """Without a configured public address, the address is where the server listens."""
    return server if configured.base_url else msgspec.structs.replace(server, base_url="")


@click.command(
    cls=Command,
    help=N_(
        "Jalankan pekerja saja: kirim pernyataan dan nilai, hitung kredit.\n\n"
        "Contoh: jampel worker --data /var/lib/jampel"
    ),
)
@option("--once", is_flag=True, help=N_("Kerjakan yang menunggu, lalu berhenti."))
@click.option("--with-parent", is_flag=True, hidden=True)
@settings_option
def worker(settings: Settings, once: bool, with_parent: bool) -> None:
    """Delivers, projects and sends until it is told to stop."""
    parent, stop = os.getppid(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        # It is for the server, which then begins another worker in good order.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if not once:
        init_logging(settings, "worker")
        log_crashes()
    services, tally = open_existing(settings), Tally(shared_figures())
    work = Work(services, tally=tally)
    beside = (work.pulse.keep_beating, tally.keep_sharing, work.keep_building, work.keep_at_tasks)
    threads = [] if once else [keep(stop) for keep in beside]
    if with_parent:
        os.nice(BEHIND)  # people wait for the pages beside it, nobody for the worker
    if once:
        while work.run_once() or work.build_once() or work.task_once():
            pass
    while not once and not stop.is_set() and not (with_parent and os.getppid() != parent):
        if work.run_once() < FULL_ROUND:
            stop.wait(services.settings.server.worker_pause)
    stop.set()
    for thread in threads:
        thread.join(GRACE_SECONDS)
    services.close()


@click.group(cls=Group, help=N_("Lihat pengaturan."))
def config() -> None:
    """Settings."""


@config.command(
    "show", help=N_("Tampilkan pengaturan yang berlaku.\n\nContoh: jampel config show --data /var/lib/jampel")
)
@settings_option
def show(settings: Settings) -> None:
    """The settings in force and where each comes from, as JSON; passwords in addresses of databases and secrets of
    adapters are not shown."""
    database = settings.database
    shown = msgspec.structs.replace(
        settings,
        database=msgspec.structs.replace(
            database, url=without_password(database.url), people_url=without_password(database.people_url)
        ),
    )
    options = masked(settings, load_adapters())
    plain = msgspec.to_builtins(shown, builtin_types=(), enc_hook=str)
    del plain["data_from"]  # it stands among the sources
    print_json(plain | {"base_url": settings.base_url, "adapters": options, "sources": sources_of(settings)})


def say_databases(settings: Settings) -> None:
    """One line for each place where data are; raises DatabaseError for one that cannot be reached."""
    places = {place_of(database, settings): settings.data for database in reversed(DATABASES)}
    shown = {without_password(place) if isinstance(place, str) else data: place for place, data in places.items()}
    for name, place in shown.items():
        engine = open_database(place)
        try:
            version = server_version(engine)
        finally:
            engine.dispose()
        say("Basis data dapat dibuka dan mutakhir: %(version)s, %(place)s", version=version, place=name)


@click.command(
    cls=Command,
    help=N_(
        "Periksa pemasangan: nama impor, pengaturan, basis data. Dengan PLATFORM (id, nama, atau issuer): periksa "
        "sambungan ke LMS itu.\n\nContoh: jampel doctor 'LMS Provinsi'"
    ),
)
@click.argument("platform", required=False)
@option("--read-only", is_flag=True, help=N_("Jangan membuat kolom nilai percobaan di LMS."))
@json_option
@settings_option
def doctor(settings: Settings, platform: str | None, read_only: bool, as_json: bool) -> None:
    """Checks this installation, or the connection to a platform; exit 1 when something is wrong, 3 unreachable."""
    if platform:
        examine_platform(settings, platform, may_write=not read_only, as_json=as_json)
    if as_json or read_only:
        raise click.UsageError(words("--json dan --read-only memerlukan PLATFORM."))
    stolen = foreign_owners(packages_distributions())
    for name, others in stolen.items():
        say(
            "SALAH nama impor %(name)s juga milik %(others)s: lepas pemasangannya.", name=name, others=", ".join(others)
        )
    say("Pengaturan terbaca; alamat publik %(url)s", url=settings.base_url)
    if say_zone(settings.institution.time_zone):
        fail(words("Ada yang perlu dibetulkan."), FINDINGS)
    with open_existing(settings) as services:
        is_late = say_clock(services)
        is_sign_on_wrong = say_sign_on(services)
    say_databases(settings)
    is_stuck = say_disk(settings)
    if stolen or is_late or is_stuck or is_sign_on_wrong:
        fail(words("Ada yang perlu dibetulkan."), FINDINGS)
