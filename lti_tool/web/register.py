"""Registration by invite: the page that an LMS opens in its frame, the confirmation, and whether the tool is active."""

import secrets
from typing import Protocol

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from adapters.registry import Registry
from lti_tool.claims import NOTICE_SCOPE
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.groups import SCOPE as GROUPS
from lti_tool.house.store import House
from lti_tool.line_items import LINE_ITEM, SCORE
from lti_tool.registration.configuration import is_address
from lti_tool.registration.desk import NotRegistered, Outcome, Preview
from lti_tool.registration.request import RESULT
from lti_tool.roster import SCOPE as ROSTER
from lti_tool.store import Invite
from lti_tool.store.platforms import origin
from lti_tool.web.headers import allow_framing
from lti_tool.web.language import language
from lti_tool.web.problems import note_code
from lti_tool.wiring import LtiParts
from xapi.words import explain

MOST_FORM, MOST_FIELDS = 128 * 1024, 20
CONFIGURATION, TOKEN = "openid_configuration", "registration_token"


class HasRegistration(Protocol):
    """What this blueprint needs of the services."""

    @property
    def lti_parts(self) -> LtiParts: ...
    @property
    def adapters(self) -> Registry: ...
    @property
    def house(self) -> House: ...


def blueprint(services: HasRegistration) -> Blueprint:
    """The blueprint of `/lti/register/<token>`; each request is authenticated by the invite in its address."""
    lti = services.lti_parts
    desk = lti.registration
    pages = Blueprint("register", __name__, url_prefix="/lti/register")

    @pages.before_request
    def _bound_the_form() -> None:
        request.max_content_length = request.max_form_memory_size = MOST_FORM
        request.max_form_parts = MOST_FIELDS

    @pages.get("/<token>")
    def preview(token: str) -> Response:
        invite = desk.invite(token)
        values = _single(request.args)
        shown = desk.preview(invite, values.get(CONFIGURATION, ""), values.get(TOKEN, ""))
        return _framed(preview_page(shown), shown.address)

    @pages.post("/<token>")
    def confirm(token: str) -> Response:
        invite = desk.invite(token)
        values = _single(request.form)
        outcome = desk.confirm(invite, values.get("shown", ""), values.get(TOKEN, ""))
        action = "platform.register" if outcome.new else "platform.renew"
        services.house.log.add(lti.clock(), "", action, outcome.platform.id, f"{invite.name} ({invite.id[:8]})")
        return _framed(_done_page(token, invite, outcome), outcome.address)

    @pages.get("/<token>/keadaan")
    def state(token: str) -> Response:
        return jsonify(active=desk.is_active(desk.invite(token)))

    @pages.errorhandler(NotRegistered)
    def not_registered(error: NotRegistered) -> Response:
        reference = _told(error)
        page = preview_page(error.again, explain(error, language()), f"{error.code} · {reference}")
        return _framed(make_response(page, error.status), error.again.address)

    @pages.errorhandler(ToolError)
    def refused(error: ToolError) -> Response:
        status = error.status if isinstance(error, LaunchRefused) else 502
        words = {"code": error.code, "sentence": explain(error, language()), "reference": _told(error)}
        page = render_template("error.html", error=words | {"status": status}, embedded=True)
        return _framed(make_response(page, status), _parent() if _invited() else "")

    @pages.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        return refused(
            LaunchRefused("registration.form_too_large", "over the limit", status=413, limit=MOST_FORM // 1024)
        )

    def preview_page(shown: Preview, problem: str = "", code: str = "") -> Response:
        product = shown.configuration.product
        page = render_template(
            "register.html",
            embedded=True,
            shown=shown,
            platform=shown.configuration,
            system=services.adapters.get(product).title if product in services.adapters.names() else product,
            names=endpoint_words(),
            services=service_words(),
            personal=personal_words(),
            problem=problem,
            code=code,
            action=url_for("register.confirm", token=_token(), openid_configuration=shown.address),
            fields={TOKEN: shown.registration_token, "shown": shown.form},
            parent=origin(shown.address),
        )
        return make_response(page)

    def _told(error: ToolError) -> str:
        """Notes a refusal: one audit line, with nothing of what was sent."""
        reference = secrets.token_hex(4)
        lti.store.audit.add("register", error.code, lti.clock(), reference=reference)
        note_code(error.code)
        return reference

    def _invited() -> bool:
        return lti.store.invites.find(_token(), lti.clock()) is not None

    return pages


def service_words() -> dict[str, str]:
    """What each scope lets us do."""
    return {
        LINE_ITEM: _("Membuat dan memperbarui kolom nilai milik alat ini di buku nilai."),
        SCORE: _("Mengirim nilai peserta ke kolom itu."),
        RESULT: _("Membaca kembali nilai yang tersimpan di kolom itu."),
        ROSTER: _("Membaca daftar peserta kursus yang memakai alat ini."),
        GROUPS: _("Membaca nama kelompok di kursus itu, agar pengajar dapat menyaring peserta."),
        NOTICE_SCOPE: _("Diberi tahu LMS bila sebuah kursus disalin."),
    }


def personal_words() -> dict[str, str]:
    """What each claim tells us of a person."""
    return {
        "sub": _("Nomor pengguna di LMS"),
        "name": _("Nama lengkap"),
        "lis": _("Nomor induk (NIP), bila LMS menyimpannya pada pengguna"),
        "roles": _("Peran di kursus: peserta atau pengajar"),
    }


def endpoint_words() -> dict[str, str]:
    """What each address of a platform is for."""
    return {
        "auth_url": _("Alamat autentikasi"),
        "token_url": _("Alamat token akses"),
        "jwks_url": _("Alamat kunci publik (JWKS)"),
        "registration_url": _("Alamat pendaftaran"),
    }


def _done_page(token: str, invite: Invite, outcome: Outcome) -> Response:
    page = render_template(
        "register_done.html",
        embedded=True,
        token=token,
        invite=invite,
        outcome=outcome,
        parent=origin(outcome.address),
    )
    return make_response(page)


def _token() -> str:
    return str((request.view_args or {}).get("token", ""))


def _parent() -> str:
    """The address of the LMS whose page may frame a refusal; a lie in it frames a page with nothing to press."""
    address = request.args.get(CONFIGURATION, "")
    return address if is_address(address) else ""


def _framed(response: Response, address: str) -> Response:
    """`response` for the frame of the LMS at `address` alone, or for none; with the token in its address, it is kept
    nowhere and refers nowhere."""
    allow_framing(response, *([address] if address else []))
    response.headers["Cache-Control"] = "no-store"
    return response


def _single(values: MultiDict[str, str]) -> dict[str, str]:
    """`values` where each name stands once."""
    if any(len(found) > 1 for found in values.listvalues()):
        raise LaunchRefused("registration.parameter_twice", "a parameter is given twice")
    return values.to_dict()
