"""What this tool tells a platform at registration: its addresses, the least claims, and the services it uses."""

from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from lti_tool.claims import DEEP_LINKING_LAUNCH, NOTICE_SCOPE, RESOURCE_LAUNCH, REVIEW_LAUNCH
from lti_tool.groups import SCOPE as GROUPS
from lti_tool.line_items import LINE_ITEM, SCORE
from lti_tool.registration.configuration import ALGORITHM, Configuration
from lti_tool.roster import SCOPE as ROSTER

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
SCOPES = (LINE_ITEM, SCORE, RESULT, ROSTER)
#: Asked of platforms that say they have them.
FURTHER_SCOPES = (GROUPS, NOTICE_SCOPE)
#: A name, so that teachers know their learners; never an e-mail address. The NIP comes with every launch (`lis`).
CLAIMS = ("iss", "sub", "name")
MESSAGES = (RESOURCE_LAUNCH, DEEP_LINKING_LAUNCH)
#: Asked of platforms that say they have it: not every one takes what it does not know.
FURTHER_MESSAGES = (REVIEW_LAUNCH,)
LOGO = "/static/jampel.svg"
NAME = "Jampel"
DESCRIPTION = {
    "id": "Modul belajar ASN: hasil belajar tercatat, nilai kembali ke LMS, JP dapat diperiksa.",
    "en": "Learning modules for civil servants: records, grades back to the LMS, learning hours that can be audited.",
}
_LABEL = {"id": "Pilih modul", "en": "Choose a module"}


class Asked(msgspec.Struct, frozen=True):
    """What is asked of a platform: only what it supports, where it says what that is."""

    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    messages: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What will not work there: `grades`, `roster`, `deep_linking`."""
        lacking = {
            "grades": SCORE not in self.scopes or LINE_ITEM not in self.scopes,
            "roster": ROSTER not in self.scopes,
            "deep_linking": DEEP_LINKING_LAUNCH not in self.messages,
        }
        return tuple(name for name, lacks in lacking.items() if lacks)


class Addresses(msgspec.Struct, frozen=True):
    """The tool's own addresses, as a platform needs them."""

    base_url: str

    @property
    def launch(self) -> str:
        """Tool URL, deep-linking URL and the one redirect URI."""
        return f"{self.base_url}/lti/launch"

    @property
    def login(self) -> str:
        """Where a platform starts a login."""
        return f"{self.base_url}/lti/login"

    @property
    def jwks(self) -> str:
        """The public keys."""
        return f"{self.base_url}/lti/jwks"

    @property
    def logo(self) -> str:
        """The icon."""
        return f"{self.base_url}{LOGO}"

    @property
    def domain(self) -> str:
        """Host with port, as platforms compare it with that of the tool URL."""
        return urlsplit(self.base_url).netloc


def asked_of(platform: Configuration) -> Asked:
    """What to ask of `platform`."""
    return Asked(
        _supported(SCOPES, platform.scopes) + _supported(FURTHER_SCOPES, platform.scopes or ()),
        _supported(CLAIMS, None if platform.claims is None else ("iss", "sub", *platform.claims)),
        _supported(MESSAGES, platform.messages) + _supported(FURTHER_MESSAGES, platform.messages or ()),
    )


def tool_registration(ours: Addresses, platform: Configuration) -> dict[str, object]:
    """The registration to POST (LTI Dynamic Registration 1.0 section 3.5)."""
    asked = asked_of(platform)
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "client_name": NAME,
        "client_uri": ours.base_url,
        "logo_uri": ours.logo,
        "initiate_login_uri": ours.login,
        "redirect_uris": [ours.launch],
        "jwks_uri": ours.jwks,
        "token_endpoint_auth_method": "private_key_jwt",
        "id_token_signed_response_alg": ALGORITHM,
        "scope": " ".join(asked.scopes),
        TOOL_CONFIGURATION: {
            "domain": ours.domain,
            "target_link_uri": ours.launch,
            "description": DESCRIPTION["id"],
            "description#en": DESCRIPTION["en"],
            "claims": list(asked.claims),
            "messages": [_message(kind, ours, platform.placements) for kind in asked.messages],
        },
    }


def _message(kind: str, ours: Addresses, placements: Sequence[str]) -> dict[str, object]:
    if kind != DEEP_LINKING_LAUNCH:
        return {"type": kind}
    told: dict[str, object] = {
        "type": kind,
        "target_link_uri": ours.launch,
        "label": _LABEL["id"],
        "label#en": _LABEL["en"],
    }
    return told | ({"placements": list(placements)} if placements else {})


def _supported(wanted: Sequence[str], supported: Sequence[str] | None) -> tuple[str, ...]:
    return tuple(one for one in wanted if supported is None or one in supported)
