"""A platform for tests: signs real launches, answers as a platform's services do, and sends nothing over a network."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.base import LaunchProfile
from lti_tool.claims import (
    AGS,
    CONTEXT,
    DEPLOYMENT,
    DL_SETTINGS,
    MESSAGE_TYPE,
    RESOURCE_LINK,
    ROLES,
    TARGET,
    VERSION,
    Launch,
)
from lti_tool.errors import ToolError
from lti_tool.flow import FlowStore
from lti_tool.http import Reply, check_address
from lti_tool.jose import base64url, sign
from lti_tool.store import LtiStore, NewPlatform
from lti_tool.wiring import wire_lti
from xapi.database import migrate, open_database
from xapi.testing import FixedClock

TOOL = "https://jampel.example.go.id"
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


def counting_ids() -> Callable[[], uuid.UUID]:
    """Ids that differ and repeat from run to run."""
    numbers = iter(range(1, 1_000_000))
    return lambda: uuid.UUID(int=next(numbers) << 96 | 0x4000_8000_0000_0000_0000, version=4)


def public_jwk(key: rsa.RSAPrivateKey, kid: str, **changes: Any) -> dict[str, Any]:
    """The public JWK of `key`, with members changed."""
    numbers = key.public_key().public_numbers()
    parts = {name: base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))
             for name, value in (("n", numbers.n), ("e", numbers.e))}  # fmt: skip
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid, **parts, **changes}


@dataclass
class FakePlatform:
    """A platform at `https://lms.example.go.id` whose key is `key`; `jwks` is what it publishes."""

    key: rsa.RSAPrivateKey
    clock: Callable[[], datetime]
    host: str = "lms.example.go.id"
    client_id: str = "klien-1"
    kid: str = "kunci-1"
    deployment: str = "7"

    @property
    def issuer(self) -> str:
        return f"https://{self.host}"

    def registration(self, **changes: Any) -> NewPlatform:
        """What the administrator of the tool enters for this platform."""
        values: dict[str, Any] = {
            "name": "LMS contoh",
            "issuer": self.issuer,
            "client_id": self.client_id,
            "auth_url": f"{self.issuer}/auth",
            "token_url": f"{self.issuer}/token",
            "jwks_url": f"{self.issuer}/certs",
        }
        return NewPlatform(**(values | changes))

    def jwks(self) -> bytes:
        """The key set it publishes."""
        return json.dumps({"keys": [public_jwk(self.key, self.kid)]}).encode()

    def login_form(self, **changes: str) -> dict[str, str]:
        """A login initiation."""
        return {
            "iss": self.issuer,
            "login_hint": "2",
            "target_link_uri": f"{TOOL}/lti/launch",
            "client_id": self.client_id,
            "lti_message_hint": '{"cmid":2}',
            "lti_deployment_id": self.deployment,
            **changes,
        }

    def claims(self, nonce: str, **changes: Any) -> dict[str, Any]:
        """The claims of a learner's launch of a resource link."""
        now = int(self.clock().timestamp())
        return {
            "iss": self.issuer,
            "aud": self.client_id,
            "sub": "2",
            "iat": now,
            "exp": now + 60,
            "nonce": nonce,
            MESSAGE_TYPE: "LtiResourceLinkRequest",
            VERSION: "1.3.0",
            DEPLOYMENT: self.deployment,
            TARGET: f"{TOOL}/lti/launch",
            ROLES: [LEARNER],
            CONTEXT: {"id": "course-1", "title": "Latsar"},
            RESOURCE_LINK: {"id": "link-1", "title": "Pelayanan"},
            **changes,
        }

    def deep_linking_claims(self, nonce: str, **settings: Any) -> dict[str, Any]:
        """The claims of a teacher's deep-linking launch, with settings changed."""
        claims = self.claims(nonce, **{ROLES: [INSTRUCTOR], MESSAGE_TYPE: "LtiDeepLinkingRequest"})
        claims.pop(RESOURCE_LINK)
        return claims | self.ags(lineitem=None) | {DL_SETTINGS: {
            "deep_link_return_url": f"{self.issuer}/return?course=2", "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe"], "accept_multiple": True, **settings,
        }}  # fmt: skip

    def ags(self, **changes: Any) -> dict[str, Any]:
        """The AGS claim of a launch whose link has a line item."""
        scope = "https://purl.imsglobal.org/spec/lti-ags/scope/"
        endpoint = {
            "scope": [scope + "lineitem", scope + "score"],
            "lineitems": f"{self.issuer}/ags/2/lineitems?type_id=1",
            "lineitem": f"{self.issuer}/ags/2/lineitems/5/lineitem?type_id=1",
        }
        return {AGS: {name: value for name, value in (endpoint | changes).items() if value is not None}}

    def token(self, claims: Mapping[str, Any]) -> str:
        """The id_token with `claims`."""
        return sign(claims, self.key, self.kid)


def state_and_nonce(redirect_url: str) -> tuple[str, str]:
    """State and nonce in the address that a login redirects to."""
    query = parse_qs(urlsplit(redirect_url).query)
    return query["state"][0], query["nonce"][0]


@dataclass
class FakeHttp:
    """Stands for `PlatformHttp`: `answers` maps `METHOD url` to a Reply, to an error, or to a list of them in order."""

    answers: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    def check(self, url: str) -> None:
        """Checks as `PlatformHttp.check`, as if every name had a public address."""
        check_address(url, (), lambda host, _port: [host if host[0].isdigit() or ":" in host else "93.184.216.34"])

    def get(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Answers as `PlatformHttp.get`."""
        return self._answer("GET", url, b"", {"Accept": accept, **(headers or {})})

    def post(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answers as `PlatformHttp.post`."""
        return self._answer("POST", url, body, {"Accept": accept, "Content-Type": content_type, **(headers or {})})

    def put(
        self, url: str, body: bytes, *, content_type: str, accept: str, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Answers as `PlatformHttp.put`."""
        return self._answer("PUT", url, body, {"Accept": accept, "Content-Type": content_type, **(headers or {})})

    def delete(self, url: str, *, accept: str, headers: Mapping[str, str] | None = None) -> Reply:
        """Answers as `PlatformHttp.delete`."""
        return self._answer("DELETE", url, b"", {"Accept": accept, **(headers or {})})

    def called(self, method: str, url: str = "") -> int:
        """How often `url` (or anything) was called with `method`."""
        return sum(1 for call in self.calls if call[0] == method and url in ("", call[1]))

    def _answer(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Reply:
        self.calls.append((method, url, body, headers))
        gone = ToolError("http.unreachable", "nobody answers", host=urlsplit(url).hostname)
        answer = self.answers.get(f"{method} {url}", gone)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, Exception):
            raise answer
        reply: Reply = answer
        return reply


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """A Reply with `value` as JSON."""
    return Reply(status, json.dumps(value).encode(), headers)


def moodle_configuration(site: str) -> dict[str, Any]:
    """The OpenID configuration that a Moodle at `site` publishes, shortened."""
    scope = "https://purl.imsglobal.org/spec/lti-"
    return {
        "issuer": site,
        "authorization_endpoint": f"{site}/mod/lti/auth.php",
        "token_endpoint": f"{site}/mod/lti/token.php",
        "jwks_uri": f"{site}/mod/lti/certs.php",
        "registration_endpoint": f"{site}/mod/lti/openid-registration.php",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": [
            f"{scope}bo/scope/basicoutcome",
            f"{scope}ags/scope/lineitem.readonly",
            f"{scope}ags/scope/result.readonly",
            f"{scope}ags/scope/score",
            f"{scope}ags/scope/lineitem",
            f"{scope}nrps/scope/contextmembership.readonly",
            "openid",
        ],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        f"{scope}platform-configuration": {
            "product_family_code": "moodle",
            "version": "4.5.6",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["ResourceLink.id"],
        },
    }


class LtiHarness:
    """The tool with one platform in one process: real stores at `place` (a folder or a URL), and no network.

    `http` answers in the platform's place, `fake` is the platform, `platform` its row with an approved deployment, and
    `profile` how it behaves.
    """

    def __init__(
        self, place: Path | str, key: rsa.RSAPrivateKey, clock: FixedClock, institution: str = "a" * 32
    ) -> None:
        self.clock = clock
        house, flow = (place, place) if isinstance(place, str) else (place / "house.db", place / "flow.db")
        self.engine, flows = open_database(house), open_database(flow, durability="NORMAL", schema="jampel_flow")
        migrate(self.engine, "lti_tool.store")
        migrate(flows, "lti_tool.flow")
        self.fake = FakePlatform(key, clock)
        self.http = FakeHttp({f"GET {self.fake.issuer}/certs": Reply(200, self.fake.jwks(), {})})
        self.store, self.flows = LtiStore(self.engine, institution), FlowStore(flows, institution)
        self.platform = self.store.platforms.add(self.fake.registration(), "1" * 32, clock())
        self.store.deployments.approve(self.platform.id, self.fake.deployment, clock())
        self.profile = LaunchProfile(not_gradable_statuses=frozenset({400}))
        self.lti = wire_lti(
            self.store,
            self.flows,
            secret=b"k" * 32,
            base_url=TOOL,
            private_hosts=(),
            ids=counting_ids(),
            profiles=lambda _name: self.profile,
            clock=clock,
            http=self.http,  # type: ignore[arg-type]
        )
        self._flow_engine = flows

    def close(self) -> None:
        """Closes the databases."""
        self.engine.dispose()
        self._flow_engine.dispose()

    def login(self, **changes: str) -> tuple[str, str, dict[str, str]]:
        """State, nonce and cookies of a fresh login."""
        start = self.lti.login.start(self.fake.login_form(**changes))
        state, nonce = state_and_nonce(start.url)
        return state, nonce, {start.flow.cookie: start.flow.browser}

    def launch(self, **changes: Any) -> Launch:
        """A learner's launch from login on, its claims changed; a claim changed to `...` is left out."""
        state, nonce, cookies = self.login()
        claims = self.fake.claims(nonce) | changes
        token = self.fake.token({name: value for name, value in claims.items() if value is not ...})
        return self.lti.receiver.receive({"state": state, "id_token": token}, cookies)

    def deep_link(self, **settings: Any) -> Launch:
        """A teacher's deep-linking launch with settings changed."""
        state, nonce, cookies = self.login()
        token = self.fake.token(self.fake.deep_linking_claims(nonce, **settings))
        return self.lti.receiver.receive({"state": state, "id_token": token}, cookies)
