"""What can be told about a connection: options that lack, what the system answers, and which doors are confirmed."""

from collections.abc import Iterator

from adapters.base import Adapter, capabilities
from adapters.remote import CheckLine, Connection, Door
from lti_tool.console import N_
from lti_tool.systems.connections import PUSH, may_push, options_of
from lti_tool.systems.pull import crashed
from xapi.errors import JampelError

AWAY = ("remote.unreachable", "remote.busy", "remote.untrusted", "remote.redirected", "remote.broken_answer")
"""Codes of a system that cannot be reached as it is set up."""


def lines_of(adapter: Adapter, connection: Connection) -> Iterator[CheckLine]:
    """All lines about `connection`: options, then what the adapter's own check finds out, else its doors."""
    lacking = [line for line in _options(adapter, connection) if line.state == "missing"]
    yield from lacking
    if adapter.check is not None and not lacking:
        yield from _asked(adapter, connection)
    elif adapter.check is None:
        yield from _capabilities(adapter)
    for door in adapter.doors:
        if adapter.check is None or door.confirmed != "yes":
            yield _door(door)
    if adapter.push is not None:
        yield _push(connection)


def is_away(line: CheckLine) -> bool:
    """Whether a line says that the system could not be reached."""
    return line.state == "failed" and line.code in AWAY


def _options(adapter: Adapter, connection: Connection) -> Iterator[CheckLine]:
    for option in options_of(adapter):
        if option.required and not connection.options.get(option.name):
            text = N_("Opsi %(name)s belum diisi di [adapters.%(system)s].")
            params = {"name": option.name, "system": adapter.name}
            yield CheckLine(state="missing", text=text, params=params, package="lti_tool")


def _asked(adapter: Adapter, connection: Connection) -> Iterator[CheckLine]:
    """What the adapter's own check says; what it raises is a line too."""
    try:
        yield from _promised(adapter, connection)
    except JampelError as error:
        yield CheckLine.of(error, "missing" if error.code == "adapter.option_missing" else "failed")


def _promised(adapter: Adapter, connection: Connection) -> Iterator[CheckLine]:
    try:
        yield from adapter.check.lines(connection) if adapter.check else ()
    except JampelError:
        raise
    except Exception as cause:
        raise crashed(adapter, cause) from cause


def _capabilities(adapter: Adapter) -> Iterator[CheckLine]:
    can = capabilities(adapter)
    if "exchange" in can and adapter.exchange is not None:
        params = {"files": ", ".join(adapter.exchange.extensions)}
        yield CheckLine(state="ok", text=N_("Berkas %(files)s dapat dibaca."), params=params, package="lti_tool")
    if "package_preset" in can:
        yield CheckLine(state="ok", text=N_("Paket modul dapat dibuat untuk sistem ini."), package="lti_tool")
    if "launch_profile" in can:
        text = N_("Peluncuran LTI didukung; daftarkan dan periksa dengan jampel lti dan jampel doctor.")
        yield CheckLine(state="ok", text=text, package="lti_tool")
    if "pull" in can or "push" in can:
        text = N_("Adaptor ini tidak punya pemeriksaan sendiri; coba dengan --dry-run.")
        yield CheckLine(state="unknown", text=text, package="lti_tool")


def _door(door: Door) -> CheckLine:
    return CheckLine(state="ok" if door.confirmed == "yes" else "unknown", text=door.text, package=door.package)


def _push(connection: Connection) -> CheckLine:
    if may_push(connection):
        return CheckLine(state="ok", text=N_("Pengiriman catatan diizinkan."), package="lti_tool")
    text = N_('Pengiriman catatan mati: opsi %(name)s belum "ya". Rencana dan berkasnya tetap dapat dibuat.')
    return CheckLine(state="unknown", text=text, params={"name": PUSH.name}, package="lti_tool")
