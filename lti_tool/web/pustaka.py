"""The module library: what there is, what is in it, a preview, packages to download, and publishing."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    send_from_directory,
    url_for,
)
from flask_babel import gettext as _
from flask_login import current_user

from lti_tool.house.model import Module
from lti_tool.web.context import services
from lti_tool.web.headers import FILE_POLICY
from lti_tool.web.language import form_name, language
from lti_tool.web.learn import player_page
from lti_tool.web.session import only, staff_name
from lti_tool.web.tables import Column, build_table, search
from scorm_packager.errors import PackagerError
from scorm_packager.findings import Finding, ModuleProblems
from xapi.words import explain

blueprint = Blueprint("pustaka", __name__, url_prefix="/pustaka")
#: The only kinds of file a course may hold, with the type each is served as.
TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/wav",
    ".vtt": "text/vtt; charset=utf-8",
    ".pdf": "application/pdf",
}
DOWNLOADS = ("scorm12", "web")


@blueprint.get("/")
def page() -> str:
    """The modules that learners can get, searchable; those who publish also see withdrawn versions."""
    keeps = getattr(current_user, "may_publish", False)
    modules = services().library.versions() if keeps else services().library.list()
    rows = [_row(module) for module in modules]
    wanted = request.args.get("cari", "")[:100]
    found = search(rows, wanted, "title", "bentuk", "course_id")
    columns = [
        Column("title", _("Modul"), link=lambda row: url_for("pustaka.detail", digest=row["digest"])),
        Column("bentuk", _("Bentuk")),
        Column("jp", _("JP"), "jp"),
        Column("minutes", _("Menit"), "count"),
        Column("questions", _("Soal"), "count"),
        Column("version", _("Versi"), sorts=False),
        Column("published_at", _("Terbit"), "day"),
    ]
    if keeps:
        columns.append(Column("state", _("Keadaan"), "badge", sorts=False))
    return render_template(
        "library.html", view=build_table(columns, found, sort="title"), wanted=wanted, any=bool(rows), keeps=keeps
    )


def _row(module: Module) -> Mapping[str, Any]:
    return {
        "title": module.title,
        "course_id": module.course_id,
        "bentuk": form_name(module.bentuk),
        "jp": module.jp,
        "minutes": module.minutes,
        "questions": module.questions,
        "version": module.version,
        "published_at": module.published_at,
        "digest": module.digest,
        "state": ("wait", _("Ditarik")) if module.withdrawn else ("good", _("Terbit")),
    }


def _module(digest: str) -> Module:
    module = services().library.by_digest(digest)
    return module if module is not None else abort(404)


@blueprint.get("/modul/<digest>")
def detail(digest: str) -> str:
    """One version of a module: what it is, its pages, and what can be downloaded."""
    module = _module(digest)
    course = services().library.course(digest)
    versions = [other for other in services().library.versions() if other.course_id == module.course_id]
    return render_template(
        "module.html",
        module=module,
        course=course,
        versions=versions,
        downloads=DOWNLOADS,
        keeps=getattr(current_user, "may_publish", False),
    )


@blueprint.get("/lihat/<digest>/")
def preview(digest: str) -> Response:
    """The module in the player; what is learnt stays in this browser and counts for nothing."""
    return player_page(services(), _module(digest), {"transport": "web"}, (), notice="preview")


@blueprint.get("/unduh/<digest>/<form>")
def download(digest: str, form: str) -> Response:
    """The module as a package."""
    if form not in DOWNLOADS:
        abort(404)
    module = _module(digest)
    path = services().library.package(digest, form)
    name = f"{module.course_id}-{module.version}-{form}.zip"
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name, conditional=True)


@blueprint.get("/isi/<digest>/", defaults={"path": ""})
@blueprint.get("/isi/<digest>/<path:path>")
def file(digest: str, path: str) -> Response:
    """A picture or video of a course. The digest cannot be guessed and its files never change."""
    kind = TYPES.get(Path(path).suffix.lower())
    if kind is None or not path.startswith("aset/") or services().library.by_digest(digest) is None:
        abort(404)
    answer = send_from_directory(services().library.folder(digest), path, mimetype=kind, conditional=True)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    return answer


@blueprint.get("/unggah")
@only("author", "admin")
def upload_page() -> str:
    """The form that takes a zip of a module folder."""
    return render_template("upload.html", findings=(), limit=services().settings.limits.upload)


@blueprint.post("/unggah")
@only("author", "admin")
def upload() -> Response:
    """Publishes the module in an uploaded zip, or lists every fault with file and line and changes nothing."""
    sent = request.files.get("modul")
    if sent is None or not sent.filename:
        return _refused([], _("Pilih berkas zip dari folder modul lebih dulu."))
    with tempfile.TemporaryDirectory(prefix="jampel-") as room:
        archive = Path(room) / "modul.zip"
        sent.save(archive)
        try:
            module, warnings = services().library.publish_zip(archive, staff_name())
        except ModuleProblems as problems:
            return _refused(problems.findings)
        except PackagerError as error:
            return _refused([], explain(error, language()))
    services().house.log.add(services().clock(), staff_name(), "module.publish", module.id, module.course_id)
    flash(_("Modul “%(title)s” versi %(version)s terbit.", title=module.title, version=module.version), "good")
    for warning in warnings:
        flash(f"{warning.place}: {warning.sentence(language())}")
    return make_response(redirect(url_for("pustaka.detail", digest=module.digest), 303))


def _refused(findings: Any, problem: str = "") -> Response:
    shown: list[Finding] = sorted(findings, key=lambda found: found.level)
    rows = [(found.level, found.place, found.sentence(language())) for found in shown]
    page = render_template("upload.html", findings=rows, problem=problem, limit=services().settings.limits.upload)
    return make_response(page, 422)


@blueprint.post("/modul/<digest>/tarik")
@only("author", "admin")
def withdraw(digest: str) -> Response:
    """Takes a version out of the library, or puts it back."""
    module = _module(digest)
    back = module.withdrawn is not None
    (services().library.restore if back else services().library.withdraw)(module.id)
    action = "module.restore" if back else "module.withdraw"
    services().house.log.add(services().clock(), staff_name(), action, module.id, module.course_id)
    flash(_("Versi ini terbit kembali.") if back else _("Versi ini ditarik dari pustaka."), "good")
    return make_response(redirect(url_for("pustaka.detail", digest=digest), 303))
