"""The home page, and the doors that a reader may see."""

import msgspec
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.web.addresses import this_page
from lti_tool.web.context import services
from lti_tool.web.session import learner

blueprint = Blueprint("home", __name__)


class Door(msgspec.Struct, frozen=True):
    """A part of the site: its name, its address, one line about it, and whether the reader is in it."""

    name: str
    address: str
    text: str
    current: bool


def doors() -> list[Door]:
    """The parts of the site that this reader may enter."""
    role = current_user.role if current_user.is_authenticated else ""
    found = []
    if role:
        found.append(_door("pustaka.page", _("Pustaka"), _("Modul belajar, pratinjau, dan paket untuk diunduh.")))
    if role in ("auditor", "admin"):
        found.append(_door("audit.page", _("Audit"), _("Capaian JP per OPD dan pegawai, sampai ke buktinya.")))
    if role == "admin":
        found.append(_door("admin_home.page", _("Admin"), _("LMS, peluncuran, pegawai yang menunggu, dan kredensial.")))
    if learner():
        found.append(_door("saya.page", _("JP saya"), _("JP Anda tahun ini dan asalnya.")))
    return found


def _door(endpoint: str, name: str, text: str) -> Door:
    address = url_for(endpoint)
    return Door(name, address, text, f"{request.script_root}{request.path}".startswith(address))


def in_language(language: str) -> str:
    """The address of this page in another language; a page that was posted leads home."""
    if request.method != "GET" or not request.endpoint:
        return url_for("home.page", lang=language)
    return this_page(lang=language)


@blueprint.get("/")
def page() -> str:
    """What this is, and the doors."""
    return render_template("home.html", base_url=services().settings.base_url)
