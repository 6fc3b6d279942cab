"""`jampel audit verify|key`: whether a sealed report still follows from the LRS, and by whose key it is sealed."""

from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import msgspec

from lti_tool.cli.installation import open_existing
from lti_tool.cli.operators import operator_name
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.cli.progress import counted
from lti_tool.cli.times import time_in
from lti_tool.console import (
    FINDINGS,
    N_,
    TALK,
    Command,
    Group,
    fail,
    option,
    print_json,
    say,
    settings_option,
    words,
)
from lti_tool.seal_place import READERS, changed_place
from lti_tool.sealing import keys_of, proof_of, written_again
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from xapi.audit.report_formats import one_line
from xapi.audit.seal.differences import Verdict, names_of
from xapi.audit.seal.files import Sealed, read_sealed
from xapi.audit.seal.inclusion import RowProof, row_proof
from xapi.audit.seal.keys import read_seal_key
from xapi.audit.seal.verify import Remade, check_file, is_same_file, prove
from xapi.lrs.selection import stored_text
from xapi.validation.formats import moment_or_none

json_option = option("--json", "as_json", is_flag=True, help=N_("Tulis JSON untuk dibaca program."))
NOT_BY_OUTSIDERS = ("rules", "roster", "statements", "query", "figures")


@click.command(
    "verify",
    cls=Command,
    help=N_(
        "Buktikan bahwa sebuah laporan mengikuti LRS, atau sebutkan perbedaan pertamanya.\n\n"
        "Contoh: jampel audit verify rekap.csv"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--seal", "seal_file", type=EXISTING_FILE, metavar="FILE", help=N_("Segelnya (bawaan: di samping berkas)."))
@option(
    "--key",
    "key_file",
    type=EXISTING_FILE,
    metavar="KEYFILE",
    help=N_("Kunci publik instansi: periksa tanda tangan dan berkas saja, tanpa LRS."),
)
@option(
    "--moved",
    metavar="WAKTU",
    help=N_("LRS ini hasil impor: isinya sampai WAKTU (ISO 8601) adalah yang ada ketika laporan disegel."),
)
@option("--row", "nip", metavar="NIP", help=N_("Tulis juga bukti bahwa baris pegawai ini ada dalam laporan (JSON)."))
@json_option
@settings_option
def verify(
    settings: Settings, file: Path, seal_file: Path | None, key_file: Path | None, moved: str | None,
    nip: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Exit 0 when it holds, 1 when something differs."""
    sealed = read_sealed(file, seal_file)
    until = _moment(moved) if moved else None
    row = None
    if key_file is not None:
        verdict = check_file(sealed.opened, [read_seal_key(key_file)], sealed.content)
    else:
        with open_existing(settings) as services:
            verdict, made = _proven(services, sealed, until)
            if nip is not None and made is not None and verdict.holds:
                row = row_proof(made.subject.figures, services.people.by_nip(nip))
    if row is not None and not as_json:
        print_json(msgspec.to_builtins(row))
    zone = ZoneInfo(settings.institution.time_zone)
    if as_json:
        _tell_program(verdict, sealed, row)
    else:
        _tell_person(verdict, sealed, zone)
    _end(verdict, sealed, zone)


def _moment(text: str) -> str:
    """The moment `text`, written as the LRS writes `stored`."""
    moment = moment_or_none(text)
    if moment is None:
        raise click.UsageError(words("%(moment)s bukan waktu ISO 8601, seperti 2026-12-31T00:00:00Z.", moment=text))
    return stored_text(moment)


def _proven(services: Services, sealed: Sealed, moved: str | None) -> tuple[Verdict, Remade | None]:
    """The signature, then what follows from the LRS; at last, with the report made anew, where the file differs."""
    keys = keys_of(services).known()
    first = check_file(sealed.opened, keys, sealed.content)
    if any(one.kind in {"seal_edited", "wrong_key"} for one in first.differences):
        return first, None
    seal = sealed.opened.seal
    with counted(N_("Menghitung ulang dari semua pernyataan …")) as begin:
        second, made = prove(proof_of(services, moved), seal, begin(seal.through.seq))
    changed = seal.file.form in READERS and not is_same_file(seal.file, sealed.content)
    if changed and made is not None and made.subject.value is not None:
        before = written_again(services, made.subject.value, seal)
        if is_same_file(seal.file, before):  # else it follows otherwise now, and says nothing about the file
            place = changed_place(seal.file.form, before, sealed.content)
            first = check_file(sealed.opened, keys, sealed.content, place=place)
    verdict = Verdict(first.differences + second.differences, first.checked + second.checked, second.counts)
    return verdict, made


def _unchecked(verdict: Verdict) -> list[str]:
    return [one for one in NOT_BY_OUTSIDERS if one not in verdict.checked]


def _tell_program(verdict: Verdict, sealed: Sealed, row: RowProof | None) -> None:
    language = preferred_language()
    differences = [
        {"kind": one.kind, "note": one.is_note, **one.values, "text": one.text(language)} for one in verdict.differences
    ]
    print_json(
        {
            "holds": verdict.holds,
            "differences": differences,
            "checked": verdict.checked,
            "not_checked": _unchecked(verdict),
            "counts": verdict.counts,
            "row": msgspec.to_builtins(row),
            "seal": msgspec.to_builtins(sealed.opened.seal),
        }
    )


def _tell_person(verdict: Verdict, sealed: Sealed, zone: tzinfo) -> None:
    seal, language = sealed.opened.seal, preferred_language()
    say(
        "Disegel %(made)s oleh %(name)s, kunci %(key)s.",
        made=time_in(one_line(seal.made), zone),
        name=one_line(seal.name) or "?",
        key=one_line(seal.key.id),
    )
    for one in [*verdict.findings, *(one for one in verdict.differences if one.is_note)]:
        TALK.print(f"- {one.text(language)}", markup=False, soft_wrap=True)
    say("Diperiksa: %(names)s.", names=names_of(verdict.checked, language))
    if unchecked := _unchecked(verdict):
        say("Tidak diperiksa: %(names)s.", names=names_of(unchecked, language))


def _end(verdict: Verdict, sealed: Sealed, zone: tzinfo) -> None:
    """What it comes to; leaves with exit 1 when the report does not hold."""
    if not verdict.holds:
        first = verdict.findings[0].text(preferred_language())
        fail(words("Laporan ini tidak terbukti. %(first)s", first=first), FINDINGS)
    if _unchecked(verdict):
        say("Tanda tangan dan berkasnya cocok; apakah angkanya mengikuti LRS hanya dapat diperiksa di instansinya.")
        return
    say("Terbukti: laporan mengikuti %(n)s pernyataan di LRS.", n=verdict.counts["statements"])
    stored = time_in(one_line(sealed.opened.seal.through.stored), zone, seconds=True) or "?"
    say(
        "Batasnya %(stored)s; %(later)s pernyataan datang sesudahnya dan tidak termasuk.",
        stored=stored,
        later=verdict.counts["later"],
    )


@click.group("key", cls=Group, help=N_("Kunci segel instansi."))
def key() -> None:
    """The key that signs seals."""


@key.command(
    "show",
    help=N_(
        "Kunci publik: berikan kepada siapa pun yang akan memeriksa laporan.\n\n"
        "Contoh: jampel audit key show -o provinsi.key"
    ),
)
@option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help=N_("Tulis ke berkas."))
@json_option
@settings_option
def show(settings: Settings, output: Path | None, as_json: bool) -> None:
    """The private key stays in the secrets folder."""
    with open_existing(settings) as services:
        keys = keys_of(services)
        public, retired = keys.signing().public, keys.retired()
    if output is not None:
        with output.open("x", encoding="utf-8") as file:
            file.write(public.text())
    if as_json:
        before = [{"id": one.key.id, "key": one.key.text().strip(), "until": one.until} for one in retired]
        print_json({"id": public.id, "key": public.text().strip(), "retired": before})
    elif output is None:
        click.echo(public.text(), nl=False)
    say("Sidik kunci: %(id)s. Cocokkan lewat telepon sebelum dipakai.", id=public.id)


@key.command(
    "rotate",
    help=N_("Ganti kunci segel. Laporan lama tetap dapat diperiksa.\n\nContoh: jampel audit key rotate"),
)
@settings_option
def rotate(settings: Settings) -> None:
    """The private key before is forgotten."""
    with open_existing(settings) as services:
        everyone = [(one.id, one.slug) for one in services.house.institutions.list()]
        new = keys_of(services).rotate(services.clock(), everyone).public
        services.house.log.add(services.clock(), operator_name(), "seal.rotate", new.id, "")
    say("Kunci baru: %(id)s. Bagikan kunci publiknya: jampel audit key show.", id=new.id)
