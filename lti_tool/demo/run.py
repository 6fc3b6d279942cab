"""Starts the demo's processes, says where to go, and stops them again."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from lti_tool.console import DONE, N_, say, working
from lti_tool.demo.client import reachable
from lti_tool.demo.data import prepare
from lti_tool.demo.once import go_round
from lti_tool.demo.places import (
    HOST,
    SECTIONS,
    Places,
    alone_in,
    check_database,
    places_of,
    sandbox_port,
    write_settings,
)
from lti_tool.errors import ToolError
from lti_tool.sandbox.config import Lms
from lti_tool.serve import STOP_SECONDS, check_port, end_with_parent, serve_sandbox
from lti_tool.settings import Settings, child_environment, reach_this_machine_directly

START_SECONDS = 60


def run_demo(settings: Settings, *, once: bool, lms: Lms = "strict") -> int:
    """Fills the data folder, runs tool and sandbox LMS, which behaves like `lms`; returns the exit code."""
    places = places_of(settings)
    reach_this_machine_directly()
    with alone_in(settings.data):
        check_ports(settings, places)
        write_settings(settings)
        check_database(settings)
        link = prepare(settings, places, lms)
        with processes(settings, places):
            if once:
                return go_round(settings, places)
            welcome(places, link)
            wait_for_stop()
    return DONE


def check_ports(settings: Settings, places: Places) -> None:
    """Raises ToolError when the demo cannot listen at its two ports."""
    for url, port in ((places.tool, settings.server.port), (places.sandbox, sandbox_port(settings))):
        try:
            check_port(HOST, port)
        except ToolError as cause:
            if cause.code != "serve.port_busy":
                raise
            raise ToolError("demo.port_busy", url, url=url) from cause


def welcome(places: Places, link: str) -> None:
    """Where to go and what to try."""
    say("\nJampel berjalan. Hentikan dengan Ctrl+C.\n")
    say("  LMS contoh   %(url)s   masuk sebagai pengajar atau pegawai", url=places.sandbox)
    say("  Jampel       %(url)s   pustaka, audit, admin", url=places.tool)
    say("  Admin        %(url)s   buat akun Anda (tautan sekali pakai)\n", url=link)


def wait_for_stop() -> None:
    """Returns when the person presses Ctrl+C."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return


@contextmanager
def processes(settings: Settings, places: Places) -> Iterator[None]:
    """The tool (with its worker) and the sandbox LMS as processes of their own, until the block ends."""
    environment = child_environment(settings, from_file=SECTIONS)
    started = [_start(command, environment) for command in ("serve", "sandbox")]
    try:
        with working(N_("Menjalankan Jampel dan LMS contoh …")):
            for url in (f"{places.tool}/healthz", places.sandbox):
                wait_until_reachable(url, started)
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _start(command: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """One of our own commands, in a session of its own: Ctrl+C reaches only us, and we stop it in order."""
    line = [sys.executable, "-m", "lti_tool.cli", command, "--with-parent"]
    return subprocess.Popen(line, env=environment, start_new_session=True)  # noqa: S603


def wait_until_reachable(url: str, started: list[subprocess.Popen[bytes]]) -> None:
    """Returns when `url` answers; raises ToolError when a process ended or it takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not reachable(url):
        if any(process.poll() is not None for process in started) or time.monotonic() > deadline:
            raise ToolError("demo.not_started", url, url=url)
        time.sleep(0.2)


def run_sandbox(settings: Settings, *, with_parent: bool) -> None:
    """The sandbox LMS in this process; `with_parent` ends it with the process that started it."""
    if with_parent:
        end_with_parent()
    server = msgspec.structs.replace(settings.server, host=HOST, port=sandbox_port(settings))
    serve_sandbox(msgspec.structs.replace(settings, server=server))
