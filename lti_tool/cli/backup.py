"""`jampel backup` and `jampel restore`: a copy of everything in one file, and back."""

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec
from rich.table import Table

from lti_tool.backup.check import check_backup
from lti_tool.backup.create import make_backup
from lti_tool.backup.manifest import Manifest
from lti_tool.backup.restore import Verified, restore_backup
from lti_tool.cli.installation import require_installation
from lti_tool.cli.output import show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.progress import counted
from lti_tool.cli.times import time_in
from lti_tool.console import N_, Command, json_option, option, print_json, say, settings_option, words
from lti_tool.databases import DATABASES, PEOPLE, Database
from lti_tool.settings import Settings, load_settings
from lti_tool.subject.erasure_file import NAME as ERASURES
from xapi.clock import system_clock

PART = click.Choice([PEOPLE.name])


@click.command(
    cls=Command,
    help=N_(
        "Cadangkan seluruh pemasangan ke satu berkas, juga selagi Jampel berjalan.\n\n"
        "Contoh: jampel backup cadangan-2026-11-23.jampel"
    ),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@option("--only", type=PART, help=N_("Cadangkan basis data pegawai saja."))
@option("--without", type=PART, help=N_("Cadangkan tanpa basis data pegawai."))
@option(
    "--with-secrets",
    is_flag=True,
    help=N_("Sertakan folder secrets: siapa pun yang memegang berkas ini dapat menyamar sebagai alat ini."),
)
@option("--verify", is_flag=True, help=N_("Jangan membuat: periksa berkas cadangan yang sudah ada."))
@json_option
@settings_option
def backup(
    settings: Settings, file: Path, only: str | None, without: str | None, as_json: bool, **choice: bool
) -> None:
    """Makes a backup, or checks one; exit 1 when it is not sound."""
    if (only and without) or (choice["verify"] and (only or without or choice["with_secrets"])):
        raise click.UsageError(words("Pilihan itu tidak dapat dipakai bersama."))
    if choice["verify"]:
        with counted(N_("Memeriksa cadangan …")) as begin:
            manifest = check_backup(file, begin)
    else:
        require_installation(settings)
        with counted(N_("Mencadangkan …")) as begin:
            wanted, secret = _wanted(only, without), choice["with_secrets"]
            manifest = make_backup(settings, file, wanted, with_secrets=secret, clock=system_clock, begin=begin)
    _show(manifest, file, as_json=as_json)
    if choice["verify"]:
        say("%(file)s utuh.", file=file.name)
    else:
        say("%(file)s tersimpan (%(size)s kB).", file=file.name, size=-(-file.stat().st_size // 1000))


def _wanted(only: str | None, without: str | None) -> list[Database]:
    if only:
        return [database for database in DATABASES if database.name == only]
    return [database for database in DATABASES if database.lasting and database.name != without]


@click.command(
    cls=Command,
    help=N_(
        "Pulihkan cadangan ke tempat yang masih kosong, lalu periksa hasilnya.\n\n"
        "Contoh: jampel restore cadangan-2026-11-23.jampel --data /srv/jampel"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help=N_("Pulihkan ke berkas di folder ini, apa pun basis data di pengaturan; misalnya untuk latihan."),
)
@option(
    "--erasures",
    type=EXISTING_FILE,
    metavar="FILE",
    help=N_("Berkas erasures.jsonl: hapus lagi siapa pun yang dihapus sesudah cadangan ini dibuat."),
)
@json_option
@settings_option
def restore(settings: Settings, file: Path, into: Path | None, erasures: Path | None, as_json: bool) -> None:
    """Restores and verifies; whatever was there before stays when anything is wrong."""
    where = Settings(data=load_settings(into, {}).data, privacy=settings.privacy) if into else settings
    ours = settings.data / ERASURES
    if into and erasures is None and ours.exists():
        erasures = ours
    with counted(N_("Memulihkan …")) as begin:
        restored = restore_backup(where, file, begin, erasures)
    if as_json:
        print_json(_facts(restored.manifest) | {"data": where.data, "kept": restored.kept,
                                                "erased": restored.erased,
                                                "verified": msgspec.to_builtins(restored.tables)})  # fmt: skip
    else:
        show_verified(restored.tables)
    for name in restored.kept:
        say("%(file)s sudah ada dan dibiarkan.", file=name)
    if restored.erased:
        say("%(n)s nama samaran dihapus lagi: penghapusannya sesudah cadangan ini.", n=restored.erased)
    held = {part.name for part in restored.manifest.databases}
    if PEOPLE.name not in held:
        say("Basis data pegawai tidak ada di cadangan ini: pulihkan juga cadangannya sebelum menjalankan Jampel.")
    if len(held) > 1 and not (where.data / "secrets").exists():
        say("Folder secrets tidak ikut: taruh kembali folder secrets yang lama sebelum menjalankan Jampel.")
    made = time_in(restored.manifest.made, ZoneInfo(settings.institution.time_zone))
    say("Cadangan %(made)s pulih di %(data)s; %(n)s tabel diperiksa.", made=made, data=where.data,
        n=len(restored.tables))  # fmt: skip


def show_verified(tables: Sequence[Verified]) -> None:
    """Every table with its rows and the beginning of its checksum."""
    shown = Table()
    for heading in (words("Basis data"), words("Tabel"), words("Baris"), words("Sidik")):
        shown.add_column(heading)
    for one in tables:
        shown.add_row(one.database, one.table, str(one.rows), one.checksum[:16])
    show_table(shown)


def _show(manifest: Manifest, file: Path, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(manifest) | {"path": file, "bytes": file.stat().st_size})
        return
    show_verified([Verified(part.name, one.name, one.rows, one.checksum) for part, one in manifest.tables])


def _facts(manifest: Manifest) -> dict[str, object]:
    """What a program wants to know of a backup."""
    tables = [
        {"database": part.name, "table": one.name, "rows": one.rows, "checksum": one.checksum}
        for part, one in manifest.tables
    ]
    facts = {name: getattr(manifest, name) for name in ("format", "jampel", "made", "source")}
    return facts | {"secrets": manifest.has_secrets, "files": len(manifest.files), "tables": tables}
