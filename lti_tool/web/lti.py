"""The addresses a platform calls: login, launch, key set, and the answer to deep linking."""

import secrets
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Request, Response, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from lti_tool.address_pace import AddressPace
from lti_tool.claims import DEEP_LINKING_LAUNCH, Launch
from lti_tool.deep_linking import Asked, Choice, Told, form_page
from lti_tool.errors import BrowserLost, LaunchRefused, PersonLost, ToolError
from lti_tool.flow.store import LIFETIME_SECONDS, cookie_name
from lti_tool.store import Platform
from lti_tool.web.browser_setting import blamed
from lti_tool.web.headers import POLICY
from lti_tool.web.ladder import STORED, ask_page, from_our_page, in_frame, keep_page, tab_page
from lti_tool.web.language import language
from lti_tool.web.own_cookies import OwnCookies
from lti_tool.web.picker_form import EMPTY_FIELD, NotChosen, Titled, read_choices
from lti_tool.web.plain_form import MOST_FORM, bound, posted, refuse_zero, single
from lti_tool.web.ready_response import sent_to
from lti_tool.wiring import LtiParts
from xapi.words import explain


class Shelf(Protocol):
    """The library: `newest` is the newest version of a module, None when there is none."""

    def newest(self, module_id: str, /) -> Titled | None: ...


class HasLti(Protocol):
    """What this blueprint needs of the services."""

    @property
    def lti_parts(self) -> LtiParts: ...
    @property
    def library(self) -> Shelf: ...
    @property
    def zone(self) -> ZoneInfo: ...


Opener = Callable[[Any, Launch], Any]
Reopener = Callable[[Any, Asked, NotChosen], Response]


def blueprint(
    services: HasLti, open_launch: Opener, open_picker: Opener, reopen_picker: Reopener | None = None
) -> Blueprint:
    """The blueprint of `/lti/…`.

    `open_launch(services, launch)` answers a good resource-link launch and `open_picker(services, launch)` a good
    deep-linking launch; `reopen_picker(services, asked, problem)` shows the picker again, without it a form that can
    be mended is refused.
    """
    lti = services.lti_parts
    pace = AddressPace(lti.clock)
    pages = Blueprint("lti", __name__, url_prefix="/lti")

    pages.before_request(lambda: bound(_this_request()))

    @pages.route("/login", methods=["GET", "POST"])
    def login() -> Response:
        asked = _this_request()
        pace.require(asked.remote_addr or "")
        start = lti.login.start(posted(asked) if asked.method == "POST" else single(asked.args))
        response = keep_page(start) if start.storage else sent_to(start.url)
        _set_cookie(response, start.flow.cookie, start.flow.browser, LIFETIME_SECONDS)
        return response

    @pages.get("/tab")
    def tab() -> Response:
        """The last rung of the ladder: the launch anew in a tab of its own. The state is worth nothing afterwards."""
        state = single(request.args).get("state", "")
        if anew := lti.login.restart(state):
            return sent_to(anew)
        start = lti.login.again(state)
        response = sent_to(start.url)
        _set_cookie(response, start.flow.cookie, start.flow.browser, LIFETIME_SECONDS)
        return response

    @pages.post("/launch")
    def launch() -> Response:
        asked = _this_request()
        form = posted(asked)
        stored = form.get(STORED, "")
        stored = stored if stored and from_our_page(asked, lti.login.origin) else ""
        cookies, framed = OwnCookies(asked.environ.get("HTTP_COOKIE", "")), in_frame(asked)
        good = lti.receiver.receive(form, cookies, stored=stored, framed=framed)
        opened = open_picker if good.message_type == DEEP_LINKING_LAUNCH else open_launch
        response = framed_by(_private(make_response(opened(services, good))), good.platform)
        _set_cookie(response, cookie_name(form["state"]), "", 0)
        return response

    @pages.get("/jwks")
    def jwks() -> Response:
        lti.jwks_fetches.note(request.user_agent.string, request.remote_addr or "")
        response = jsonify(lti.keys.jwks())
        response.headers["Cache-Control"] = "public, max-age=300"
        return response

    @pages.post("/deep-link")
    def deep_link() -> Response:
        form = request.form
        refuse_zero(value for _name, values in form.lists() for value in values)
        launch_id, token = form.get("launch", ""), form.get("token", "")
        try:
            choices = read_choices(form, services.library.newest, services.zone, lti.clock())
        except NotChosen as problem:
            if reopen_picker is None:
                raise
            asked = lti.deep_linking.asked(launch_id, token)
            return _private(reopen_picker(services, asked, problem))
        answer = lti.deep_linking.answer(launch_id, token, choices, _told(form, choices))
        nonce = secrets.token_urlsafe(16)
        page = form_page(
            answer, title=gettext("Kembali ke LMS"), button=gettext("Lanjutkan"), language=language(), nonce=nonce
        )
        response = framed_by(_private(make_response(page)), answer.platform)
        policy = f"default-src 'none'; script-src 'nonce-{nonce}'; {response.headers['Content-Security-Policy']}"
        response.headers["Content-Security-Policy"] = policy
        return response

    _answer_refusals(pages, lti)
    return pages


def _answer_refusals(pages: Blueprint, lti: LtiParts) -> None:
    """Lets `pages` answer what is refused: back to the platform, on the next rung of the ladder, or on a page."""

    @pages.errorhandler(RequestEntityTooLarge)
    def too_large(error: RequestEntityTooLarge) -> Response:
        return refused(
            LaunchRefused("launch.form_too_large", "form over the limit", status=413, limit=MOST_FORM // 1024)
        )

    @pages.errorhandler(BrowserLost)
    def lost(error: BrowserLost) -> Response:
        if error.storage and STORED not in request.form:
            return ask_page(error, request.form["state"], request.form.get("id_token", ""))
        return tab_page(error, request.form["state"], blamed(request.user_agent.string), _noted(lti, error))

    @pages.errorhandler(PersonLost)
    def unknown(error: PersonLost) -> Response:
        return tab_page(error, error.state, None, _noted(lti, error))

    @pages.errorhandler(ToolError)
    def refused(error: ToolError) -> Response:
        words = _noted(lti, error)
        if isinstance(error, LaunchRefused) and error.return_url:
            return _private(make_response(redirect(_return_address(error.return_url, words), 303)))
        page = make_response(render_template("error.html", error=words, embedded=True), words["status"])
        known = error.platform if isinstance(error, LaunchRefused) else None
        return _private(framed_by(page, known, POLICY) if known else page)


def _this_request() -> Request:
    """The request itself: each look through the proxy costs."""
    asked: Request = request._get_current_object()  # type: ignore[attr-defined]
    return asked


def _noted(lti: LtiParts, error: ToolError) -> dict[str, Any]:
    """What the page says about `error`, which now has its line in the audit under the same reference."""
    reference, kind = error.reference or secrets.token_hex(4), (request.endpoint or "").rpartition(".")[2]
    known = error.platform if isinstance(error, LaunchRefused) else None
    lti.store.audit.add(kind, error.code, lti.clock(), platform=known.id if known else "", reference=reference)
    status = error.status if isinstance(error, LaunchRefused) else 502
    return {"code": error.code, "sentence": explain(error, language()), "reference": reference, "status": status}


def _return_address(url: str, words: dict[str, Any]) -> str:
    """`url` of the platform with what went wrong (LTI 1.3 section 5.4.4): for the person, and for its log."""
    parts = urlsplit(url)
    said = {
        "lti_errormsg": f"{words['sentence']} ({words['code']}, {words['reference']})",
        "lti_errorlog": f"{words['code']} {words['reference']}",
    }
    own = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in said]
    return urlunsplit(parts._replace(query=urlencode(own + list(said.items()))))


def framed_by(response: Response, platform: Platform, otherwise: str = "") -> Response:
    """`response`, which only pages of `platform` may show in a frame; a policy it has already is kept.

    `otherwise` is the policy, with a place for `ancestors`, of a response that has none.
    """
    if otherwise:
        response.headers.setdefault("Content-Security-Policy", otherwise.format(ancestors="'none'"))
    headers = response.headers
    headers["Content-Security-Policy"] = _framed_policy(headers.get("Content-Security-Policy", ""), platform.origins)
    if "X-Frame-Options" in headers:
        del headers["X-Frame-Options"]
    return response


@lru_cache(maxsize=256)
def _framed_policy(policy: str, origins: tuple[str, ...]) -> str:
    """`policy` with `origins`, and no others, as the frames' ancestors."""
    ancestors = f"frame-ancestors {' '.join(origins) or chr(39) + 'none' + chr(39)}"
    parts = [part.strip() for part in policy.split(";")]
    kept = [part for part in parts if part and not part.lower().startswith("frame-ancestors")]
    return "; ".join([*kept, ancestors])


def _told(form: MultiDict[str, str], choices: list[Choice]) -> Told:
    """What the LMS shows the teacher, and what it may log."""
    if choices:
        names = " ".join(choice.module for choice in choices)
        return Told(msg=gettext("%(count)s modul dipilih.", count=len(choices)), log=f"Jampel: {names}"[:1000])
    if EMPTY_FIELD in form:
        return Told(errormsg=gettext("Pustaka Jampel masih kosong."), errorlog="Jampel: no module in the library")
    return Told(msg=gettext("Tidak ada modul yang dipilih."), log="Jampel: cancelled")


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """Every cookie of a launch has these attributes, all of them: a frame on another site gets it back only so."""
    attributes = "Secure; HttpOnly; Path=/lti; SameSite=None; Partitioned"
    response.headers.add("Set-Cookie", f"{name}={value}; Max-Age={seconds}; {attributes}")  # both are words of ours
