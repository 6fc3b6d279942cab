"""Dynamic registration on the platform's side (LTI Dynamic Registration 1.0): configuration, new tools, updates."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import jwt
import msgspec

from lti_tool.errors import ToolError
from lti_tool.sandbox.addresses import Addresses
from lti_tool.sandbox.model import AGS, LINE_ITEM_SCOPE, READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE, Tool
from lti_tool.sandbox.personality import Personality
from lti_tool.sandbox.store import SandboxStore
from lti_tool.sandbox.tokens import SigningKey, new_key_id

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
NEW, UPDATE = "reg", "reg-update"
TOKEN_SECONDS = 3600
CLAIMS = ["sub", "iss", "name", "family_name", "given_name"]
DEEP_LINKING_MESSAGE = "LtiDeepLinkingRequest"


class RegistrationRefused(ToolError):
    """A registration that the platform does not take: `status` is that of its HTTP answer."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__("sandbox.bad_registration", reason, reason=reason)
        self.reason = reason
        self.status = status


class Registrations:
    """Invites tools, registers them and switches them on."""

    def __init__(
        self,
        store: SandboxStore,
        addresses: Addresses,
        personality: Personality,
        *,
        key: SigningKey,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._personality = personality
        self._key = key
        self._clock = clock

    def invitation(self, url: str, deployment_id: str = "") -> str:
        """Where the administrator's browser goes: `url` of the tool with our configuration and a token for an hour.

        With `deployment_id` the token updates that tool instead of adding one. The query of `url` is kept.
        """
        token = self._token(UPDATE, deployment_id) if deployment_id else self._token(NEW, new_key_id())
        added = {"openid_configuration": self._addresses.of("configuration"), "registration_token": token}
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True) + list(added.items())
        return urlunsplit(parts._replace(query=urlencode(query)))

    def configuration(self) -> dict[str, Any]:
        """The OpenID configuration of this platform (LTI Dynamic Registration 1.0, 2.1)."""
        known = self._personality
        messages = [{"type": "LtiResourceLinkRequest"}, {"type": DEEP_LINKING_MESSAGE, "placements": ["ContentArea"]}]
        return {
            "issuer": self._addresses.issuer,
            "authorization_endpoint": self._addresses.of("auth"),
            "token_endpoint": self._addresses.of("token"),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
            "jwks_uri": self._addresses.of("jwks"),
            "registration_endpoint": self._addresses.of("registration"),
            "scopes_supported": ["openid", *self._personality.scopes],
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public", "pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "claims_supported": CLAIMS,
            PLATFORM_CONFIGURATION: {
                "product_family_code": known.product_family,
                "version": known.release,
                "messages_supported": messages,
                "variables": ["User.id", "Person.sourcedId", "Context.id", "ResourceLink.id"],
            },
        }

    def register(self, authorization: str, body: object) -> dict[str, Any]:
        """Adds or renews the tool that `body` describes; returns the registration as the platform understood it.

        `authorization` is the header with the registration token. Raises RegistrationRefused and stores nothing when
        the token or the description is not good.
        """
        claims = self._claims(authorization)
        known = self._updated(claims) if claims["scope"] == UPDATE else None
        if known is None and self._store.client(claims["sub"]):
            raise RegistrationRefused("token_already_used", 401)
        tool = self._described(body, known, claims["sub"])
        if known is not None:
            self._store.keep_tool(tool)
            return self._reply(tool)
        added = self._store.add_tool(tool)
        if added is None:
            raise RegistrationRefused("token_already_used", 401)
        return self._reply(added)

    def read(self, authorization: str) -> dict[str, Any]:
        """The registration of the tool whose token for updates stands in the header `authorization`."""
        claims = self._claims(authorization)
        if claims["scope"] != UPDATE:
            raise RegistrationRefused("No registration found.", 404)
        return self._reply(self._updated(claims))

    def activate(self, deployment_id: str) -> None:
        """The administrator switches a tool on that was waiting."""
        tool = self._store.tool(deployment_id)
        if tool is not None:
            self._store.keep_tool(msgspec.structs.replace(tool, active=True))

    def _token(self, scope: str, subject: str) -> str:
        now = int(self._clock().timestamp())
        return self._key.sign({"sub": subject, "scope": scope, "iat": now, "exp": now + TOKEN_SECONDS})

    def _claims(self, authorization: str) -> dict[str, Any]:
        if not authorization.startswith("Bearer "):
            raise RegistrationRefused("missing_registration_token", 401)
        key = jwt.PyJWKSet.from_dict(dict(self._key.jwks())).keys[0]
        # The library would ask the machine's clock; the moments are judged below, by the clock that is given.
        own_clock: Any = {"verify_exp": False, "verify_iat": False, "require": ["sub", "scope", "exp"]}
        try:
            claims: dict[str, Any] = jwt.decode(
                authorization.removeprefix("Bearer ").strip(), key, algorithms=["RS256"], options=own_clock
            )
        except jwt.PyJWTError as cause:
            raise RegistrationRefused("invalid_token", self._personality.registration.bad_token_status) from cause
        if claims["exp"] < self._clock().timestamp() or claims["scope"] not in (NEW, UPDATE):
            raise RegistrationRefused("invalid_token", self._personality.registration.bad_token_status)
        return claims

    def _updated(self, claims: dict[str, Any]) -> Tool:
        tool = self._store.tool(claims["sub"])
        if tool is None:
            raise RegistrationRefused("Unknown client")
        return tool

    def _described(self, body: object, known: Tool | None, client_id: str) -> Tool:
        """The tool of a registration request; what only the platform decides stays as it was."""
        body = body if isinstance(body, dict) else {}
        needed = ("response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri",
                  "token_endpoint_auth_method", TOOL_CONFIGURATION)  # fmt: skip
        for name in needed:
            if not body.get(name):
                raise RegistrationRefused(f"missing required attribute {name}")
        settings = body[TOOL_CONFIGURATION]
        self._check(body, settings)
        claims = settings.get("claims") or []
        return Tool(
            client_id=known.client_id if known else client_id,
            deployment_id=known.deployment_id if known else "0",
            login_url=body["initiate_login_uri"],
            launch_url=settings.get("target_link_uri") or f"https://{settings['domain']}",
            jwks_url=body["jwks_uri"],
            name=str(body["client_name"]),
            redirect_urls=tuple(body["redirect_uris"]),
            deep_link_url=_deep_link_url(settings),
            scopes=self._granted(str(body.get("scope") or "").split()),
            shares_name=bool({"name", "given_name", "family_name"} & set(claims)),
            custom={str(name): str(value) for name, value in (settings.get("custom_parameters") or {}).items()},
            active=known.active if known else not self._personality.registration.pending,
        )

    def _granted(self, wanted: list[str]) -> tuple[str, ...]:
        """The scopes that a tool gets which asks for `wanted`."""
        granted = {scope for scope in self._personality.scopes if scope in wanted}
        if self._personality.registration.grade_scopes_together and _has_grades(granted):
            granted |= {READ_SCOPE, RESULT_SCOPE, SCORE_SCOPE}
        return tuple(scope for scope in self._personality.scopes if scope in granted)

    def _check(self, body: dict[str, Any], settings: Any) -> None:
        """Raises RegistrationRefused for a request that a platform does not take, in the words that Moodle uses."""
        texts = ("initiate_login_uri", "client_name", "jwks_uri")
        lists = ("response_types", "redirect_uris")
        if not isinstance(settings, dict) or not all(isinstance(body[name], str) for name in texts):
            raise RegistrationRefused("invalid_client_metadata")
        if not all(_texts(body[name]) for name in lists) or not _shaped(settings):
            raise RegistrationRefused("invalid_client_metadata")
        self._check_domain(settings)
        if "id_token" not in body["response_types"]:
            raise RegistrationRefused("invalid_response_types")
        if body["token_endpoint_auth_method"] != "private_key_jwt":  # noqa: S105 - a method, not a secret
            raise RegistrationRefused("invalid_token_endpoint_auth_method")
        if body.get("application_type", "web") != "web":
            raise RegistrationRefused("invalid_application_type")

    def _check_domain(self, settings: dict[str, Any]) -> None:
        """The tool's first address lies in the domain that it names (LTI Dynamic Registration 1.0, 2.2)."""
        domain = settings.get("domain")
        if not domain:
            raise RegistrationRefused("missing_domain")
        try:
            target = urlsplit(settings.get("target_link_uri") or f"https://{domain}")
            host, with_port = target.hostname or "", target.netloc
        except ValueError as cause:
            raise RegistrationRefused("domain_targetlinkuri_mismatch") from cause
        has_port = self._personality.registration.domain_has_port
        named = (with_port, domain) if has_port else (host, domain.partition(":")[0])
        if named[0].removeprefix("www.") != named[1].removeprefix("www."):
            raise RegistrationRefused("domain_targetlinkuri_mismatch")

    def _reply(self, tool: Tool) -> dict[str, Any]:
        behaviour = self._personality.registration
        scopes = list(tool.scopes)
        if behaviour.overstates_line_items and _has_grades(scopes):
            scopes = [LINE_ITEM_SCOPE, *(scope for scope in scopes if scope != LINE_ITEM_SCOPE)]
        reply: dict[str, Any] = {
            "client_id": tool.client_id,
            "application_type": "web",
            "response_types": ["id_token"],
            "grant_types": ["client_credentials", "implicit"],
            "initiate_login_uri": tool.login_url,
            "redirect_uris": list(tool.redirects),
            "client_name": tool.name,
            "jwks_uri": tool.jwks_url,
            "token_endpoint_auth_method": "private_key_jwt",
            "scope": " ".join(scopes),
            TOOL_CONFIGURATION: {
                "version": "1.3.0",
                "deployment_id": tool.deployment_id,
                "domain": urlsplit(tool.launch_url).netloc,
                "target_link_uri": tool.launch_url,
                "custom_parameters": tool.custom,
                "messages": [{"type": DEEP_LINKING_MESSAGE, "target_link_uri": tool.deep_link_url}],
                "claims": ["sub", "iss", *(CLAIMS[2:] if tool.shares_name else [])],
            },
        }
        if behaviour.client_address:  # OpenID Connect Dynamic Client Registration 1.0, 3.2
            reply["registration_client_uri"] = self._addresses.of("registration")
            reply["registration_access_token"] = self._token(UPDATE, tool.deployment_id)
        return reply


def _has_grades(scopes: Iterable[str]) -> bool:
    return any(scope.startswith(AGS) for scope in scopes)


def _deep_link_url(settings: dict[str, Any]) -> str:
    wanted = [one for one in settings.get("messages") or [] if one.get("type") == DEEP_LINKING_MESSAGE]
    return str(wanted[0].get("target_link_uri") or "") if wanted else ""


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _shaped(settings: dict[str, Any]) -> bool:
    """Whether the parts of a tool configuration are of the kinds that they must be."""
    messages, claims, custom = (settings.get(name) for name in ("messages", "claims", "custom_parameters"))
    domain, target = (settings.get(name, "") for name in ("domain", "target_link_uri"))
    return (
        (messages is None or (isinstance(messages, list) and all(isinstance(one, dict) for one in messages)))
        and (claims is None or _texts(claims))
        and (custom is None or isinstance(custom, dict))
        and isinstance(domain, str)
        and isinstance(target, str)
    )
