"""The menu of the admin pages: grouped by task, with the page that is open, and how many wait on each."""

import msgspec
from flask import request, url_for
from flask_babel import gettext as _

from lti_tool.waits import Waits, waits_of
from lti_tool.web.context import services
from lti_tool.web.tolerant import read_or


class Entry(msgspec.Struct, frozen=True):
    """A page of the menu: its name and address, and how many wait there.

    `current` is `page` when the reader is on it, `true` when they are on a page below it, and else empty.
    """

    name: str
    address: str
    current: str
    waiting: int = 0


class Group(msgspec.Struct, frozen=True):
    """Pages for one task; the first group has no name."""

    name: str
    entries: tuple[Entry, ...]


class Menu(msgspec.Struct, frozen=True):
    """The groups; `here` is the name of the open page, and `elsewhere` how many wait on the other ones."""

    groups: tuple[Group, ...]
    here: str
    elsewhere: int


#: The page of the menu to which the other pages of a blueprint, or one of its endpoints, belong.
_ABOVE = {
    "admin": "admin.page",
    "admin_roles": "admin.page",
    "admin_subject": "admin_privacy.page",
    "admin_doctor": "admin.page",
    "admin_manual": "admin.page",
    "admin_access": "admin_access.staff",
    "admin.launches": "admin.launches",
    "admin_access.queue": "admin_access.queue",
    "admin_access.requeue": "admin_access.queue",
    "admin_access.log": "admin_access.log",
}


def admin_menu() -> Menu:
    """The menu for the page that is being made."""
    groups = _groups(_here(), waits())
    entries = [entry for group in groups for entry in group.entries]
    return Menu(
        groups,
        next((entry.name for entry in entries if entry.current), ""),
        sum(entry.waiting for entry in entries if not entry.current),
    )


def waits() -> Waits:
    """The counts; without them where a store fails, since the menu leads to the page that tells why."""
    return read_or(lambda: waits_of(services()), Waits())


def _here() -> str:
    blueprint, endpoint = request.blueprint or "", request.endpoint or ""
    return _ABOVE.get(endpoint) or _ABOVE.get(blueprint) or f"{blueprint}.page"


def _groups(here: str, counts: Waits) -> tuple[Group, ...]:
    def entry(endpoint: str, name: str, waiting: int = 0) -> Entry:
        current = "" if endpoint != here else "page" if endpoint == request.endpoint else "true"
        return Entry(name, url_for(endpoint), current, waiting)

    return (
        Group("", (entry("admin_home.page", _("Ringkasan")),)),
        Group(
            _("Sambungan LMS"),
            (
                entry("admin.page", "LMS", counts.deployments),
                entry("admin_invites.page", _("Undangan")),
                entry("admin.launches", _("Peluncuran")),
                entry("admin_scores.page", _("Nilai ke LMS"), counts.scores),
                entry("admin_keys.page", _("Kunci LTI")),
            ),
        ),
        Group(
            _("Catatan belajar"),
            (
                entry("admin_statements.page", _("Pernyataan xAPI")),
                entry("admin_credentials.page", _("Kredensial LRS")),
                entry("admin_forwarding.page", _("Penerusan"), counts.forwards),
            ),
        ),
        Group(
            _("Peserta dan pegawai"),
            (
                entry("admin_people.page", _("Peserta menunggu"), counts.people),
                entry("admin_matches.page", _("Usulan pencocokan")),
                entry("admin_roster.page", _("Impor pegawai")),
                entry("admin_privacy.page", _("Data pribadi")),
            ),
        ),
        Group(
            _("Sistem"),
            (
                entry("admin_access.staff", _("Akun petugas"), counts.identities),
                entry("admin_access.queue", _("Antrean"), counts.aside),
                entry("admin_access.log", _("Catatan petugas")),
            ),
        ),
    )
