"""Uploading a module: the form, and the page that tells how far the build is, with and without JavaScript."""

from typing import Any

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.errors import ToolError
from lti_tool.house.model import Build
from lti_tool.uploads import findings_of
from lti_tool.web.build_view import progress_of, step_name, under_way, with_code
from lti_tool.web.context import services
from lti_tool.web.language import language
from lti_tool.web.session import only, staff_name
from scorm_packager.errors import PackagerError
from xapi.words import explain

blueprint = Blueprint("unggah", __name__, url_prefix="/pustaka")
TOO_BUSY, TOO_MUCH, NOT_A_MODULE = 409, 507, 422
STATUSES = {"upload.busy": TOO_BUSY, "upload.drafts_full": TOO_BUSY, "upload.disk_full": TOO_MUCH}


@blueprint.get("/unggah")
@only("author", "admin")
def form() -> str:
    """The form that takes a zip of a module folder, and the last uploads of whoever looks."""
    return _form()


def _form(problem: str = "") -> str:
    return render_template(
        "upload.html",
        problem=problem,
        limit=services().settings.limits.upload,
        builds=services().house.builds.of(staff_name()),
        way=under_way(staff_name()),
        step_name=step_name,
    )


@blueprint.post("/unggah")
@only("author", "admin")
def upload() -> Response:
    """Keeps the zip and puts it into the queue; its page tells what becomes of it."""
    sent = request.files.get("modul")
    if sent is None or not sent.filename:
        return make_response(_form(_("Pilih berkas zip dari folder modul lebih dulu.")), NOT_A_MODULE)
    try:
        length = request.content_length or 0
        build = services().uploads.receive(sent.save, sent.filename, staff_name(), length)
    except PackagerError as error:
        return make_response(_form(explain(error, language())), NOT_A_MODULE)
    except ToolError as error:
        return make_response(_form(explain(error, language())), STATUSES.get(error.code, NOT_A_MODULE))
    services().house.log.add(services().clock(), staff_name(), "module.upload", build.id)
    return make_response(redirect(url_for("unggah.progress", build_id=build.id), 303))


@blueprint.get("/unggahan/<build_id>")
@only("author", "admin")
def progress(build_id: str) -> str:
    """How far an upload is, and in the end its draft or everything that is wrong with it."""
    build = _build(build_id)
    services().uploads.ensure(build)
    module = services().library.by_digest(build.digest) if build.digest else None
    problem = explain(ToolError(build.problem), language()) if build.problem else ""
    # the place has a column of its own
    shown = [
        (one.level, one.place, with_code(one.sentence(language()).removeprefix(f"{one.place}: ")))
        for one in findings_of(build)
    ]
    view: dict[str, Any] = {"build": build, "module": module, "findings": shown, "problem": problem}
    return render_template("upload_progress.html", way=progress_of(build) if build.is_open else None, **view)


@blueprint.get("/unggahan/<build_id>.json")
@only("author", "admin")
def progress_json(build_id: str) -> Response:
    """The same for the script of the page: the number of the step, the document, the time and whether it has ended."""
    build = _build(build_id)
    now = progress_of(build)
    numbers = {"done": now.at, "whole": now.last}
    words = {"words": now.words, "document": now.document, "elapsed": now.elapsed}
    return jsonify(state=build.state, ended=not build.is_open, share=now.share, **words, **numbers)


def _build(build_id: str) -> Build:
    """An upload of whoever looks; administrators see everybody's."""
    build = services().house.builds.get(build_id)
    if build is None or (build.account != staff_name() and current_user.role != "admin"):
        abort(404)
    return build
