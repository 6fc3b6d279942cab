"""Administration of people: a list of employees is sent, looked at row by row, and then taken whole or not at all."""

from datetime import date
from io import BytesIO
from typing import Any

import msgspec
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
    url_for,
)
from flask_babel import gettext as _

from lti_tool.errors import ToolError
from lti_tool.roster_upload.model import Cell, Found, Sent
from lti_tool.roster_upload.template import FORMS, NAME, write_template
from lti_tool.roster_upload.work import AT_ONCE_BYTES, TooLong, impatient, look, take
from lti_tool.tasks.model import About, Task
from lti_tool.web.admin import note
from lti_tool.web.audit_scope import plain
from lti_tool.web.context import services
from lti_tool.web.headers import list_limit
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Choice, Column, TableView, Tools, build_table
from lti_tool.web.task_pages import start
from xapi.errors import JampelError, PeopleError
from xapi.people.layouts import BY_NIP, REQUIRED, TITLES
from xapi.people.roster_cells import STATUSES
from xapi.words import explain, translate

blueprint = Blueprint("admin_roster", __name__, url_prefix="/admin/pegawai/impor")
keep_to(blueprint, "admin")
NOT_A_LIST, TOO_MUCH = 422, 507
REFUSED, USED = "ditolak", "dipakai"
LONGEST = 200


@blueprint.get("/")
def page() -> str:
    """The form that takes a list, and the lists that were sent in the last day by whoever looks."""
    return _form()


def _form(problem: str = "") -> str:
    return render_template(
        "admin_roster.html",
        problem=problem,
        limit=list_limit(services().settings.limits.upload),
        lists=[(one, _state(one)) for one in services().rosters.of(staff_name())],
        needed=[title for field, title in _titles().items() if field in REQUIRED],
        others=[title for field, title in _titles().items() if field not in REQUIRED],
    )


def _titles() -> dict[str, str]:
    return {field: translate("xapi", language(), title) for field, title in TITLES.items()}


def _state(sent: Sent) -> tuple[str, str]:
    if sent.taken is not None:
        return "good", _("Selesai")
    if _under_way(sent) is not None:
        return "wait", _("Sedang dikerjakan")
    if sent.found is not None and sent.found.problem is not None:
        return "bad", _("Tidak terbaca")
    return "wait", _("Menunggu keputusan Anda")


@blueprint.post("/")
def send() -> Response:
    """Keeps a list and looks at it; nothing of it is taken yet."""
    file = request.files.get("berkas")
    if file is None or not file.filename:
        return make_response(_form(_("Pilih berkas daftar pegawai lebih dulu.")), NOT_A_LIST)
    full, length = "lengkap" in request.form, request.content_length or 0
    try:
        sent = services().rosters.receive(file.save, file.filename, staff_name(), length, full=full)
    except ToolError as error:
        status = TOO_MUCH if error.code == "roster.disk_full" else NOT_A_LIST
        return make_response(_form(explain(error, language())), status)
    note("people.upload", sent.name, f"bytes={sent.size}")
    return _checked(sent)


def _checked(sent: Sent) -> Response:
    """Leads to what the list would change, or to the work that finds it out."""
    if sent.size <= AT_ONCE_BYTES:
        try:
            look(services(), sent, impatient)
            return _to(sent)
        except TooLong:  # a short file may hold many rows
            pass
    return start("roster_check", {"list": sent.id})


def _to(sent: Sent) -> Response:
    return make_response(redirect(url_for("admin_roster.one", list_id=sent.id), 303))


@blueprint.get("/<list_id>")
def one(list_id: str) -> Response:
    """What a list would change, or what it changed; while the worker has it, the page of that work."""
    sent = _sent(list_id)
    task = _under_way(sent)
    if task is not None:
        return make_response(redirect(url_for("pekerjaan.page", task_id=task.id), 303))
    return _page(sent)


def _sent(list_id: str) -> Sent:
    """A list that whoever looks has sent."""
    sent = services().rosters.get(list_id)
    return sent if sent is not None and sent.account == staff_name() else abort(404)


def _under_way(sent: Sent) -> Task | None:
    """The work that has the list now."""
    open_work = services().tasks.store.under_way()
    return next((task for task in open_work if task.about.get("list") == sent.id and not task.cancel), None)


def _page(sent: Sent, problem: str = "") -> Response:
    found = sent.taken or sent.found or Found()
    return list_page(
        "admin_roster_list.html",
        _cells(found),
        sent=sent,
        found=found,
        problem=problem or (explain(found.problem.error, language()) if found.problem else ""),
        here=services().rosters.sheet(sent) is not None,
        titles=_titles(),
        headers=[*found.columns.values(), *found.unused],
        statuses=[*sorted({*STATUSES.values()}), BY_NIP],
        by_nip=BY_NIP,
        day=sent.day or sent.created.astimezone(services().zone).date(),
        refused=REFUSED,
    )


def _cells(found: Found) -> TableView:
    """The cells that were refused, and those that are used and worth a look."""
    kinds = {REFUSED: ("bad", _("Ditolak")), USED: ("wait", _("Dipakai, periksa"))}

    def row(cell: Cell, kind: str) -> dict[str, Any]:
        return {"row": cell.row, "column": cell.column, "why": explain(cell.why.error, language()), "kind": kinds[kind],
                "kind_id": kind}  # fmt: skip

    rows = [row(cell, REFUSED) for cell in found.refused] + [row(cell, USED) for cell in found.flagged]
    columns = [
        Column("row", _("Tempat"), "own", in_file=True),
        Column("column", _("Kolom"), "own", in_file=True),  # in the words of the file
        Column("kind", _("Keadaan"), "badge", sorts=False),
        Column("why", _("Sebab")),
    ]
    choice = Choice("keadaan", _("Keadaan"), "kind_id", [(kind, words) for kind, (_look, words) in kinds.items()])
    return build_table(columns, rows, sort="row", tools=Tools("baris-pegawai", ("column", "why"), (choice,)))


@blueprint.post("/<list_id>/kolom")
def layout(list_id: str) -> Response:
    """Says which column is what, what holds for all rows and from which day, and looks at the same file again."""
    sent = _sent(list_id)
    if sent.taken is not None or _under_way(sent) is not None:
        return _to(sent)
    columns = {field: text for field in TITLES if (text := _typed(f"kolom_{field}"))}
    fixed = {field: text for field in ("opd", "status") if field not in columns and (text := _typed(f"isi_{field}"))}
    try:
        day = date.fromisoformat(text) if (text := _typed("hari")) else None
    except ValueError:
        return _wrong(sent, _("Tanggal tidak terbaca. Tulis seperti 2026-11-23."))
    changed = msgspec.structs.replace(
        sent, columns=columns, fixed=fixed, day=day, full="lengkap" in request.form, found=None
    )  # fmt: skip
    return _checked(services().rosters.keep(changed))


def _typed(name: str) -> str:
    return " ".join(plain(request.form.get(name, "")).split())[:LONGEST]


def _wrong(sent: Sent, problem: str, status: int = 400) -> Response:
    answer = _page(sent, problem)
    answer.status_code = status
    return answer


@blueprint.post("/<list_id>/masuk")
def enter(list_id: str) -> Response:
    """Takes the list: bad rows are skipped only if that was chosen, many leave only if that was confirmed."""
    sent = _sent(list_id)
    if sent.taken is not None or _under_way(sent) is not None:
        return _to(sent)
    skip_bad, many = "lewati" in request.form and not sent.full, "banyak" in request.form
    if sent.size <= AT_ONCE_BYTES:
        try:
            return _taken(sent, skip_bad=skip_bad, many=many)
        except TooLong:
            pass
    about: About = {"list": sent.id, "skip_bad": "1" if skip_bad else "", "many": "1" if many else ""}
    return start("roster_import", about)


def _taken(sent: Sent, *, skip_bad: bool, many: bool) -> Response:
    try:
        take(services(), sent, skip_bad=skip_bad, many=many, tell=impatient)
    except JampelError as error:
        now = services().rosters.get(sent.id) or sent
        if now.taken is not None:  # the same form was sent twice
            return _to(sent)
        if isinstance(error, PeopleError) and error.code == "people.many_leave":
            return _wrong(now, _("Centang dulu bahwa sebanyak itu memang berhenti."))
        return _wrong(now, explain(sent.told(error).error, language()), 409)
    return _to(sent)


@blueprint.post("/<list_id>/buang")
def discard(list_id: str) -> Response:
    """Throws a list away; nothing of it was taken, or all of it is kept elsewhere."""
    sent = _sent(list_id)
    task = _under_way(sent)
    if task is not None:
        services().tasks.cancel(task)
    services().rosters.discard(sent)
    note("people.discard", sent.name)
    flash(_("Berkas dihapus dari server."), "good")
    return make_response(redirect(url_for("admin_roster.page"), 303))


@blueprint.get("/templat.<kind>")
def template(kind: str) -> Response:
    """An empty list to fill in."""
    if kind not in FORMS:
        abort(404)
    body = BytesIO()
    write_template(kind, body, language())
    body.seek(0)
    return send_file(body, "application/octet-stream", as_attachment=True, download_name=f"{NAME}.{kind}")
