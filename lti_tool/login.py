"""The first half of a launch: a platform asks for a login, and the browser is sent back to it with state and nonce."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import msgspec

from adapters.base import LaunchProfile
from lti_tool.debugger.attempt import Witness
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.flow import FlowStore, OpenedFlow
from lti_tool.store import LtiStore, Platform
from lti_tool.store.deployments import APPROVED, REFUSED
from lti_tool.store.platforms import origin

LONGEST_HINT = 16 * 1024
#: The name of the platform's frame that keeps values for tools (LTI Client Side postMessages, `lti_storage_target`).
STORAGE_TARGET = re.compile(r"[A-Za-z0-9_.\-]{1,64}")


class Asked(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a login asked for: kept with its flow, so that the login can be made again in a tab of its own."""

    login_hint: str
    target_link_uri: str
    lti_message_hint: str | None = None
    storage: str = ""


class Redirect(msgspec.Struct, frozen=True):
    """Where the browser goes, and the flow whose cookie goes with it.

    `storage` is the platform's frame that keeps values for browsers without cookies; empty when it named none.
    """

    url: str
    flow: OpenedFlow
    platform: Platform
    storage: str = ""


class Login:
    """Answers login initiations (1EdTech Security Framework 1.0 section 5.1.1.1).

    `base_url` is the tool's public address without a trailing slash; launches always return to `<base_url>/lti/launch`,
    and `origin` is where our own pages come from. `profiles` gives the behaviour of a platform by the name stored with
    it. `witness`, when there is one and it is awake, sees every login.
    """

    witness: Witness | None = None

    def __init__(
        self,
        store: LtiStore,
        flows: FlowStore,
        base_url: str,
        clock: Callable[[], datetime],
        profiles: Callable[[str], LaunchProfile],
    ) -> None:
        self._store = store
        self._flows = flows
        self._clock = clock
        self._profiles = profiles
        self.origin = origin(base_url)
        self.launch_url = f"{base_url}/lti/launch"

    def start(self, params: Mapping[str, str]) -> Redirect:
        """Opens a flow for the login initiation `params` and says where to send the browser.

        A deployment that is not known is refused once the platform has an approved one. Before that it may go on: only
        the signed launch proves that it exists, and that launch files it for approval and goes no further. Raises
        LaunchRefused.
        """
        try:
            redirect = self._start(params)
        except ToolError as error:
            self._tell(params, error)
            raise
        self._tell(params, None)
        return redirect

    def _tell(self, params: Mapping[str, str], error: ToolError | None) -> None:
        if self.witness is not None and self.witness.awake(now := self._clock()):
            self.witness.saw_login(params, now, error)

    def _start(self, params: Mapping[str, str]) -> Redirect:
        for name in ("iss", "login_hint", "target_link_uri"):
            if not params.get(name):
                raise LaunchRefused("login.parameter_missing", f"{name} missing", parameter=name)
        hints = {name: params[name] for name in ("login_hint", "lti_message_hint") if name in params}
        if any(len(hint) > LONGEST_HINT for hint in hints.values()):
            raise LaunchRefused("login.hint_too_large", "a hint is over the limit", status=413)
        if not self.is_own(params["target_link_uri"]):
            raise LaunchRefused("login.target_foreign", "target_link_uri is not an address of this tool")
        deployment = params.get("lti_deployment_id", "")
        platform, state = self._platform(params["iss"], params.get("client_id", ""), deployment)
        if deployment and state != APPROVED:
            self._refuse_closed(platform.id, state)
        target = params.get("lti_storage_target", "")
        storage = target if STORAGE_TARGET.fullmatch(target) else ""
        asked = Asked(params["login_hint"], params["target_link_uri"], params.get("lti_message_hint"), storage)
        flow = self._flows.open(platform.id, deployment, self._clock(), request=encode_asked(asked))
        return Redirect(self._authorisation(platform, flow, hints), flow, platform, storage)

    def again(self, state: str) -> Redirect:
        """Makes the login of the flow `state` again, with a new flow in the place of the old one.

        It is what the platform itself may ask of any browser, so it needs no proof of the browser; the launch that
        follows does. Raises LaunchRefused when that flow is over or its login cannot be made again.
        """
        old = self._flows.drop(state, self._clock())
        platform = self._store.platforms.get(old.platform) if old else None
        if old is None or platform is None or not old.request:
            raise LaunchRefused("launch.state_unknown", "the flow is over, or was not kept to be made again")
        asked = read_asked(old.request)
        params = {
            "iss": platform.issuer,
            "client_id": platform.client_id,
            "lti_deployment_id": old.deployment,
            "login_hint": asked.login_hint,
            "target_link_uri": asked.target_link_uri,
        }
        if asked.lti_message_hint is not None:
            params["lti_message_hint"] = asked.lti_message_hint
        return self.start(params)

    def restart(self, state: str) -> str:
        """The page of the platform that begins the launch of the flow `state` anew, which thereby ends.

        Empty when the flow is over or no such page is known: the flow then stays. Like `again` it needs no proof: the
        launch that follows is that of whoever is logged in at the platform in this browser.
        """
        waiting = self._flows.peek(state, self._clock())
        platform = self._store.platforms.get(waiting.platform) if waiting else None
        if waiting is None or platform is None or not waiting.request:
            return ""
        address = self.restart_page(platform, read_asked(waiting.request))
        if address:
            self._flows.drop(state, self._clock())
        return address

    def restart_page(self, platform: Platform, asked: Asked) -> str:
        """Where `platform` begins anew what it `asked` for; empty when that is not known."""
        profile = self._profiles(platform.profile)
        number = _number_in(asked.lti_message_hint or "", profile.restart_member) if profile.restart_page else 0
        return urljoin(platform.auth_url, profile.restart_page.format(id=number)) if number else ""

    def is_own(self, url: str) -> bool:
        """Whether `url` is an address of this tool: same scheme, host and port, without a user name."""
        if url.startswith(f"{self.origin}/") and self.origin:
            return True
        return bool(self.origin) and origin(url) == self.origin and "@" not in url.split("?")[0]

    def _refuse_closed(self, platform: str, state: str | None) -> None:
        """Refuses a deployment in `state`, which is not approved, unless the launch may still file it."""
        if state == REFUSED:
            raise LaunchRefused("launch.deployment_refused", "refused by an administrator", status=403)
        if state is None and self._store.deployments.any_approved(platform):
            raise LaunchRefused("login.deployment_unknown", "no such deployment of this platform", status=403)

    def _platform(self, issuer: str, client_id: str, deployment: str) -> tuple[Platform, str | None]:
        """The platform that asks, and the state of its `deployment`."""
        if client_id:
            found, state = self._store.platforms.find_with_deployment(issuer, client_id, deployment)
            if found is None:
                raise LaunchRefused("login.platform_unknown", "no registration with this issuer and client id")
            return found, state
        candidates = self._store.platforms.with_issuer(issuer)
        if not candidates:
            raise LaunchRefused("login.platform_unknown", "no registration with this issuer")
        if len(candidates) > 1:
            raise LaunchRefused("login.platform_ambiguous", "several registrations and no client_id")
        return candidates[0], self._store.deployments.state(candidates[0].id, deployment) if deployment else None

    def _authorisation(self, platform: Platform, flow: OpenedFlow, hints: Mapping[str, str]) -> str:
        """The authorisation request (section 5.1.1.2), added to whatever query the platform's address has already."""
        asking = _asking(platform.auth_url, platform.client_id, self.launch_url, tuple(hints))
        return f"{asking}&{urlencode({'state': flow.state, 'nonce': flow.nonce, **hints})}"


@lru_cache(maxsize=256)
def _asking(auth_url: str, client_id: str, launch_url: str, hints: tuple[str, ...]) -> str:
    """The part of an authorisation request that is the same for all logins of a platform with these `hints`."""
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": client_id,
        "redirect_uri": launch_url,
    }
    ours = {*query, "state", "nonce", *hints}
    parts = urlsplit(auth_url)
    own = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in ours]
    return urlunsplit(parts._replace(query=urlencode(own + list(query.items())), fragment=""))


def _number_in(hint: str, member: str) -> int:
    """The whole number at `member` of a hint that is a JSON object; 0 when there is none."""
    try:
        found = json.loads(hint)
    except (ValueError, RecursionError):
        return 0
    number = found.get(member) if isinstance(found, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 2**53 else 0


def encode_asked(asked: Asked) -> str:
    """`asked` as the text that is kept."""
    return msgspec.json.encode(asked).decode()


def read_asked(request: str) -> Asked:
    """What a kept request (not empty) asked for."""
    return msgspec.json.decode(request, type=Asked)
