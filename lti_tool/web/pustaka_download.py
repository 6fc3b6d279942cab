"""Packages to download, for the staff alone: which format for which LMS, built at once or in the background.

A package holds the answers of its questions, so whoever learns gets the module from an LMS and never as a file.
"""

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, send_file, url_for

from lti_tool.house.model import ROLES, Module
from lti_tool.web.context import services
from lti_tool.web.format_words import ORDER, format_advice, format_title
from lti_tool.web.language import language
from lti_tool.web.pustaka import module_of
from lti_tool.web.session import keep_to, staff_name
from scorm_packager.formats.registry import format_names

blueprint = Blueprint("unduh", __name__, url_prefix="/pustaka")
keep_to(blueprint, *ROLES)


def offered() -> list[str]:
    """The formats that can be downloaded, the usual ones first."""
    there = format_names()
    return [*(name for name in ORDER if name in there), *(name for name in there if name not in ORDER)]


@blueprint.get("/modul/<digest>/unduh")
def page(digest: str) -> str:
    """All formats, each with the LMS it is for; `?tunggu=FORMAT` waits for one that is being built."""
    module = module_of(digest)
    forms = [_form(module, name) for name in offered()]
    waiting = any(form["state"] == "building" for form in forms)
    return render_template("module_downloads.html", module=module, forms=forms, waiting=waiting)


def _form(module: Module, name: str) -> dict[str, Any]:
    desk = services().packages
    state = desk.state(module.digest, name)
    reason = desk.reason(module.digest, name) if state == "failed" else None
    place = services().library.package_place(module.digest, name)
    return {
        "name": name,
        "title": format_title(name),
        "advice": format_advice(name),
        "state": state,
        "size": place.stat().st_size if state == "ready" else None,
        "reason": reason.sentence(language()) if reason else "",
    }


@blueprint.get("/unduh/<digest>/<form>")
def download(digest: str, form: str) -> Response:
    """The module as a package; one that has to be built first is awaited on the page of the downloads."""
    if form not in format_names():
        abort(404)
    module = module_of(digest)
    path = services().packages.get(digest, form)
    if path is None:
        return make_response(redirect(url_for("unduh.page", digest=digest), 303))
    if "Range" not in request.headers:  # a download that goes on after a cut is not a second one
        services().house.usage.count_download(digest, form, services().clock())
        services().house.log.add(services().clock(), staff_name(), "module.download", digest, form)
    name = f"{module.course_id}-{module.version}-{form}.zip"
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name, conditional=True)
