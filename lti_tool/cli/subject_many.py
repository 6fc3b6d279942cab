"""`jampel subject log|record|retention|affected|reapply`: what concerns many people."""

import csv
import io
import os
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

import click
from rich.table import Table

from lti_tool.cli.days import DAY
from lti_tool.cli.installation import open_existing
from lti_tool.cli.operators import operator_name
from lti_tool.cli.output import show_table
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.times import local_time
from lti_tool.console import (
    FINDINGS,
    N_,
    Command,
    fail,
    json_option,
    option,
    print_json,
    say,
    settings_option,
    words,
    working,
)
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.subject.action_words import action_name
from lti_tool.subject.affected import Affected, affected_between, affected_by, read_ids
from lti_tool.subject.erase import erase_subject
from lti_tool.subject.erasure_file import NAME, read_erasures
from lti_tool.subject.register import register_of
from lti_tool.subject.retention import Due, destroy, due
from xapi.identity import mask_nip
from xapi.people.subject import LogLine

_LINE = ("seq", "at", "action", "person", "basis", "decided_by", "detail", "chain")
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)  # of a statement's storing
OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "log",
    cls=Command,
    help=N_(
        "Catatan pemrosesan (pasal 31): apa, kapan, oleh siapa, atas dasar apa.\n\nContoh: jampel subject log --json"
    ),
)
@option("--nip", metavar="NIP", help=N_("Hanya tentang orang ini."))
@json_option
@settings_option
def log(settings: Settings, nip: str | None, as_json: bool) -> None:
    """The record, the newest line first; exit 1 when a line was changed or is missing."""
    with open_existing(settings) as services:
        person = services.people.person_of(nip) if nip else None
        lines, broken = services.people.subjects.log(person_id=person), services.people.subjects.first_broken()
        zone = services.zone
    if as_json:
        print_json({"broken_at": broken, "lines": [{name: getattr(one, name) for name in _LINE} for one in lines]})
    else:
        _show_lines(lines, zone)
    if broken is not None:
        fail(words("Catatan ini diubah: baris %(seq)s tidak cocok dengan sebelumnya.", seq=broken), FINDINGS)


def _show_lines(lines: list[LogLine], zone: tzinfo) -> None:
    shown, language = Table(), preferred_language()
    for heading in (words("No."), words("Waktu"), words("Tindakan"), words("Nama samaran"), words("Dasar"),
                    words("Oleh"), words("Rincian")):  # fmt: skip
        shown.add_column(heading)
    for one in lines:
        at = local_time(one.at, zone)
        shown.add_row(
            str(one.seq), at, action_name(one.action, language), one.person[:8], one.basis, one.decided_by, one.detail
        )
    show_table(shown)


@click.command(
    "record",
    cls=Command,
    help=N_(
        "Daftar kegiatan pemrosesan instansi ini: data apa, untuk apa, berapa lama, siapa penerimanya.\n\n"
        "Contoh: jampel subject record --json"
    ),
)
@json_option
@settings_option
def record(settings: Settings, as_json: bool) -> None:
    """The register of processing activities, with the figures of this installation."""
    with open_existing(settings) as services:
        found = register_of(services)
    if as_json:
        print_json([{"what": one.what, "whose": one.whose, "purpose": one.purpose, "kept": one.kept,
                     "records": one.records, "receivers": one.receivers} for one in found])  # fmt: skip
        return
    shown = Table()
    for heading in (words("Data"), words("Tentang"), words("Tujuan"), words("Disimpan"), words("Banyaknya"),
                    words("Penerima")):  # fmt: skip
        shown.add_column(heading)
    for one in found:
        kept = words("%(n)s hari", n=one.kept) if one.kept else words("belum ditetapkan")
        shown.add_row(
            words(one.what), words(one.whose), words(one.purpose), kept, str(one.records), words(one.receivers)
        )
    show_table(shown)


@click.command(
    "retention",
    cls=Command,
    help=N_(
        "Yang melewati masa simpannya menurut [retention]; --apply memusnahkannya.\n\n"
        "Contoh: jampel subject retention --dry-run"
    ),
)
@option("--dry-run", is_flag=True, help=N_("Hanya tunjukkan (bawaan)."))
@option("--apply", "applied", is_flag=True, help=N_("Musnahkan yang melewati masa simpannya. Tidak dapat dibatalkan."))
@json_option
@settings_option
def retention(settings: Settings, dry_run: bool, applied: bool, as_json: bool) -> None:
    """Shows or destroys what is past its period."""
    if dry_run and applied:
        raise click.UsageError(words("Pilihan itu tidak dapat dipakai bersama."))
    with open_existing(settings) as services, working(N_("Memeriksa masa simpan …")):
        found = destroy(services, decided_by=operator_name()) if applied else due(services)
    if as_json:
        print_json([{"kind": one.kind, "days": one.days, "past": one.past} for one in found])
    else:
        _show_due(found)
    if any(not one.days for one in found):
        say("Masa simpan yang belum ditetapkan tidak punya angka bawaan: tanyakan arsiparis (jadwal retensi arsip).")
    if applied:
        say("Yang melewati masa simpannya dimusnahkan dan dicatat.")


def _show_due(found: list[Due]) -> None:
    shown = Table()
    for heading in (words("Golongan catatan"), words("Masa simpan"), words("Lewat")):
        shown.add_column(heading)
    for one in found:
        kept = words("%(n)s hari", n=one.days) if one.days else words("belum ditetapkan")
        shown.add_row(one.kind, kept, str(one.past) if one.days else "–")
    show_table(shown)


@click.command(
    "affected",
    cls=Command,
    help=N_(
        "Siapa yang terkena kebocoran (pasal 46): menurut hari penerimaan pernyataan, atau daftar id pernyataan.\n\n"
        "Contoh: jampel subject affected --from 2026-11-01 --to 2026-11-03 -o terdampak.csv"
    ),
)
@option("--from", "first", type=DAY, metavar="TANGGAL", help=N_("Hari pertama."))
@option("--to", "last", type=DAY, metavar="TANGGAL", help=N_("Hari terakhir."))
@option("--ids", type=EXISTING_FILE, metavar="FILE", help=N_("Berkas berisi id pernyataan, satu per baris."))
@option("-o", "--output", type=OUTPUT, metavar="FILE",
        help=N_("Tulis CSV dengan NIP lengkap untuk pemberitahuan; "
                "hanya pemilik berkas yang dapat membacanya."))  # fmt: skip
@json_option
@settings_option
def affected(
    settings: Settings, first: date | None, last: date | None, ids: Path | None, output: Path | None, as_json: bool
) -> None:
    """Lists the people; numbers are masked everywhere but in the file that is asked for."""
    if (ids is None) == (first is None and last is None) or (ids is None and (first is None or last is None)):
        raise click.UsageError(words("Beri --from dan --to, atau --ids."))
    with open_existing(settings) as services:
        if ids is not None:
            found = affected_by(services, read_ids(ids.read_text(encoding="utf-8", errors="replace")))
        else:
            found = affected_between(services, *_span(services, first, last))
        if output is not None:
            _write_csv(output, found)
        detail = f"{len(found)} people; {'ids' if ids else f'{first}..{last}'}"
        services.people.subjects.note("affected", services.clock(), basis="UU 27/2022 pasal 46",
                                      decided_by=operator_name(), detail=detail)  # fmt: skip
    if as_json:
        print_json([_facts(one) for one in found])
    else:
        _show_affected(found)
    say("%(n)s orang. Pemberitahuan tertulis paling lambat 3 x 24 jam (pasal 46); contohnya di docs/dpia.md.",
        n=len(found))  # fmt: skip


def _span(services: Services, first: date | None, last: date | None) -> tuple[datetime, datetime]:
    """From the beginning of the first day to the end of the last one, where the institution is."""
    begin, end = (min(max(day or date.min, EARLIEST), LATEST) for day in (first, last))
    midnight = [datetime.combine(day, time(), services.zone) for day in (begin, end + timedelta(days=1))]
    return midnight[0].astimezone(UTC), midnight[1].astimezone(UTC)


def _facts(one: Affected) -> dict[str, object]:
    return {"person": one.person, "name": one.name, "nips": [mask_nip(nip) for nip in one.nips], "opd": one.opd,
            "statements": one.statements}  # fmt: skip


def _show_affected(found: list[Affected]) -> None:
    shown = Table()
    for heading in ("NIP", words("Nama"), "OPD", words("Pernyataan")):
        shown.add_column(heading)
    for one in found:
        shown.add_row(", ".join(mask_nip(nip) for nip in one.nips), one.name or "–", one.opd, str(one.statements))
    show_table(shown)


def _write_csv(path: Path, found: list[Affected]) -> None:
    """A table for the notices; cells that a spreadsheet would take for a formula are marked as text."""
    text = io.StringIO()
    lines = csv.writer(text, delimiter=";", lineterminator="\r\n")
    lines.writerow(("NIP", "Nama", "OPD", "Akun LMS", "Pernyataan"))
    for one in found:
        accounts = ", ".join(f"{issuer} {subject}" for issuer, subject in one.accounts)
        cells = (", ".join(one.nips), one.name, one.opd, accounts)
        lines.writerow([*(f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells), one.statements])
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8-sig", newline=""
    ) as f:
        f.write(text.getvalue())


@click.command(
    "reapply",
    cls=Command,
    help=N_(
        "Sesudah memulihkan dengan cara lain (pg_dump, salinan disk): hapus lagi siapa pun yang ada di berkas "
        "penghapusan.\n\nContoh: jampel subject reapply /mnt/cadangan/erasures.jsonl"
    ),
)
@click.argument("file", type=EXISTING_FILE, required=False)
@settings_option
def reapply(settings: Settings, file: Path | None) -> None:
    """Erases again whom a file of erasures names and the people store knows."""
    path = file or settings.data / NAME
    if not path.exists():
        fail(words("Berkas penghapusan %(file)s tidak ada. Sebutkan salinannya.", file=path), FINDINGS)
    n = 0
    with open_existing(settings) as services:
        for one in read_erasures(path):
            known = one.institution == services.institution.id and services.people.subjects.record_of(one.person)
            if known:
                erase_subject(services, one.person, basis=one.basis, decided_by=one.decided_by, although_employed=True)
                n += 1
    say("%(n)s orang dihapus lagi.", n=n)
