"""Administration of platforms: which LMSs may launch, what waits for approval, and how the last launches went."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lti_tool.errors import ToolError
from lti_tool.observer import wrong_clocks
from lti_tool.store import NewPlatform
from lti_tool.store.deployments import PENDING
from lti_tool.store.launch_list import GOOD, NOTED, REFUSED
from lti_tool.web.context import services
from lti_tool.web.forms import PlatformForm
from lti_tool.web.language import language
from lti_tool.web.learn import GRANT_LIFE
from lti_tool.web.list_page import list_page
from lti_tool.web.session import keep_to, staff_name
from lti_tool.web.tables import Choice, Column, Row, Tools, build_table, sql_table
from xapi.words import explain

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
keep_to(blueprint, "admin")


def note(action: str, subject: str = "", detail: str = "") -> None:
    """Writes what this administrator did to the staff log."""
    services().house.log.add(services().clock(), staff_name(), action, subject, detail)


@blueprint.get("/lms/")
def page() -> Response:
    """The platforms, and the deployments that wait for approval."""
    platforms = {platform.id: platform for platform in services().lti.platforms.list()}
    deployments = services().lti.deployments.list()
    clocks = wrong_clocks(services().lti)
    wrong = {platform.id for platform, _seen in clocks}
    rows = [
        {
            "name": platform.name,
            "issuer": platform.issuer,
            "client_id": platform.client_id,
            "deployments": sum(one.platform == platform.id and one.state != PENDING for one in deployments),
            "state": _state(platform.active, platform.id in wrong),
            "active": "1" if platform.active else "0",
            "id": platform.id,
        }
        for platform in platforms.values()
    ]
    columns = [
        Column("name", _("Nama"), link=lambda row: url_for("admin.platform", platform_id=row["id"])),
        Column("issuer", "Issuer"),
        Column("client_id", "Client ID"),
        Column("deployments", "Deployment", "count"),
        Column("state", _("Keadaan"), "badge", sorts=False),
    ]
    waiting = [
        (platforms[one.platform], one, datetime.fromtimestamp(one.first_seen, UTC))
        for one in deployments
        if one.state == PENDING and one.platform in platforms
    ]
    active = Choice("keadaan", _("Keadaan"), "active", (("1", _("Menyala")), ("0", _("Mati"))))
    tools = Tools("lms", ("name", "issuer", "client_id"), (active,))
    return list_page(
        "admin_platforms.html",
        build_table(columns, rows, sort="name", tools=tools),
        waiting=waiting,
        clocks=[(platform, seen.ahead, datetime.fromtimestamp(seen.at, UTC)) for platform, seen in clocks],
    )


def _state(active: bool, wrong_clock: bool) -> tuple[str, str]:
    if wrong_clock:
        return "bad", _("Jam berbeda")
    return ("good", _("Menyala")) if active else ("", _("Mati"))


@blueprint.get("/lms/baru")
def new_platform() -> str:
    """The form of a new platform."""
    return _platform_form(_form())


@blueprint.post("/lms/baru")
def add_platform() -> Response:
    """Registers a platform with its deployments."""
    form = _form()
    if not form.validate():
        return make_response(_platform_form(form), 400)
    fields = ("name", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "token_audience", "profile")
    values: dict[str, Any] = {name: (form[name].data or "").strip() for name in fields}
    new = NewPlatform(**values, service_hosts=tuple((form.service_hosts.data or "").lower().split()))
    try:
        added = services().lti.platforms.add(new, services().ids().hex, services().clock())
    except ToolError as error:
        return make_response(_platform_form(form, explain(error, language())), 400)
    for deployment in dict.fromkeys((form.deployments.data or "").split("\n")):
        if deployment.strip():
            services().lti.deployments.approve(added.id, deployment.strip()[:255], services().clock())
    note("platform.add", added.id, added.name)
    flash(_("LMS “%(name)s” terdaftar.", name=added.name), "good")
    return make_response(redirect(url_for("admin.platform", platform_id=added.id), 303))


def _form() -> PlatformForm:
    form = PlatformForm()
    names = services().adapters.names()
    systems = {name: services().adapters.get(name) for name in names}
    form.profile.choices = [
        SelectChoice(name, system.title) for name, system in systems.items() if system.launch_profile is not None
    ]
    if request.method == "GET":
        form.profile.data = "generic"
    return form


def _platform_form(form: PlatformForm, problem: str = "") -> str:
    return render_template("admin_platform_new.html", form=form, problem=problem, base_url=services().settings.base_url)


@blueprint.get("/lms/<platform_id>")
def platform(platform_id: str) -> str:
    """One platform: its addresses and deployments."""
    found = services().lti.platforms.get(platform_id)
    if found is None:
        abort(404)
    deployments = [one for one in services().lti.deployments.list() if one.platform == platform_id]
    return render_template(
        "admin_platform.html",
        platform=found,
        kind=_system(found.profile),
        deployments=deployments,
        notices=[
            (one, datetime.fromtimestamp(one.last_at, UTC) if one.last_at else None)
            for one in services().lti.notices.handlers(platform_id)
        ],
    )


def _system(name: str) -> str:
    """What the system `name` is called; its name when this installation has no adapter for it any more."""
    adapters = services().adapters
    return adapters.get(name).title if name in adapters.names() else name


@blueprint.post("/lms/<platform_id>/nyala")
def switch_platform(platform_id: str) -> Response:
    """Switches a platform on or off; off ends at once what its launches have opened."""
    found = services().lti.platforms.get(platform_id)
    if found is None:
        abort(404)
    services().lti.platforms.set_active(platform_id, not found.active)
    if found.active:
        _end_launches(platform_id)
    note("platform.off" if found.active else "platform.on", platform_id, found.name)
    return make_response(redirect(url_for("admin.platform", platform_id=platform_id), 303))


def _end_launches(platform_id: str, deployment: str = "") -> None:
    """Ends the tokens of the launches of a platform, or of one deployment of it: nothing more is taken from them."""
    since = services().clock() - GRANT_LIFE
    launched = services().lti.launches.registrations_since(platform_id, since, deployment)
    services().credentials.revoke_launches(services().institution.id, launched)


@blueprint.post("/lms/<platform_id>/deployment")
def decide_deployment(platform_id: str) -> Response:
    """Approves or refuses a deployment of a platform; a refusal ends at once what its launches have opened."""
    deployment, decision = request.form.get("deployment", "").strip(), request.form.get("putusan")
    if services().lti.platforms.get(platform_id) is None or not deployment or len(deployment) > 255:
        abort(404)
    if decision not in ("approve", "refuse"):
        abort(400)
    store = services().lti.deployments
    (store.approve if decision == "approve" else store.refuse)(platform_id, deployment, services().clock())
    if decision == "refuse":
        _end_launches(platform_id, deployment)
    note(f"deployment.{decision}", platform_id, deployment)
    flash(_("Deployment disetujui.") if decision == "approve" else _("Deployment ditolak."), "good")
    return make_response(redirect(url_for("admin.platform", platform_id=platform_id), 303))


def _kind(name: str) -> str:
    """A kind of message in words."""
    names = {
        "login": _("Login"),
        "launch": _("Peluncuran"),
        "LtiResourceLinkRequest": _("Peluncuran"),
        "LtiSubmissionReviewRequest": _("Tinjauan"),
        "deep_link": _("Pilih modul"),
        "LtiDeepLinkingRequest": _("Pilih modul"),
        "register": _("Pendaftaran"),
        "notice": _("Pemberitahuan"),
    }
    return names.get(name, name)


@blueprint.get("/peluncuran")
def launches() -> Response:
    """The launches and refusals that are kept, without anything personal."""
    columns = [
        Column("at", _("Waktu"), "time"),
        Column("platform", "LMS"),
        Column("kind", _("Jenis")),
        Column("result", _("Hasil"), "badge"),
        Column("code", _("Kode")),
        Column("reference", _("Rujukan"), sorts=False),
    ]
    results = {GOOD: ("good", _("Berhasil")), NOTED: ("wait", _("NIP berbeda")), REFUSED: ("bad", _("Ditolak"))}

    def fill(rows: Sequence[Row]) -> list[Row]:
        return [{**row, "result": results[row["result"]], "kind": _kind(row["kind"])} for row in rows]

    platforms = [(platform.id, platform.name) for platform in services().lti.platforms.list()]
    choices = (
        Choice("hasil", _("Hasil"), "result", [(result, words) for result, (_kind, words) in results.items()]),
        Choice("lms", "LMS", "platform_id", platforms),
    )
    tools = Tools("peluncuran", ("platform", "kind", "code", "reference"), choices)
    view = sql_table(columns, services().lti.launch_list, sort="-at", tools=tools, fill=fill)
    return list_page("admin_launches.html", view)
