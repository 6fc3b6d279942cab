"""`jampel lti debug|capture|replay`: watch the launches of a platform, save one, and judge it again anywhere."""

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from adapters.registry import load_adapters
from lti_tool.cli.agreement import agreed
from lti_tool.cli.installation import open_existing
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import FINDINGS, N_, Command, fail, json_option, option, print_json, say, settings_option, words
from lti_tool.debugger.capture import MOST_BYTES, read_capture
from lti_tool.debugger.desk import MOST_MINUTES, Debugger
from lti_tool.debugger.replay import replay as judge_again
from lti_tool.debugger.save import save_capture, signers
from lti_tool.doctor.consult import find_platform
from lti_tool.errors import LaunchRefused
from lti_tool.settings import Settings, preferred_language
from lti_tool.wiring import profiles_of
from xapi.words import explain


@click.command(
    "debug",
    cls=Command,
    help=N_(
        "Catat login dan peluncuran dari sebuah LMS untuk sementara, atau lihat catatannya.\n\n"
        "Contoh: jampel lti debug 'LMS Provinsi' --minutes 30"
    ),
)
@click.argument("platform")
@option("--minutes", type=click.IntRange(1, MOST_MINUTES), help=N_("Nyalakan pencatatan selama sekian menit."))
@option("--off", is_flag=True, help=N_("Matikan pencatatan."))
@json_option
@settings_option
def debug(settings: Settings, platform: str, minutes: int | None, off: bool, as_json: bool) -> None:
    """Switches the watch, and lists what was seen."""
    if minutes and off:
        raise click.UsageError(words("Pilih --minutes atau --off, jangan keduanya."))
    with open_existing(settings) as services:
        found = find_platform(services.lti, platform)
        desk = services.lti_parts.debugger
        if minutes:
            until = local_time(desk.switch_on(found.id, minutes), services.zone)
            say("Peluncuran %(name)s dicatat sampai %(until)s.", name=found.name, until=until)
        if off:
            desk.switch_off(found.id)
            say("Pencatatan peluncuran %(name)s dimatikan.", name=found.name)
        zone, rows = services.zone, _rows(desk, found.id)
    if as_json:
        print_json(rows)
    elif not minutes and not off:
        _show(rows, zone)


def _rows(desk: Debugger, platform: str) -> list[dict[str, Any]]:
    return [
        {
            "entry": row.id,
            "at": datetime.fromtimestamp(row.at, UTC),
            "kind": row.kind,
            "code": row.code,
            "reference": row.reference,
            "reached": seen.reached,
            "claims": seen.claims,
        }
        for row, seen in desk.entries(platform)
    ]


def _show(rows: list[dict[str, Any]], zone: tzinfo) -> None:
    table = Table()
    for heading in (words("Waktu"), words("Jenis"), words("Kode"), words("Rujukan"), words("Catatan")):
        table.add_column(heading)
    for row in rows:
        table.add_row(local_time(row["at"], zone), row["kind"], row["code"] or "–", row["reference"], str(row["entry"]))
    show_table(table)


@click.command(
    "capture",
    cls=Command,
    help=N_(
        "Simpan satu peluncuran yang tercatat sebagai berkas bertanda tangan. Berkas itu memuat data pribadi.\n\n"
        "Contoh: jampel lti capture CATATAN peluncuran.json"
    ),
)
@click.argument("entry")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--masked", is_flag=True, help=N_("Samarkan data pribadi; berkasnya tidak dapat dinilai ulang."))
@option("--yes", is_flag=True, help=N_("Jangan bertanya: berkas ini boleh memuat data pribadi."))
@settings_option
def capture(settings: Settings, entry: str, file: Path, masked: bool, yes: bool) -> None:
    """Writes a capture file, after asking."""
    question = words("Berkas ini memuat data pribadi peserta (nama, NIP). Simpan?")
    if not masked and not yes and not agreed(question):
        raise click.Abort
    with open_existing(settings) as services:
        raw, signer = save_capture(services.lti_parts, entry, masked=masked)
    _write_private(file, raw)
    click.echo(file)
    say("Ditandatangani kunci %(signer)s", signer=signer)


def _write_private(path: Path, raw: bytes) -> None:
    """A new file that only its owner can read; an existing one is left alone (OSError)."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        try:
            file.write(raw)
        except OSError:
            path.unlink(missing_ok=True)
            raise


@click.command(
    "replay",
    cls=Command,
    help=N_(
        "Nilai ulang sebuah berkas peluncuran tanpa jaringan, dengan putusan yang sama.\n\n"
        "Contoh: jampel lti replay peluncuran.json"
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@option("--signer", multiple=True, metavar="SIDIK", help=N_("Sidik kunci pemasangan lain yang juga dipercaya."))
@json_option
@settings_option
def replay(settings: Settings, file: Path, signer: tuple[str, ...], as_json: bool) -> None:
    """Judges a capture again; exit 1 when the verdict differs or the file is refused."""
    trusted = set(signer)
    if not trusted:
        with open_existing(settings) as services:
            trusted = signers(services.lti_parts.keys)
    with file.open("rb") as opened:
        facts = read_capture(opened.read(MOST_BYTES + 1), trusted=trusted)
    code = judge_again(facts, profiles_of(load_adapters()))
    if as_json:
        print_json({"code": code, "captured": facts.code, "same": code == facts.code})
    else:
        _say_verdict(code)
    if code != facts.code:
        fail(words("Putusan berbeda dari saat dicatat: %(code)s", code=facts.code or "-"), FINDINGS)


def _say_verdict(code: str) -> None:
    if not code:
        say("Peluncuran ini diterima.")
        return
    click.echo(code)
    try:
        click.echo(explain(LaunchRefused(code), preferred_language()), err=True)
    except KeyError:  # a sentence with a value that only the launch itself knows
        return


COMMANDS = (debug, capture, replay)
