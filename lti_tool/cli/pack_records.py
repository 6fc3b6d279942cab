"""`jampel pack --lrs`: where a package sends its records itself, and the credential that it carries for that."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import msgspec

from lti_tool.console import N_, late_settings_option, option, say
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from scorm_packager.course import Course
from scorm_packager.options import RecordTarget
from scorm_packager.records import declared, sends_records
from scorm_packager.source.module import read_module

OWN = "own"
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _Credential(msgspec.Struct, forbid_unknown_fields=True):
    """What `jampel lrs credential add --json` prints."""

    key: str
    secret: str


_CREDENTIAL = msgspec.json.Decoder(_Credential)


def record_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where records go; the command gets `settings`, `lrs`, `lrs_credential` and `lms_home`."""
    for one in (
        late_settings_option,
        option(
            "--lms-home", metavar="URL", help=N_("Alamat LMS sebagai nama akun peserta (bawaan: asal halaman LMS).")
        ),
        option(
            "--lrs-credential",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help=N_("Kredensial modul untuk LRS lain: JSON dari jampel lrs credential add --module … --json."),
        ),
        option(
            "--lrs",
            metavar="URL|own",
            help=N_("Kirim juga catatan belajar ke LRS ini dari dalam paket SCORM; own berarti LRS pemasangan ini."),
        ),
    ):
        command = one(command)
    return command


def taken_record_options(choices: dict[str, Any]) -> dict[str, Any]:
    """Takes the values of `record_options` out of `choices`, as `record_target` wants them."""
    names = {"settings": "settings", "lrs": "lrs", "lrs_credential": "file", "lms_home": "home"}
    return {named: choices.pop(name) for name, named in names.items()}


def record_target(
    folder: Path,
    format_name: str,
    *,
    whole: bool,
    settings: Callable[[], Settings],
    lrs: str | None,
    file: Path | None,
    home: str | None,
) -> RecordTarget | None:
    """Where the package of the module in `folder` sends its records; None without `lrs`.

    `whole` tells that the module stays one part: JP are of the whole, and so is its credential. `lrs` is an address or
    `own`, `file` holds the credential for an LRS of elsewhere, `home` is the address of the LMS; `settings` gives those
    of this installation, and is asked only where it takes part. Raises ModuleProblems as `read_module` does, ToolError
    for what cannot be, and click.UsageError for options without `lrs`.
    """
    if lrs is None:
        if file is not None or home is not None:
            raise click.UsageError("--lrs-credential, --lms-home: --lrs")
        return None
    if not sends_records(format_name):
        raise ToolError("pack.no_records", format_name, name=format_name)
    if not whole:
        raise ToolError("pack.records_parts")
    endpoint = _own_address(settings()) if lrs == OWN else _address(lrs)
    home = "" if home is None else _address(home).rstrip("/")
    if file is not None:
        given = _read_credential(file)
        return RecordTarget(endpoint=endpoint, key=given.key, secret=given.secret, home=home)
    ours = settings()
    if endpoint != _own_address(ours):
        raise ToolError("pack.credential_missing", endpoint, address=endpoint)
    key, secret = _own_credential(ours, read_module(folder).course)
    return RecordTarget(endpoint=endpoint, key=key, secret=secret, home=home)


def _own_address(settings: Settings) -> str:
    return f"{settings.base_url}/xapi/"


def _address(text: str) -> str:
    """An address with a slash at its end; ToolError when it is none, or would carry the secret in the clear."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        parts, host = urlsplit(""), ""
    plain = parts.scheme == "http" and host not in LOOPBACK
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment or parts.username is not None:
        raise ToolError("pack.address_wrong", "not an http(s) address")
    if plain:
        raise ToolError("pack.address_plain", text, address=text)
    return text.rstrip("/") + "/"


def _read_credential(file: Path) -> _Credential:
    try:
        found = _CREDENTIAL.decode(file.read_bytes())
    except (OSError, msgspec.MsgspecError) as cause:
        raise ToolError("pack.credential_file", type(cause).__name__, file=file.name) from cause
    if not found.key or not found.secret or ":" in found.key:
        raise ToolError("pack.credential_file", "an empty key or secret", file=file.name)
    return found


def _own_credential(settings: Settings, course: Course) -> tuple[str, str]:
    # With everything that a server needs: most packages need none of it.
    from lti_tool.cli.installation import open_existing
    from lti_tool.module_secrets import module_credential

    with open_existing(settings) as services:
        known = module_credential(services, course.id, course.iri, declared(course))
        reachable = bool(services.lti.platforms.list() or settings.lrs.cors_origins)
    if known.made:
        say(
            "Kredensial modul dibuat: %(key)s. Ia ikut di dalam paket; cabut dengan jampel lrs credential revoke.",
            key=known.key,
        )
    else:
        say("Kredensial modul dipakai lagi: %(key)s.", key=known.key)
    if not reachable:
        say("Belum ada LMS terdaftar: LRS ini menolak paket di LMS mana pun sampai LMS-nya didaftarkan.")
    if urlsplit(settings.base_url).hostname in LOOPBACK:
        say("Alamat %(address)s hanya dapat dicapai dari mesin ini; atur [server] base_url.", address=settings.base_url)
    return known.key, known.secret
