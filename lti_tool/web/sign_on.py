"""The pages of the single sign-on: off to the provider, and back from it."""

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, session, url_for

from lti_tool.address_pace import AddressPace
from lti_tool.errors import ToolError
from lti_tool.jose import sign
from lti_tool.oidc.desk import BACK_PATH, Answer, SignedOn, SignOn
from lti_tool.oidc.mapping import LEARNER, mapping_of
from lti_tool.oidc.proof import Client
from lti_tool.oidc.provider import Provider
from lti_tool.web.context import accounts, services
from lti_tool.web.session import log_in, own_path, remember_learner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lti_tool.http import PlatformHttp
    from lti_tool.services import Services
    from lti_tool.setting_sections import Oidc

blueprint = Blueprint("sign_on", __name__, url_prefix="/masuk/sso")
SIGN_ON, PACE = "jampel_sign_on", "jampel_sign_on_pace"
BROWSER = "sso"
LONGEST = 4096


def sign_on_of(services: "Services", http: "PlatformHttp") -> SignOn | None:
    """The single sign-on of the settings, None when there is none. Raises ToolError for settings that do not fit."""
    wanted = services.settings.oidc
    if not wanted.issuer:
        return None
    if not wanted.client_id:
        raise ToolError("oidc.settings", "no client", key="client_id")
    return SignOn(
        services.house,
        accounts(),
        services.flow,
        provider=Provider(wanted.issuer, http, services.clock),
        client=Client(
            id=wanted.client_id,
            redirect_uri=f"{services.settings.base_url}{BACK_PATH}",
            secret=services.settings.oidc_secret,
            scopes=wanted.scopes,
            auth=wanted.client_auth,
            sign=lambda claims: _signed(services, claims),
        ),
        mapping=mapping_of(
            wanted.roles,
            groups_claim=wanted.groups_claim,
            institution_claim=wanted.institution_claim,
            institution_values=wanted.institution_values,
            nip_claim=wanted.nip_claim,
        ),
        clock=services.clock,
    )


def _signed(services: "Services", claims: "Mapping[str, object]") -> str:
    key = services.lti_parts.keys.signing()
    return sign(claims, key.private, key.kid)


def desk() -> SignOn:
    """The single sign-on, made at its first use. Raises ToolError `oidc.off` when there is none."""
    if SIGN_ON not in current_app.extensions:
        current_app.extensions[SIGN_ON] = sign_on_of(services(), services().lti_parts.http)
    found: SignOn | None = current_app.extensions[SIGN_ON]
    if found is None:
        raise ToolError("oidc.off", "no issuer in the settings")
    return found


@blueprint.get("/")
def begin() -> Response:
    """Sends the browser to the provider; `lanjut` is the page that was wanted. Raises LaunchRefused for a flood."""
    pace: AddressPace = current_app.extensions.setdefault(PACE, AddressPace(services().clock))
    pace.require(request.remote_addr or "")
    address, flow = desk().begin(own_path(request.args.get("lanjut"), ""))
    session[BROWSER] = flow.browser
    return make_response(redirect(address))


@blueprint.get("/kembali")
def back() -> Response:
    """What the provider sends the browser back to (the redirect URI)."""
    given = {name: request.args.get(name, "")[:LONGEST] for name in ("state", "code", "error", "iss")}
    try:
        found = desk().finish(
            Answer(state=given["state"], code=given["code"], error=given["error"], issuer=given["iss"]),
            session.pop(BROWSER, ""),
        )
        return _let_in(found)
    except ToolError as error:
        if error.code != "oidc.state_lost":  # anybody can bring a wrong state: strangers must not fill the log
            _note("", "login.sso_failed", detail=f"{error.code} {error.params.get('reason', '')}".strip())
        raise


def _let_in(found: SignedOn) -> Response:
    if found.account is None:
        person = services().people.resolve(
            services().settings.oidc.issuer,
            found.subject,
            nip=found.who.nip or None,
            name=found.who.name,
            now=services().clock(),
        )
        remember_learner(person.person, found.session)
        return make_response(redirect(url_for("saya.page"), 303))
    for action, detail in found.changes:
        _note(found.account.id, action, found.account.id, f"{detail} sso")
    log_in(found.account, found.session)
    _note(found.account.id, "login", detail="sso")
    return make_response(redirect(own_path(found.onward, url_for("home.page")), 303))


def _note(account: str, action: str, subject: str = "", detail: str = "") -> None:
    services().house.log.add(services().clock(), account, action, subject, detail)


def learners_way() -> "Oidc | None":
    """The single sign-on for a page that a learner cannot see without it; None when it lets no learners in."""
    wanted = services().settings.oidc
    lets_in = any(line.rpartition("=")[2].strip() == LEARNER for line in wanted.roles)
    return wanted if wanted.issuer and lets_in else None


def provider_logout(came: str) -> str:
    """Where this browser can leave the provider too, when it `came` from there (`BY_SIGN_ON`); empty otherwise."""
    if not session.get(came):
        return ""
    try:
        return desk().logout_address(services().settings.base_url + url_for("home.page"))
    except ToolError:  # a provider that cannot be reached keeps nobody from leaving here
        return ""


def left(onward: str) -> Response:
    """The answer to who has left here: the way out at the provider (`onward`) too, or else the home page."""
    if onward:
        return make_response(render_template("left.html", onward=onward))
    return make_response(redirect(url_for("home.page"), 303))
