"""Administration of forwarding: the other LRSs, how far each has come, what it refused, and what to do about it."""

from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _

from lti_tool.web.addresses import row_number
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.figures import source_name
from lti_tool.web.forms import SecretForm, TargetForm
from lti_tool.web.language import language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to
from lti_tool.web.tables import Choice, Column, TableView, Tools, build_table, sql_table
from xapi.errors import ForwardError, XapiError
from xapi.lrs.forwarding import NewTarget, Target
from xapi.lrs.forwarding.target import ON, PAUSED
from xapi.lrs.selection import Selection, selection_of
from xapi.words import explain

blueprint = Blueprint("admin_forwarding", __name__, url_prefix="/admin/penerusan")
keep_to(blueprint, "admin")


@blueprint.get("/")
def page() -> Response:
    """The targets, and the form of a new one."""
    return _page(TargetForm())


def _page(form: TargetForm, problem: str = "") -> Response:
    desk = services().forwards
    rows = [
        {
            "name": one.name,
            "state": badge(one),
            "waiting": desk.waiting(one).count,
            "held": desk.held_count(one),
            "success": one.success,
            "problem": _explained(one),
            "id": one.id,
        }
        for one in desk.all()
    ]
    columns = [
        Column("name", _("Tujuan"), link=lambda row: url_for("admin_forwarding.target", target_id=row["id"])),
        Column("state", _("Keadaan"), "badge", sorts=False),
        Column("waiting", _("Menunggu"), "count"),
        Column("held", _("Ditahan"), "count"),
        Column("success", _("Terkirim terakhir"), "time"),
        Column("problem", _("Masalah"), sorts=False),
    ]
    view = build_table(columns, rows, sort="name", tools=Tools("penerusan", ("name", "problem")))
    return list_page("admin_forwarding.html", view, form=form, problem=problem)


def badge(target: Target) -> tuple[str, str]:
    """The state of a target as a badge: its colour and its words."""
    if target.state == PAUSED:
        return "wait", _("Dijeda")
    if target.state != ON:
        return "bad", _("Berhenti")
    return ("wait", _("Mencoba lagi")) if target.error else ("good", _("Menyala"))


def _explained(target: Target) -> str | None:
    problem = target.problem()
    return None if problem is None else explain(problem, language())


@blueprint.post("/")
def add() -> Response:
    """Keeps a new target."""
    form = TargetForm()
    if not form.validate():
        return make_response(_page(form), 400)
    try:
        added = services().forwards.add(_new(form))
    except XapiError as error:
        return make_response(_page(form, explain(error, language())), 400)
    note("forward.add", added.id, f"{added.name} {added.endpoint}")
    flash(_("Tujuan “%(name)s” ditambahkan; pengiriman dimulai.", name=added.name), "good")
    return _to(added)


def _new(form: TargetForm) -> NewTarget:
    chosen = selection_of(
        verbs=_lines(form.verbs.data), activities=_lines(form.activities.data), sources=form.sources.data or ()
    )
    texts = {name: (form[name].data or "").strip() for name in ("name", "endpoint", "version", "key", "secret")}
    return NewTarget(
        **texts,
        selection=chosen,
        attachments=bool(form.attachments.data),
        plain_http=bool(form.allow_http.data),
        position=services().forwards.end() if form.from_now.data else 0,
    )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


@blueprint.get("/<target_id>")
def target(target_id: str) -> Response:
    """One target: where it is, what is wrong and the remedy, and what it refused."""
    return _target(_found(target_id), SecretForm())


def _target(found: Target, form: SecretForm) -> Response:
    desk = services().forwards
    return list_page(
        "admin_forwarding_target.html",
        _held(found),
        target=found,
        badge=badge(found),
        waiting=desk.waiting(found),
        held_count=desk.held_count(found),
        problem=_explained(found),
        chosen=_chosen(found.selection),
        form=form,
    )


def _held(found: Target) -> TableView:
    """What the target refused and nobody has skipped."""
    columns = [
        Column("statement", _("Pernyataan"), sorts=False),
        Column("reason", _("Alasan")),
        Column("changed", _("Waktu"), "time"),
        Column("action", _("Tindakan"), "own", sorts=False),
    ]
    states = (("held", _("Ditahan")), ("again", _("Menunggu dicoba lagi")))
    tools = Tools(
        f"ditahan-{found.id[:8]}", ("statement", "reason"), (Choice("keadaan", _("Keadaan"), "state", states),)
    )
    return sql_table(columns, services().forwards.held_list(found), sort="-changed", tools=tools)


def _chosen(selection: Selection) -> list[tuple[str, Any]]:
    named = (
        (_("Kata kerja"), selection.verbs),
        (_("Kegiatan"), selection.activities),
        (_("Pelaku"), selection.agents),
        (_("Asal bukti"), [source_name(source) for source in selection.sources]),
        (_("Disimpan sesudah"), (selection.since,) if selection.since else ()),
    )
    return [(name, values) for name, values in named if values]


@blueprint.post("/<target_id>/jeda")
def pause(target_id: str) -> Response:
    """Pauses a target."""
    found = _found(target_id)
    services().forwards.pause(found)
    note("forward.pause", found.id, found.name)
    return _to(found)


@blueprint.post("/<target_id>/lanjut")
def resume(target_id: str) -> Response:
    """Goes on with a target as it is."""
    found = _found(target_id)
    services().forwards.resume(found)
    note("forward.resume", found.id, found.name)
    flash(_("Penerusan dilanjutkan."), "good")
    return _to(found)


@blueprint.post("/<target_id>/kredensial")
def renew(target_id: str) -> Response:
    """Takes another secret, and key, and goes on."""
    found, form = _found(target_id), SecretForm()
    if not form.validate():
        return make_response(_target(found, form), 400)
    services().forwards.resume(found, (form.key.data or "").strip(), (form.secret.data or "").strip())
    note("forward.credential", found.id, found.name)
    flash(_("Kredensial diganti dan penerusan dilanjutkan."), "good")
    return _to(found)


@blueprint.post("/<target_id>/hapus")
def remove(target_id: str) -> Response:
    """Forgets a target, when its name was typed."""
    found = _found(target_id)
    if request.form.get("nama", "").strip() != found.name:
        flash(_("Nama tidak cocok; tujuan tidak dihapus."), "bad")
        return _to(found)
    services().forwards.remove(found)
    note("forward.remove", found.id, found.name)
    flash(_("Tujuan “%(name)s” dihapus.", name=found.name), "good")
    return make_response(redirect(url_for("admin_forwarding.page"), 303))


@blueprint.post("/<target_id>/coba")
def retry(target_id: str) -> Response:
    """Has held statements tried again: all, or the one in the form."""
    found = _found(target_id)
    count = services().forwards.retry(found, request.form.get("seq", type=row_number))
    note("forward.retry", found.id, str(count))
    flash(_("%(count)s pernyataan dicoba lagi.", count=count), "good")
    return _to(found)


@blueprint.post("/<target_id>/lewati")
def skip(target_id: str) -> Response:
    """Gives up one held statement."""
    found = _found(target_id)
    seq = request.form.get("seq", type=row_number)
    if seq is None or not services().forwards.skip(found, seq):
        abort(404)
    note("forward.skip", found.id, str(seq))
    flash(_("Pernyataan dilewati; ia tetap ada di LRS ini."), "good")
    return _to(found)


def _found(target_id: str) -> Target:
    try:
        return services().forwards.named(target_id)
    except ForwardError:
        return abort(404)


def _to(found: Target) -> Response:
    return make_response(redirect(url_for("admin_forwarding.target", target_id=found.id), 303))
