"""The versions of a module: publishing a draft, withdrawing, moving learners on, and who uses what."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lti_tool.house.model import Module
from lti_tool.house.store.usage import VersionUse
from lti_tool.store.launches import MOST_LAUNCHES
from lti_tool.web.context import services
from lti_tool.web.format_words import format_title
from lti_tool.web.pustaka import module_of, state_badge, versions_of
from lti_tool.web.session import only, staff_name

blueprint = Blueprint("versi", __name__, url_prefix="/pustaka/modul")
LONGEST_NOTES = 1000
PERCENT = 100  # hundredths in one percent


@blueprint.post("/<digest>/terbit")
@only("author", "admin")
def publish(digest: str) -> Response:
    """Makes a draft the version that links open."""
    module = module_of(digest)
    if module.draft:
        notes = " ".join(request.form.get("catatan", "").split())[:LONGEST_NOTES]
        services().library.publish_draft(module, staff_name(), notes)
        _log("module.publish", module)
        flash(_("Modul “%(title)s” versi %(version)s terbit.", title=module.title, version=module.version), "good")
    return _to(module)


@blueprint.post("/<digest>/buang")
@only("author", "admin")
def discard(digest: str) -> Response:
    """Deletes a draft; what was published stays."""
    module = module_of(digest)
    if not services().library.discard(module):
        return _to(module)
    _log("module.discard", module)
    flash(_("Draf dibuang."), "good")
    return make_response(redirect(url_for("unggah.form"), 303))


@blueprint.post("/<digest>/tarik")
@only("author", "admin")
def withdraw(digest: str) -> Response:
    """Takes a version out of the library, or puts it back."""
    module = module_of(digest)
    if module.draft:
        abort(404)
    back = module.withdrawn is not None
    change: Callable[[Module], None] = services().library.restore if back else services().library.withdraw
    change(module)
    _log("module.restore" if back else "module.withdraw", module)
    flash(_("Versi ini terbit kembali.") if back else _("Versi ini ditarik dari pustaka."), "good")
    return _to(module)


@blueprint.post("/<digest>/pindahkan")
@only("author", "admin")
def move_on(digest: str) -> Response:
    """Gives those who keep this version and have not passed it the newest one."""
    module = module_of(digest)
    count = services().library.move_on(module)
    _log("module.move_on", module)
    flash(_("%(count)s peserta dipindahkan ke versi terbaru.", count=count), "good")
    return make_response(redirect(url_for("versi.use", digest=digest), 303))


@blueprint.get("/<digest>/pemakaian")
@only("author", "admin")
def use(digest: str) -> str:
    """Learners of each version, the courses that link to the module, and downloads: numbers, no names."""
    module, library = module_of(digest), services().library
    newest = library.newest(module.course_id)
    versions = [one for one in versions_of(module) if not one.draft]
    marks = {one.digest: (library.course(one.digest).mastery or 0) * PERCENT for one in versions}
    usage = services().house.usage
    used = usage.of_versions(module.course_id, newest.digest if newest else "", marks)
    rows = [_row(one, used.get(one.digest, VersionUse()), newest) for one in versions]
    view = {"rows": rows, "newest": newest, "places": _places(module), "most": MOST_LAUNCHES}
    return render_template("module_use.html", module=module, **view)


def _row(module: Module, use: VersionUse, newest: Module | None) -> dict[str, Any]:
    downloads = services().house.usage.downloads(module.digest)
    movable = newest is not None and newest.digest != module.digest and use.started > use.passed
    return {
        "module": module,
        "use": use,
        "badge": state_badge(module),
        "newest": newest is not None and newest.digest == module.digest,
        "movable": use.started - use.passed if movable else 0,
        "downloads": [(format_title(form), number) for form, number in sorted(downloads.items())],
    }


def _places(module: Module) -> list[dict[str, Any]]:
    found = services().house.usage.places(module.course_id)
    return [
        {
            "platform": one.platform or _("LMS yang sudah dihapus"),
            "title": one.title or _("Tautan tanpa judul"),
            "learners": one.learners,
            "last": datetime.fromtimestamp(one.last, UTC),
        }
        for one in found
    ]


def _log(action: str, module: Module) -> None:
    services().house.log.add(services().clock(), staff_name(), action, module.id, module.course_id)


def _to(module: Module) -> Response:
    return make_response(redirect(url_for("pustaka.detail", digest=module.digest), 303))
