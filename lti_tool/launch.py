"""The second half of a launch: the platform's signed message, checked step by step, becomes a `Launch`."""

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from adapters.base import LaunchProfile
from lti_tool.claims import (
    DEPLOYMENT,
    LONGEST_ID,
    MODULE,
    PRESENTATION,
    RESOURCE_LAUNCH,
    REVIEW_LAUNCH,
    TARGET,
    Launch,
    kept_deep_linking,
    read_launch,
)
from lti_tool.debugger.attempt import Attempt, Witness
from lti_tool.errors import BrowserLost, LaunchRefused, PersonLost, ToolError
from lti_tool.flow import Flow, FlowStore
from lti_tool.flow.store import WaitingFlow, cookie_name, hashed
from lti_tool.jose import SignedToken, read_token
from lti_tool.login import Login, read_asked
from lti_tool.observer import Observer
from lti_tool.platform_keys import PlatformKeys
from lti_tool.pylti import check_in_order
from lti_tool.store import Link, LtiStore, Platform
from lti_tool.store.deployments import APPROVED, REFUSED

#: Clocks may differ by this much, in seconds.
LEEWAY = 60
#: A token may live this long, and must have been issued this recently.
LONGEST_LIFE, OLDEST = 3600, 600
LONGEST_STATE, LONGEST_DESCRIPTION, LONGEST_RETURN_URL = 512, 300, 2048
#: Refusals for which a wrong clock, there or here, is the likely cause: messages are posted at once.
CLOCK_CODES = frozenset({"launch.from_the_future", "launch.expired"})
ERROR_CODE = re.compile(r"[a-z_]{1,40}")
#: Errors of a platform that does not know who is there (OpenID Connect Core 3.1.2.6); a tab may bring its cookie.
NOBODY_THERE = frozenset({"login_required", "interaction_required"})

Profiles = Callable[[str], LaunchProfile]


class Cookies(Protocol):
    """The cookies of a request, as far as a launch asks for them."""

    def get(self, name: str, default: str, /) -> str:
        """The value of the cookie called `name`, else `default`."""
        ...


class Receiver:
    """Receives launches (LTI 1.3 section 5.1; Security Framework 1.0 section 5.1.3).

    `profiles` gives the behaviour of a platform by the name stored with it; `login` knows our own addresses.
    `witness`, when there is one and it is awake, sees every launch; `observer`, when there is one, what a launch tells
    of its platform.
    """

    witness: Witness | None = None
    observer: Observer | None = None

    def __init__(
        self,
        store: LtiStore,
        flows: FlowStore,
        keys: PlatformKeys,
        login: Login,
        profiles: Profiles,
        clock: Callable[[], datetime],
        ids: Callable[[], uuid.UUID],
    ) -> None:
        self.store = store
        self.flows = flows
        self.keys = keys
        self.login = login
        self.profiles = profiles
        self.clock = clock
        self.ids = ids

    def receive(self, form: Mapping[str, str], cookies: Cookies, *, stored: str = "", framed: bool = False) -> Launch:
        """The launch in the posted `form`, from the browser with `cookies`.

        `stored` is the value of the cookie as the platform kept it for a browser without cookies; whoever passes it
        has made sure that a page of our own sent it. `framed` says that the browser is known to ask for a frame.
        Raises LaunchRefused, of which BrowserLost says that the browser did not prove itself yet, and PersonLost that a
        tab may help; nothing is stored then, except an unknown deployment that waits for approval.
        """
        checks = _Checks(self, form, cookies, stored, framed=framed)
        try:
            check_in_order(checks)
        except ToolError as error:
            if isinstance(error, LaunchRefused):
                checks.describe(error)
            checks.tell(error)
            raise
        checks.tell(None)
        return checks.launch


class _Checks:
    """One launch on its way through the checks, in the order of `pylti.check_in_order`."""

    launch: Launch
    _flow: Flow
    _token: SignedToken
    _platform: Platform
    _begun = ""
    _signed = False
    _admitted: str | None = None

    def __init__(
        self, receiver: Receiver, form: Mapping[str, str], cookies: Cookies, stored: str, *, framed: bool
    ) -> None:
        self._receiver = receiver
        self._framed = framed
        self._form = form
        self._cookies = cookies
        self._stored = stored
        self._now = receiver.clock()

    def tell(self, error: ToolError | None) -> None:
        """Tells the witness how far this launch came and what refused it; costs nothing while nobody watches."""
        witness = self._receiver.witness
        if witness is None or not witness.awake(self._now):
            return
        attempt = Attempt(
            form=self._form,
            cookie=bool(self._cookies.get(cookie_name(self._form.get("state", "")), "") or self._stored),
            at=self._now,
            flow=getattr(self, "_flow", None),
            token=getattr(self, "_token", None),
            platform=getattr(self, "_platform", None),
            read=hasattr(self, "launch"),
        )
        witness.saw_launch(attempt, error)

    def state(self) -> None:
        """The flow is taken, once, before anything else: whatever fails later, this form is worth nothing any more."""
        state = self._form.get("state", "")
        if "error" in self._form:
            raise self._platform_error(state)
        if not state or len(state) > LONGEST_STATE:
            raise LaunchRefused("launch.state_missing", "no state")
        browser = self._cookies.get(cookie_name(state), "") or self._stored
        if not browser:
            raise self._browser_lost(state)
        flow = self._receiver.flows.take(state, browser, self._now)
        if flow is None:
            raise LaunchRefused("launch.state_unknown", "state never issued, used, too old, or of another browser")
        self._flow, self._begun = flow, flow.platform

    def _browser_lost(self, state: str) -> LaunchRefused:
        """The refusal of a browser without the cookie of this flow: what it may still do depends on the flow."""
        waiting = self._receiver.flows.peek(state, self._now)
        platform = self._receiver.store.platforms.get(waiting.platform) if waiting else None
        detail = "the cookie of this flow did not come back"
        if waiting is None or platform is None or not waiting.request:
            return LaunchRefused("launch.cookie_missing", detail, status=403)
        lost = BrowserLost("launch.cookie_missing", detail, status=403)
        asked = read_asked(waiting.request)
        lost.platform, lost.storage = platform, asked.storage
        lost.restarts = bool(self._receiver.login.restart_page(platform, asked))
        return lost

    def describe(self, refusal: LaunchRefused) -> None:
        """Adds to `refusal` whose launch it was, and the page of that platform to which its signed message returns."""
        if refusal.platform is None and self._begun:
            refusal.platform = self._receiver.store.platforms.get(self._begun)
        if self._signed:
            refusal.return_url = own_return_url(self._token.claims, self._platform)

    def _platform_error(self, state: str) -> LaunchRefused:
        """The platform's own refusal (OpenID Connect Core 3.1.2.6); its text is shown only when we had asked it."""
        error, flows = self._form["error"], self._receiver.flows
        waiting = flows.peek(state, self._now) if self._framed and error in NOBODY_THERE else None
        known = flows.take(state, self._cookies.get(cookie_name(state), ""), self._now)
        if known:
            self._flow, self._begun = known, known.platform
        if waiting and waiting.request and (known or flows.drop(state, self._now)):
            return self._person_lost(waiting, error)
        return LaunchRefused(
            "launch.platform_error",
            "the platform answered with an error",
            status=403,
            error=error if ERROR_CODE.fullmatch(error) else "?",
            description=self._form.get("error_description", "")[:LONGEST_DESCRIPTION] if known else "",
        )

    def _person_lost(self, ended: WaitingFlow, error: str) -> LaunchRefused:
        """The refusal of a frame in which the platform knows nobody, with a flow for the tab in the place of `ended`.
        No launch can come from that flow itself: its browser is nobody's."""
        receiver, detail = self._receiver, "the platform knows nobody in this frame"
        platform = receiver.store.platforms.get(ended.platform)
        if platform is None:
            return LaunchRefused("launch.platform_unknown", "the platform is gone")
        lost = PersonLost("launch.platform_error", detail, status=403, error=error, description="")
        lost.platform = platform
        lost.restarts = bool(receiver.login.restart_page(platform, read_asked(ended.request)))
        lost.state = receiver.flows.open(platform.id, ended.deployment, self._now, request=ended.request).state
        return lost

    def token_format(self) -> None:
        """Three parts of strict JSON; `crit` names extensions and we know none (RFC 7515 section 4.1.11)."""
        self._token = read_token(self._form.get("id_token", ""))
        if "crit" in self._token.header:
            raise LaunchRefused("launch.token_malformed", "crit is not understood")

    def nonce(self) -> None:
        """The nonce is that of this flow (OpenID Connect Core 3.1.3.7, point 11); the flow was taken, so it is used."""
        nonce = self._token.claims.get("nonce")
        if not isinstance(nonce, str) or not self._flow.issued(nonce):
            raise LaunchRefused("launch.nonce", "nonce missing or not that of this flow")

    def registration(self) -> None:
        """Issuer and audience belong to the platform that the flow began with (points 2 to 5)."""
        claims = self._token.claims
        deployment = claims.get(DEPLOYMENT)
        platform, self._admitted = self._receiver.store.platforms.with_deployment(
            self._flow.platform, deployment if isinstance(deployment, str) else ""
        )
        if platform is None or not platform.active:
            raise LaunchRefused("launch.platform_unknown", "the platform is gone or switched off")
        if claims.get("iss") != platform.issuer:
            raise LaunchRefused("launch.issuer", "iss is not that of the platform of this flow")
        check_audience(claims, platform.client_id)
        self._platform = platform

    def signature(self) -> None:
        """Signed by a key that the platform publishes: never one that came with the token (jwk, jku, x5u)."""
        kid = self._token.header.get("kid")
        if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_ID:
            raise LaunchRefused("launch.kid_missing", "no kid in the header")
        if self._token.header.get("alg") not in self._platform.algorithms:
            raise LaunchRefused("launch.algorithm", "alg is not one of the platform's")
        self._receiver.keys.verify(self._token, self._platform, kid)
        self._signed = True
        try:
            check_times(self._token.claims, int(self._now.timestamp()))
        except LaunchRefused as error:
            if self._receiver.observer is not None and error.code in CLOCK_CODES:
                self._receiver.observer.saw_wrong_clock(self._platform, self._token.claims["iat"], self._now)
            raise

    def deployment(self) -> None:
        """Approved, and the one the login named; an unknown one is filed for approval and gets no further."""
        deployment = self._token.claims.get(DEPLOYMENT)
        if not isinstance(deployment, str) or not 0 < len(deployment) <= LONGEST_ID:
            raise LaunchRefused("launch.deployment_missing", "no deployment_id")
        if self._flow.deployment and self._flow.deployment != deployment:
            raise LaunchRefused("launch.deployment_other", "deployment_id is not that of the login")
        if self._admitted == APPROVED:
            return
        if self._admitted == REFUSED:
            raise LaunchRefused("launch.deployment_refused", "refused by an administrator", status=403)
        if self._admitted is None:
            self._receiver.store.deployments.wait(self._platform.id, deployment, self._now)
        raise LaunchRefused("launch.deployment_pending", "waits for an administrator", status=403)

    def message(self) -> None:
        """A complete message of a kind we offer, meant for an address of ours."""
        target = self._token.claims.get(TARGET)
        if not isinstance(target, str) or not self._receiver.login.is_own(target):
            raise LaunchRefused("launch.target_foreign", "target_link_uri missing or not an address of this tool")
        self.launch = read_launch(
            self._token.claims,
            self._platform,
            self._receiver.profiles(self._platform.profile),
            launch_id=self._receiver.ids().hex,
            registration=str(self._receiver.ids()),
            now=self._now,
        )
        if self.launch.message_type == RESOURCE_LAUNCH and not self.launch.module:
            self.launch = self._with_module_of_copy(self.launch)

    def _with_module_of_copy(self, launch: Launch) -> Launch:
        """`launch` with the module that its link had in the course it was copied from, where a notice tells of that:
        some platforms copy a link without its custom values."""
        place = (launch.platform.id, launch.deployment_id, launch.context_id)
        if not launch.context_id or not launch.resource_link_title:
            return launch
        module = self._receiver.store.notices.module_before(*place, launch.resource_link_title)
        if not module:
            return launch
        return msgspec.structs.replace(launch, custom={**launch.custom, MODULE: module})

    def save(self) -> None:
        """One transaction: the learner's enrolment, and a line in the list of launches."""
        launch = self.launch
        link = Link(
            registration=launch.registration,
            platform=launch.platform.id,
            deployment=launch.deployment_id,
            resource_link=launch.resource_link_id,
            subject="" if launch.message_type == REVIEW_LAUNCH else launch.subject,  # it enrols nobody
            module=launch.module,
            title=launch.resource_link_title,
            learner="learner" in launch.roles,
            line_item=launch.ags.line_item,
            line_items=launch.ags.line_items,
            scopes=" ".join(launch.ags.scopes),
            context=launch.context_id,
        )
        registration = self._receiver.store.launches.save(
            launch.id,
            launch.message_type,
            " ".join(sorted(launch.roles)),
            link,
            self._now,
            form_token=hashed(launch.form_token) if launch.form_token else "",
            deep_linking=kept_deep_linking(launch) if launch.deep_linking else "",
        )
        self.launch = msgspec.structs.replace(launch, registration=registration)
        if self._receiver.observer is not None:
            self._receiver.observer.saw_launch(self.launch, self._token.claims["iat"])


def check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """`aud` names us; with several audiences `azp` must too (OpenID Connect Core 3.1.3.7, points 3 to 5)."""
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or not all(isinstance(member, str) for member in audiences):
        raise LaunchRefused("launch.audience", "aud is not a string or a list of strings")
    if client_id not in audiences:
        raise LaunchRefused("launch.audience", "aud does not name this tool")
    if len(audiences) > 1 and "azp" not in claims:
        raise LaunchRefused("launch.audience", "several audiences without azp")
    if "azp" in claims and claims["azp"] != client_id:
        raise LaunchRefused("launch.audience", "azp is not this tool")


def own_return_url(claims: Mapping[str, Any], platform: Platform) -> str:
    """Where verified `claims` want the person back (LTI 1.3 section 5.4.4), when it lies on a host of `platform`.

    It is as safe as the platform itself: https, unless the platform is a test without it. Empty otherwise.
    """
    presentation = claims.get(PRESENTATION)
    url = presentation.get("return_url") if isinstance(presentation, dict) else None
    if not isinstance(url, str) or len(url) > LONGEST_RETURN_URL or not url.isascii() or not platform.owns(url):
        return ""
    allowed = ("https://",) if platform.issuer.startswith("https://") else ("https://", "http://")
    return url if url.startswith(allowed) and not any(mark in url for mark in (" ", "\\", "\r", "\n", "\t")) else ""


def check_times(claims: Mapping[str, Any], now: int) -> None:
    """`exp` and `iat` are there, sensible, and near `now` (a Unix second); `nbf` has come when it is given."""
    expires, issued = _second(claims, "exp"), _second(claims, "iat")
    if issued > now + LEEWAY or ("nbf" in claims and _second(claims, "nbf") > now + LEEWAY):
        raise LaunchRefused("launch.from_the_future", "iat or nbf in the future: a clock is wrong")
    if expires <= now - LEEWAY:
        raise LaunchRefused("launch.expired", "exp is past")
    if expires <= issued or expires - issued > LONGEST_LIFE:
        raise LaunchRefused("launch.lifetime", "the token lives too long, or ends before it begins")
    if issued < now - OLDEST - LEEWAY:
        raise LaunchRefused("launch.expired", "iat is too long ago")


def _second(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e11:
        raise LaunchRefused("launch.time_missing", f"{name} missing or not a time", claim=name)
    return value
