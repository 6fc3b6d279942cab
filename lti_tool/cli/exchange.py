"""`jampel outbox export|import|key`: statements by USB stick or e-mail, for places without a link."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress

from lti_tool.cli.installation import open_existing
from lti_tool.cli.pack import EXISTING_FILE
from lti_tool.console import (
    FINDINGS,
    N_,
    TALK,
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
from lti_tool.secret_files import secret
from lti_tool.services import Services
from lti_tool.settings import Settings, preferred_language
from lti_tool.version import VERSION
from xapi.intake import Identity
from xapi.recorder.exchange import (
    ExchangeFile,
    Imported,
    Place,
    PrivateKey,
    Protection,
    export_outbox,
    import_receipt,
    import_statements,
    open_file,
    read_key,
    write_key,
    write_receipt,
)
from xapi.words import explain

RECEIPT_SUFFIX = ".tanda-terima"
LEAST_PASSPHRASE = 12  # characters: whoever finds the stick can try as many as they like
MOST_SHOWN = 400  # characters of a text from a file of others
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(
    "export",
    cls=Command,
    help=N_(
        "Tulis semua yang menunggu ke satu berkas untuk USB atau surel; antreannya tidak berubah.\n\n"
        "Contoh: jampel outbox export kelas.jampel --to provinsi.key"
    ),
)
@click.argument("file", type=NEW_FILE)
@option("--to", "to_file", type=EXISTING_FILE, metavar="KEYFILE", help=N_("Segel untuk pemilik kunci publik ini."))
@option("--passphrase", "ask", is_flag=True, help=N_("Enkripsi dengan kata sandi yang ditanyakan."))
@option("--passphrase-file", type=EXISTING_FILE, metavar="FILE", help=N_("Enkripsi dengan kata sandi dari berkas ini."))
@option("--mark", is_flag=True, help=N_("Anggap terkirim sekarang, tanpa menunggu tanda terima."))
@json_option
@settings_option
def export(
    settings: Settings, file: Path, to_file: Path | None, ask: bool, passphrase_file: Path | None, mark: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Writes a signed file; sealed with --to, the NIPs of the people go along."""
    passphrase = _new_passphrase(ask, passphrase_file)
    if to_file and passphrase:
        raise ToolError("outbox.one_lock")
    with open_existing(settings) as services, _progress() as progress:
        key = read_key(to_file) if to_file else None
        protection = Protection(passphrase=passphrase, to=key, signer=_our_key(services))
        header = export_outbox(
            services.recorder, file, _place(services), protection=protection, identify=_identifier(services),
            mark=mark, step=_step(progress, N_("Menulis …"), None),
        )  # fmt: skip
    if as_json:
        print_json({"file": str(file), "count": header.count, "sha256": header.sha256, "marked": mark})
    say("%(n)s pernyataan ditulis ke %(file)s.", n=header.count, file=file)
    if key is None:
        say("Tanpa --to berkas ini tidak membawa NIP: orangnya harus dicocokkan di tujuan.")
    if not mark:
        say("Semuanya tetap menunggu di sini sampai tanda terimanya dimasukkan: jampel outbox import TANDA-TERIMA.")


@click.command(
    "import",
    cls=Command,
    help=N_(
        "Masukkan berkas dari tempat tanpa jaringan, atau tanda terima yang kembali; berulang kali pun aman.\n\n"
        "Contoh: jampel outbox import kelas.jampel --from distrik.key"
    ),
)
@click.argument("file", type=EXISTING_FILE)
@option("--from", "from_file", type=EXISTING_FILE, metavar="KEYFILE",
        help=N_("Percayai hanya bila ditandatangani kunci ini; tanpa ini catatannya menunggu tinjauan."))  # fmt: skip
@option("--passphrase-file", type=EXISTING_FILE, metavar="FILE", help=N_("Kata sandi dari berkas ini."))
@option("--receipt", type=NEW_FILE, metavar="FILE", help=N_("Nama tanda terima (bawaan: di samping berkas)."))
@json_option
@settings_option
def import_file(
    settings: Settings, file: Path, from_file: Path | None, passphrase_file: Path | None, receipt: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Reports what was new, known and refused; exit 1 when something was refused."""
    signer = read_key(from_file) if from_file else None
    with open_existing(settings) as services:
        key = _our_key(services)
        with open_file(
            file, key=key, passphrase=lambda: _known_passphrase(passphrase_file), signed_by=signer
        ) as opened:
            if opened.header.kind == "receipt":
                _receive_receipt(services, opened, as_json)
            else:
                target = receipt or file.with_name(file.name + RECEIPT_SUFFIX)
                _receive_statements(services, opened, key, target, trusted=signer is not None, as_json=as_json)


@click.command(
    "key",
    cls=Command,
    help=N_(
        "Kunci publik instansi ini: berikan kepada yang mengirim berkas ke sini "
        "atau yang menerima berkas dari sini.\n\n"
        "Contoh: jampel outbox key -o provinsi.key"
    ),
)
@option("-o", "--output", type=NEW_FILE, metavar="FILE", help=N_("Tulis ke berkas ini."))
@json_option
@settings_option
def show_key(settings: Settings, output: Path | None, as_json: bool) -> None:
    """The private key stays in the secrets folder."""
    with open_existing(settings) as services:
        public = _our_key(services).public
    if output is not None:
        write_key(output, public)
    if as_json:
        print_json({"id": public.id, "key": public.text().strip()})
    elif output is None:
        click.echo(public.text(), nl=False)
    say("Sidik kunci: %(id)s. Cocokkan lewat telepon sebelum dipakai.", id=public.id)


def _receive_statements(
    services: Services, file: ExchangeFile, key: PrivateKey, target: Path, *, trusted: bool, as_json: bool
) -> None:
    with _progress() as progress:
        step = _step(progress, N_("Memasukkan …"), file.header.count)
        done, lines = import_statements(
            file, services.recorder, services.intake.admit, key=key, trusted=trusted, step=step
        )
    write_receipt(target, lines, file.header, _place(services), key)
    if as_json:
        print_json(_report(done) | {"receipt": str(target), "trusted": trusted})
    say("%(new)s baru, %(known)s sudah ada, %(refused)s ditolak. Tanda terima: %(file)s.",
        new=done.new, known=done.known, refused=done.refused, file=target)  # fmt: skip
    for statement_id, error in done.reasons[:20]:
        reason = explain(error, preferred_language())
        say("Ditolak: %(id)s: %(reason)s", id=_shown(statement_id), reason=_shown(reason))
    if not trusted:
        say("Berkas ini tidak diperiksa tanda tangannya (--from), jadi catatannya menunggu tinjauan.")
    if done.refused:
        fail(words("%(n)s pernyataan ditolak; yang lain sudah masuk.", n=done.refused), FINDINGS)


def _receive_receipt(services: Services, file: ExchangeFile, as_json: bool) -> None:
    result = import_receipt(file, services.recorder, services.institution.id)
    if as_json:
        print_json({"delivered": result.delivered, "known": result.known, "refused": result.refused})
    say("Tanda terima dari %(name)s: %(n)s pernyataan sekarang terkirim, %(known)s sudah tercatat sebelumnya.",
        name=_shown(file.header.name) or "?", n=result.delivered, known=result.known)  # fmt: skip
    if result.refused:
        fail(words("%(n)s ditolak di tujuan dan tetap menunggu di sini.", n=result.refused), FINDINGS)


def _report(done: Imported) -> dict[str, Any]:
    refused = [
        {"id": number, "code": error.code, "reason": explain(error, preferred_language())}
        for number, error in done.reasons
    ]
    return {"new": done.new, "known": done.known, "refused": done.refused, "reasons": refused}


def _place(services: Services) -> Place:
    return Place(services.institution.id, services.institution.name, services.clock(), f"jampel {VERSION}")


def _our_key(services: Services) -> PrivateKey:
    return PrivateKey(secret(services.settings.data / "secrets", "exchange.key"), services.institution.slug)


def _identifier(services: Services) -> Callable[[dict[str, Any]], Identity | None]:
    """Finds the NIP of the actor of a statement in our people store; nobody else's account is looked at."""

    def identify(statement: dict[str, Any]) -> Identity | None:
        account = statement.get("actor", {}).get("account", {})
        if account.get("homePage") != services.people.home_page:
            return None
        found = services.people.employee(str(account.get("name")))
        return Identity(nip=found.nip, name=found.name) if found is not None and found.nip else None

    return identify


def _new_passphrase(ask: bool, path: Path | None) -> str | None:
    """The passphrase for a file to write, or None; raises ToolError when it is too short to protect anything."""
    if not ask and path is None:
        return None
    passphrase = _from_file(path) if path else click.prompt(words("Kata sandi"), hide_input=True, err=True,
                                                             confirmation_prompt=words("Sekali lagi"))  # fmt: skip
    if len(passphrase) < LEAST_PASSPHRASE:
        raise ToolError("outbox.short_passphrase", least=LEAST_PASSPHRASE)
    return str(passphrase)


def _known_passphrase(path: Path | None) -> str:
    return _from_file(path) if path else str(click.prompt(words("Kata sandi"), hide_input=True, err=True))


def _from_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip("\r\n")
    except UnicodeDecodeError as cause:
        raise ToolError("outbox.passphrase_file", file=path.name) from cause


def _progress() -> AbstractContextManager[Progress]:
    return Progress(console=TALK, transient=True)


def _step(progress: Progress, text: str, total: int | None) -> Callable[[int], None]:
    task = progress.add_task(words(text), total=total)
    return lambda number: progress.advance(task, number)


def _shown(text: str) -> str:
    """Text from a file of others, safe for a terminal."""
    return "".join(character for character in text[:MOST_SHOWN] if character.isprintable())


COMMANDS = (export, import_file, show_key)
