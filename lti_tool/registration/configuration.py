"""What a platform says of itself in its OpenID configuration: read with suspicion before anybody is asked to agree."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from lti_tool.errors import LaunchRefused
from lti_tool.jose import strict_json

LTI_PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
ALGORITHM = "RS256"
LONGEST_ADDRESS, LONGEST_TEXT, LONGEST_LIST = 1000, 255, 200
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}", re.ASCII)
_PRODUCT = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}", re.ASCII)
_PORTS = {"https": 443, "http": 80}
#: Our name of each endpoint, and its name in the document (LTI Dynamic Registration 1.0 section 3.4).
_ENDPOINTS = {
    "auth_url": "authorization_endpoint",
    "token_url": "token_endpoint",
    "jwks_url": "jwks_uri",
    "registration_url": "registration_endpoint",
}

Guard = Callable[[str], object]


class Configuration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A platform's checked configuration.

    `product` is its family code (`moodle`), empty when it gives none that is plain. `scopes`, `claims` and `messages`
    are what it supports, None where it does not say; `placements` are those of its deep-linking message.
    """

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    token_audience: str = ""
    product: str = ""
    version: str = ""
    scopes: tuple[str, ...] | None = None
    claims: tuple[str, ...] | None = None
    messages: tuple[str, ...] | None = None
    placements: tuple[str, ...] = ()

    @property
    def endpoints(self) -> dict[str, str]:
        """The four addresses, by our names."""
        return {name: getattr(self, name) for name in _ENDPOINTS}

    @property
    def foreign(self) -> frozenset[str]:
        """The names of the endpoints that lie on another host than the issuer."""
        return frozenset(name for name, url in self.endpoints.items() if _authority(url) != _authority(self.issuer))

    @property
    def plain(self) -> frozenset[str]:
        """The names of the addresses without https, `issuer` among them: only a listed private host may have any."""
        addresses = self.endpoints | {"issuer": self.issuer}
        return frozenset(name for name, url in addresses.items() if not url.startswith("https://"))


def is_address(url: object) -> bool:
    """Whether `url` is an http(s) address with a plain host, without user name, fragment or odd characters."""
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST_ADDRESS or not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        plain = parts.port != 0
    except ValueError:
        return False
    odd = any(character in ' "<>\\^`{}|' for character in url) or "#" in url or "@" in parts.netloc
    host = parts.hostname or ""
    return plain and not odd and parts.scheme in _PORTS and _HOST.fullmatch(host) is not None


def read_configuration(document: bytes, address: str, guard: Guard) -> Configuration:
    """The configuration in `document`, which came from `address`.

    `guard` raises ToolError for an address that may not be called. Raises LaunchRefused when the document is not one
    strict JSON object, when the issuer has a query or is not of the host of `address`, when an endpoint is missing or
    must not be used, or when the platform and this tool have no algorithm in common (LTI Dynamic Registration 1.0
    section 3.4, OpenID Connect Discovery 1.0 section 3).
    """
    found = _document(document)
    issuer = _issuer(found.get("issuer"), address)
    endpoints = {name: _endpoint(found, key) for name, key in _ENDPOINTS.items()}
    if _authority(endpoints["registration_url"]) != _authority(address):  # it is sent the registration token
        raise LaunchRefused("registration.endpoint_host", "registration_endpoint on another host")
    _check_algorithms(found)
    platform = found.get(LTI_PLATFORM)
    if not isinstance(platform, dict):
        raise LaunchRefused("registration.not_lti", "no LTI platform configuration")
    messages, placements = _messages(platform)
    for url in (issuer, *endpoints.values()):
        guard(url)
    product = _text(platform, "product_family_code").strip().lower()
    return Configuration(
        issuer=issuer,
        **endpoints,
        token_audience=_text(found, "authorization_server"),
        product=product if _PRODUCT.fullmatch(product) else "",
        version=_text(platform, "version"),
        scopes=_texts(found, "scopes_supported"),
        claims=_texts(found, "claims_supported"),
        messages=messages,
        placements=placements,
    )


def _document(document: bytes) -> Mapping[str, Any]:
    try:
        found = strict_json(document)
    except LaunchRefused as cause:
        raise LaunchRefused("registration.configuration", "not strict JSON") from cause
    if not isinstance(found, dict):
        raise LaunchRefused("registration.configuration", "not a JSON object")
    return found


def _issuer(issuer: object, address: str) -> str:
    if not is_address(issuer):
        raise LaunchRefused("registration.issuer", "issuer is not an http(s) address")
    text = str(issuer)
    if "?" in text:
        raise LaunchRefused("registration.issuer", "issuer with a query")
    if _authority(text) != _authority(address):
        raise LaunchRefused("registration.issuer_host", "issuer of another host than the configuration")
    return text


def _endpoint(found: Mapping[str, Any], key: str) -> str:
    url = found.get(key)
    if not is_address(url):
        raise LaunchRefused("registration.endpoint", f"{key} missing or not an address", endpoint=key)
    return str(url)


def _check_algorithms(found: Mapping[str, Any]) -> None:
    """We read id_tokens signed RS256 and ask for tokens by private_key_jwt, RS256; an absent list forbids nothing."""
    wanted = {
        "id_token_signing_alg_values_supported": ALGORITHM,
        "token_endpoint_auth_methods_supported": "private_key_jwt",
        "token_endpoint_auth_signing_alg_values_supported": ALGORITHM,
        "response_types_supported": "id_token",
    }
    for key, value in wanted.items():
        supported = _texts(found, key)
        if supported is not None and value not in supported:
            raise LaunchRefused("registration.algorithm", f"{key} lacks {value}", list=key, value=value)


def _messages(platform: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The message types, and the placements of deep linking; a type is a text in old platforms, an object in new."""
    listed = platform.get("messages_supported")
    if listed is None:
        return None, ()
    if not isinstance(listed, list) or len(listed) > LONGEST_LIST:
        raise _wrong_type("messages_supported")
    messages: list[str] = []
    placements: tuple[str, ...] = ()
    for one in listed:
        kind = one.get("type") if isinstance(one, dict) else one
        if not isinstance(kind, str) or len(kind) > LONGEST_TEXT or not kind.isprintable():
            raise _wrong_type("messages_supported")
        messages.append(kind)
        if kind == "LtiDeepLinkingRequest" and isinstance(one, dict):
            placements = _texts(one, "placements") or ()
    return tuple(messages), placements


def _text(found: Mapping[str, Any], key: str) -> str:
    value = found.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS or not value.isprintable():
        raise _wrong_type(key)
    return value[:LONGEST_TEXT] if key == "version" else value


def _texts(found: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    value = found.get(key)
    if value is None:
        return None
    good = isinstance(value, list) and len(value) <= LONGEST_LIST
    if not good or not all(isinstance(one, str) and len(one) <= LONGEST_TEXT and one.isprintable() for one in value):
        raise _wrong_type(key)
    return tuple(value)


def _authority(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme)}"


def _wrong_type(name: str) -> LaunchRefused:
    return LaunchRefused("registration.type", f"{name} has the wrong type", name=name)
