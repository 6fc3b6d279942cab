"""The module library: what there is, what is in it, a preview, and the files of a course.

The pages are for the staff. A module holds the answers of its questions, and whoever knows its digest can read it: a
learner gets it from a launch and a teacher by a signed link of a launch, and nobody by looking around here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_from_directory, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.house.model import ROLES, Module
from lti_tool.web.build_view import news_of, under_way
from lti_tool.web.context import services
from lti_tool.web.headers import FILE_POLICY
from lti_tool.web.language import form_name
from lti_tool.web.learn import player_page
from lti_tool.web.list_page import list_page
from lti_tool.web.preview_pass import may_preview
from lti_tool.web.session import check_role, staff_name
from lti_tool.web.tables import Choice, Column, Tools, build_table

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


@blueprint.before_request
def _staff() -> AnyResponse | None:
    """Lets the staff in, whoever holds a signed link to a preview, and a player that asks for a picture."""
    if request.endpoint == "pustaka.file" or (
        request.endpoint == "pustaka.preview" and may_preview((request.view_args or {}).get("digest", ""))
    ):
        return None
    return check_role(*ROLES)


@blueprint.context_processor
def _own_uploads() -> dict[str, Any]:
    """Lets the library tell of the upload of whoever looks."""
    return {"upload_under_way": lambda: under_way(staff_name()), "upload_news": lambda: news_of(staff_name())}


@blueprint.get("/")
def page() -> Response:
    """The modules that learners can get, searchable; those who publish also see drafts and withdrawn versions."""
    keeps = may_publish()
    modules = services().library.versions() if keeps else services().library.list()
    rows = [_row(module) for module in modules]
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
    forms = sorted({(module.bentuk, form_name(module.bentuk)) for module in modules}, key=lambda form: form[1])
    choices = [Choice("bentuk", _("Bentuk"), "form", forms)]
    if keeps:
        states = (("terbit", _("Terbit")), ("draf", _("Draf")), ("ditarik", _("Ditarik")))
        choices.append(Choice("keadaan", _("Keadaan"), "state_id", states))
    tools = Tools("pustaka", ("title", "bentuk", "course_id"), choices)
    return list_page("library.html", build_table(columns, rows, sort="title", tools=tools), keeps=keeps)


def _row(module: Module) -> Mapping[str, Any]:
    return {
        "title": module.title,
        "course_id": module.course_id,
        "bentuk": form_name(module.bentuk),
        "form": module.bentuk,
        "jp": module.jp,
        "minutes": module.minutes,
        "questions": module.questions,
        "version": module.version,
        "published_at": module.published_at,
        "digest": module.digest,
        "state": state_badge(module),
        "state_id": "draf" if module.draft else "ditarik" if module.withdrawn else "terbit",
    }


def state_badge(module: Module) -> tuple[str, str]:
    """Colour and word for where a version stands."""
    if module.draft:
        return "", _("Draf")
    return ("wait", _("Ditarik")) if module.withdrawn else ("good", _("Terbit"))


def may_publish() -> bool:
    """Whether whoever looks may put modules into the library."""
    return bool(getattr(current_user, "may_publish", False))


def module_of(digest: str) -> Module:
    """The version in the address of a page; drafts are there for those who may publish, for others it is no page."""
    module = services().library.by_digest(digest)
    if module is None or (module.draft and not may_publish()):
        abort(404)
    return module


def versions_of(module: Module) -> list[Module]:
    """All versions of the same module that whoever looks may see, newest first."""
    found = [other for other in services().library.versions() if other.course_id == module.course_id]
    return [other for other in found if may_publish() or not other.draft]


@blueprint.get("/modul/<digest>")
def detail(digest: str) -> str:
    """One version of a module: what it is, its pages, and what can be done with it."""
    module, library = module_of(digest), services().library
    others = [other for other in versions_of(module) if other.digest != digest]
    newest = library.newest(module.course_id)
    same_number = module.draft and any(one.version == module.version and not one.draft for one in others)
    return render_template(
        "module.html",
        module=module,
        course=library.course(digest),
        others=others,
        newest=newest is not None and newest.digest == digest,
        same_number=same_number,
        keeps=may_publish(),
    )


@blueprint.get("/lihat/<digest>/")
def preview(digest: str) -> Response:
    """The module in the player; what is learnt stays in this browser and counts for nothing."""
    return player_page(services(), module_of(digest), {"transport": "web"}, (), notice="preview")


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
