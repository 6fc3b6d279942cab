"""`jampel lrs credential add|list|rotate|revoke`: who may write to and read from the embedded LRS."""

from datetime import datetime

import click
from rich.table import Table

from lti_tool.cli.installation import open_existing, open_or_begin
from lti_tool.cli.output import show_table
from lti_tool.cli.times import local_time
from lti_tool.console import N_, Group, json_option, option, print_json, say, settings_option, words
from lti_tool.credential_terms import end_of, find_module, last_moment, parse_grace
from lti_tool.errors import ToolError
from lti_tool.settings import Settings
from xapi.lrs.credentials import Credential, Limits, NewCredential
from xapi.lrs.principal import SOURCES
from xapi.lrs.scopes import MODULE, SCOPES

#: Sources that only our own program may write.
OWN = {"launch", "review"}


@click.group("credential", cls=Group, help=N_("Kunci untuk menulis dan membaca di LRS."))
def credential() -> None:
    """Credentials."""


@credential.command(
    "add",
    help=N_(
        "Buat kunci baru; rahasianya hanya ditampilkan sekali.\n\n"
        "Contoh: jampel lrs credential add perekam --scope statements/write --expires 2027-12-31"
    ),
)
@click.argument("name")
@option(
    "--scope", "scopes", multiple=True, type=click.Choice(sorted(SCOPES)), help=N_("Hak; boleh berulang (bawaan: all).")
)
@option(
    "--module",
    metavar="ID|IRI",
    help=N_("Satu-satunya modul yang ditulisnya (hak module): kunci ini aman ikut di dalam paket."),
)
@option(
    "--source",
    type=click.Choice(sorted(SOURCES - OWN)),
    help=N_("Sumber bukti yang ditulisnya (bawaan: foreign; selalu package untuk hak module)."),
)
@option("--expires", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help=N_("Hari terakhir kunci berlaku."))
@option("--allow-nip", is_flag=True, help=N_("Izinkan nama akun berupa NIP."))
@json_option
@settings_option
def add(
    settings: Settings,
    name: str,
    scopes: tuple[str, ...],
    module: str | None,
    source: str | None,
    expires: datetime | None,
    allow_nip: bool,
    as_json: bool,
) -> None:
    """Prints key and secret; the secret is stored only as a hash."""
    with open_or_begin(settings) as services:
        iri, extensions = find_module(services.library, module) if module is not None else (None, {})
        granted = frozenset(scopes or ((MODULE,) if module is not None else ("all",)))
        limits = Limits(end_of(expires and expires.date(), services.zone), iri, extensions)
        source = source or ("package" if MODULE in granted else "foreign")
        new = services.credentials.add(services.institution.id, name, granted, source, allow_nip, limits=limits)
    _show(new, as_json=as_json)
    if iri is not None and not extensions:
        say("%(iri)s tidak ada di pustaka: catatannya disimpan, tetapi tidak membawa JP.", iri=iri)


@credential.command("list", help=N_("Daftar kunci.\n\nContoh: jampel lrs credential list"))
@json_option
@settings_option
def list_credentials(settings: Settings, as_json: bool) -> None:
    """Keys with what they may do, and when they were used; never a secret."""
    with open_existing(settings) as services:
        found = services.credentials.list(services.institution.id)
        now, zone = services.clock(), services.zone
    if as_json:
        print_json([_plain(one, now) for one in found])
        return
    headings = (
        words("Kunci"), words("Nama"), words("Hak"), words("Sumber"), words("Modul"), words("Dibuat"),
        words("Terakhir dipakai"), words("Berlaku sampai"), words("Keadaan"),
    )  # fmt: skip
    table = Table()
    for heading in headings:
        table.add_column(heading)
    for one in found:
        times = (local_time(moment, zone) for moment in (one.created, one.last_used, last_moment(one.expires)))
        scopes, state = ", ".join(sorted(one.scopes)), _state_words(one, now)
        table.add_row(one.key, one.name, scopes, one.source, one.module or "–", *times, state)
    show_table(table)


@credential.command(
    "rotate",
    help=N_(
        "Ganti rahasia sebuah kunci; yang baru hanya ditampilkan sekali.\n\n"
        "Contoh: jampel lrs credential rotate 5d41… --grace 7d"
    ),
)
@click.argument("key")
@option(
    "--grace",
    default="0",
    metavar="7d|12h|30m",
    help=N_("Berapa lama rahasia lama masih berlaku (bawaan: 0, paling lama 90 hari)."),
)
@json_option
@settings_option
def rotate(settings: Settings, key: str, grace: str, as_json: bool) -> None:
    """A new secret for the same key."""
    while_both_work = parse_grace(grace)
    with open_existing(settings) as services:
        new = services.credentials.rotate(services.institution.id, key, while_both_work)
        until = local_time(services.clock() + while_both_work, services.zone)
    if new is None:
        raise ToolError("lrs.credential_unknown", key=key)
    _show(new, as_json=as_json)
    if while_both_work:
        say("Rahasia lama masih berlaku sampai %(until)s.", until=until)
    else:
        say("Rahasia lama sudah tidak berlaku.")


@credential.command(
    "revoke", help=N_("Cabut sebuah kunci, seketika dan untuk selamanya.\n\nContoh: jampel lrs credential revoke 5d41…")
)
@click.argument("key")
@settings_option
def revoke(settings: Settings, key: str) -> None:
    """The key stops working at once."""
    with open_existing(settings) as services:
        if not services.credentials.revoke(services.institution.id, key):
            raise ToolError("lrs.credential_unknown", key=key)
    say("Kunci dicabut.")


def _show(new: NewCredential, *, as_json: bool) -> None:
    if as_json:
        print_json({"key": new.key, "secret": new.secret})
        return
    click.echo(f"key: {new.key}\nsecret: {new.secret}")
    say("Simpan rahasia ini sekarang; ia tidak dapat ditampilkan lagi.")


def _plain(one: Credential, now: datetime) -> dict[str, object]:
    return {
        "key": one.key,
        "name": one.name,
        "scopes": sorted(one.scopes),
        "source": one.source,
        "module": one.module,
        "allow_nip": one.allow_nip,
        "created": _text(one.created),
        "last_used": _text(one.last_used),
        "expires": _text(one.expires),
        "old_secret_until": _text(one.old_until),
        "state": "expired" if one.is_over(now) else "active",
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _state_words(one: Credential, now: datetime) -> str:
    if one.is_over(now):
        return words("Berakhir")
    return words("Aktif") if one.old_until is None else words("Aktif, rahasia lama masih berlaku")
