"""Administration of the LRS's credentials: make one, look at it, change its secret, revoke it."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lti_tool.credential_terms import end_of, find_module, last_moment, parse_grace
from lti_tool.errors import ToolError
from lti_tool.web.admin import note
from lti_tool.web.context import services
from lti_tool.web.figures import source_name
from lti_tool.web.forms import CredentialForm, RotateForm
from lti_tool.web.language import count, day, language
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to
from lti_tool.web.tables import Choice, Column, Tools, build_table
from xapi.errors import LrsError
from xapi.lrs.credentials import Credential, Limits, NewCredential
from xapi.lrs.scopes import MODULE
from xapi.words import explain

blueprint = Blueprint("admin_credentials", __name__, url_prefix="/admin/kredensial")
keep_to(blueprint, "admin")
_SOON = timedelta(days=30)


@blueprint.get("")
def page() -> Response:
    """The credentials."""
    rows: list[dict[str, Any]] = [
        {
            "name": one.name,
            "key": one.key,
            "short": f"{one.key[:8]}…",
            "scopes": ", ".join(name for name, _sentence in _scopes_of(one)),
            "source": source_name(one.source),
            "source_id": one.source,
            "last_used": one.last_used,
            "state": _state(one),
        }
        for one in services().credentials.list(services().institution.id)
    ]
    columns = [
        Column("name", _("Nama"), link=lambda row: url_for("admin_credentials.credential", key=row["key"])),
        Column("short", _("Kunci")),
        Column("scopes", _("Hak")),
        Column("source", _("Asal bukti")),
        Column("last_used", _("Terakhir dipakai"), "time"),
        Column("state", _("Keadaan"), "badge", sorts=False),
    ]
    sources = sorted({(row["source_id"], row["source"]) for row in rows})
    tools = Tools("kredensial", ("name", "key"), (Choice("asal", _("Asal bukti"), "source_id", sources),))
    view = build_table(columns, rows, sort="name", tools=tools)
    return list_page("admin_credentials.html", view, endpoint=_endpoint())


@blueprint.get("/baru")
def new_credential() -> str:
    """The form of a new credential."""
    return _form_page(_form())


@blueprint.post("/baru")
def add() -> Response:
    """Makes a credential and shows its secret, this once."""
    form = _form()
    if not form.validate():
        return make_response(_form_page(form), 400)
    try:
        new, scopes = _add(form)
    except (ToolError, LrsError) as error:
        return make_response(_form_page(form, explain(error, language())), 400)
    name = (form.name.data or "").strip()
    note("credential.add", new.key, f"{name} ({', '.join(sorted(scopes))})")
    return _secret(new, _find(new.key))


@blueprint.get("/<key>")
def credential(key: str) -> str:
    """One credential: all that can be known of it, and the form that changes its secret."""
    return render_template("admin_credential.html", one=_find(key), facts=_facts(_find(key)), form=RotateForm())


@blueprint.post("/<key>/ganti")
def rotate(key: str) -> Response:
    """Gives the credential another secret and shows it, this once."""
    one, form = _find(key), RotateForm()
    if not form.validate():
        return make_response(render_template("admin_credential.html", one=one, facts=_facts(one), form=form), 400)
    new = services().credentials.rotate(services().institution.id, key, parse_grace(form.grace.data))
    if new is None:
        abort(404)
    note("credential.rotate", key, form.grace.data)
    return _secret(new, _find(key))


@blueprint.get("/<key>/cabut")
def confirm(key: str) -> str:
    """Asks once more before a credential ends for good."""
    return render_template("admin_credential_revoke.html", one=_find(key))


@blueprint.post("/<key>/cabut")
def revoke(key: str) -> Response:
    """Ends a credential for good."""
    if not services().credentials.revoke(services().institution.id, key):
        abort(404)
    note("credential.revoke", key)
    flash(_("Kredensial dicabut."), "good")
    return make_response(redirect(url_for("admin_credentials.page"), 303))


def scope_words() -> dict[str, tuple[str, str]]:
    """What each scope is called, and what it allows."""
    return {
        "statements/write": (_("Menulis pernyataan"), _("Mengirim catatan belajar. Tidak membaca apa pun.")),
        "statements/read/mine": (_("Membaca kirimannya sendiri"), _("Hanya pernyataan yang ia sendiri simpan.")),
        "statements/read": (_("Membaca pernyataan"), _("Semua pernyataan instansi ini, dari siapa pun.")),
        "state": (_("Menyimpan kemajuan belajar"), _("Menulis dan membaca dokumen state, dan hanya itu.")),
        "profile": (
            _("Merawat profil"),
            _("Menulis dan membaca profil pelaku dan kegiatan; membaca pelaku dan kegiatan."),
        ),
        "all/read": (_("Membaca semuanya"), _("Pernyataan dan semua dokumen. Tidak menulis apa pun.")),
        "all": (_("Menulis dan membaca semuanya"), _("Tanpa batas di LRS instansi ini. Beri hanya bila perlu.")),
        "module": (
            _("Satu modul, dari dalam paket"),
            _(
                "Hanya menulis tentang modul itu, dengan JP modul itu, paling banyak %(most)s "
                "pernyataan semenit. Boleh ikut di dalam paket. Tidak dapat digabung dengan hak lain.",
                most=count(services().settings.limits.module_statements_per_minute),
            ),
        ),
    }


def _form() -> CredentialForm:
    form = CredentialForm()
    form.scope.choices = [SelectChoice(scope, name) for scope, (name, _sentence) in scope_words().items()]
    form.module.choices = [
        SelectChoice("", _("Tidak ada")),
        *(
            SelectChoice(one.course_id, _("%(title)s, versi %(version)s", title=one.title, version=one.version))
            for one in services().library.list()
        ),
    ]
    return form


def _add(form: CredentialForm) -> tuple[NewCredential, frozenset[str]]:
    """The new credential and its scopes; raises LrsError when the choices contradict each other."""
    iri, extensions = find_module(services().library, form.module.data) if form.module.data else (None, {})
    scopes = frozenset(form.scope.data or ())
    new = services().credentials.add(
        services().institution.id,
        (form.name.data or "").strip(),
        scopes,
        "package" if MODULE in scopes else form.source.data,
        bool(form.allow_nip.data),
        limits=Limits(end_of(form.expires.data, services().zone), iri, extensions),
    )
    return new, scopes


def _form_page(form: CredentialForm, problem: str = "") -> str:
    return render_template("admin_credential_form.html", form=form, problem=problem, words=scope_words())


def _scopes_of(one: Credential) -> list[tuple[str, str]]:
    """The words for what a credential may do, in the order of the form."""
    return [told for scope, told in scope_words().items() if scope in one.scopes]


def _secret(new: NewCredential, one: Credential) -> Response:
    """The page with the secret: it is made for this answer alone."""
    return make_response(render_template("admin_credential_new.html", new=new, one=one, endpoint=_endpoint()))


def _find(key: str) -> Credential:
    found = next((one for one in services().credentials.list(services().institution.id) if one.key == key), None)
    if found is None:
        abort(404)
    return found


def _endpoint() -> str:
    return f"{services().settings.base_url}/xapi/"


def _state(one: Credential) -> tuple[str, str]:
    """The badge of a credential: its kind and its words."""
    now = services().clock()
    if one.is_over(now):
        return "bad", _("Berakhir")
    if one.old_until is not None:
        return "wait", _("Rahasia berganti")
    if one.expires is not None:
        return ("wait" if one.expires - now < _SOON else "good"), _("Sampai %(day)s", day=day(last_moment(one.expires)))
    return "good", _("Aktif")


def _facts(one: Credential) -> dict[str, Any]:
    return {
        "scopes": _scopes_of(one),
        "state": _state(one),
        "last_day": None if one.expires is None else day(last_moment(one.expires)),
    }
