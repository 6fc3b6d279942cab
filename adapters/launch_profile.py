"""How a platform behaves in LTI launches and services: the ways in which it differs from the standards, as values."""

from collections.abc import Mapping
from dataclasses import dataclass

LIS = "https://purl.imsglobal.org/spec/lti/claim/lis"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTypes:
    """Media types of the LTI Advantage services (AGS 2.0 section 3, NRPS 2.0 section 2.4, Course Groups 1.0)."""

    line_item: str = "application/vnd.ims.lis.v2.lineitem+json"
    line_items: str = "application/vnd.ims.lis.v2.lineitemcontainer+json"
    score: str = "application/vnd.ims.lis.v1.score+json"
    results: str = "application/vnd.ims.lis.v2.resultcontainer+json"
    membership: str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    groups: str = "application/vnd.ims.lti-gs.v1.contextgroupcontainer+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchProfile:
    """How a platform behaves in LTI launches and services; the defaults suit any platform that keeps the standard.

    Person
        `person_id_claim`: path of the NIP in the id_token. `person_id_member`: its key in an NRPS member.
        `anonymous_login_hints`: login hints that stand for "nobody is logged in". `member_names_escaped`: NRPS names
        arrive HTML-escaped. `member_roles_short`: NRPS roles arrive as short names (`Learner`).
    Services
        `media_types`; `strict_single_accept`: Accept must be exactly one media type. `services_content_type_text_html`:
        answers (also of the token endpoint) may say text/html and are read as JSON all the same. `link_header_lenient`:
        paging links may have typographic quotes and `&amp;`. `results_at_once`: results must not be asked for in
        pages. `token_backdate_seconds`: `iat` of the client assertion
        is set back, where clocks are compared without leeway. `error_text_in_reason`: errors are only in the HTTP
        reason phrase.
    Scores
        `needs_strictly_rising_timestamps`, at a resolution of `timestamp_resolution_seconds`, per line item and user.
        `wipes_grade_without_score`: a score without scoreGiven or not FullyGraded erases the grade, so none is sent.
        `not_gradable_statuses`: HTTP statuses that say a user cannot be graded: final. `stale_score_statuses`: a newer
        score is already there.
    Line items
        `line_item_maximum`: the largest scoreMaximum, `line_item_integer` whether it must be whole;
        `line_item_label_ignored`; `line_item_keeps_resource_link`: PUT must repeat resourceLinkId.
    Launch and deep linking
        `redirect_uri_exact`: only registered URIs, byte for byte. `strip_state_html`: tags in `state` are removed (ours
        is hexadecimal). `launch_post_error`: errors are posted to the redirect URI. `tool_custom_wins`: a custom value
        of the tool hides the link's of the same name. `custom_scalars_only`; `title_limit` in characters;
        `keeps_windows`: takes the times of availability and submission that a deep-linked item brings;
        `unresolved_variable_prefix` of custom values that the platform could not fill. `platform_storage`: offers
        LTI postMessage storage. `close_subject`: postMessage that closes the registration page. `restart_page`: an
        address relative to the authorisation address, with a place for a number `{id}`, which begins a launch anew;
        the number is the member `restart_member` of the JSON in lti_message_hint. Empty where none is known.
    Registration
        `registration_statuses`: HTTP statuses of a good dynamic registration. `awaits_activation`: an administrator has
        to switch the tool on. `private_jwks_blocked`: refuses to fetch keys from private addresses and odd ports;
        `key_fetch_settings` names the settings over there that allow it. `scope_settings`: the setting that must be on
        for a scope, by scope. `configuration_path`: where the OpenID configuration lies under the issuer.
    """

    name: str = "generic"
    person_id_claim: tuple[str, ...] = (LIS, "person_sourcedid")
    person_id_member: str = "lis_person_sourcedid"
    anonymous_login_hints: frozenset[str] = frozenset()
    member_names_escaped: bool = False
    member_roles_short: bool = True

    media_types: MediaTypes = MediaTypes()
    strict_single_accept: bool = True
    services_content_type_text_html: bool = False
    link_header_lenient: bool = True
    results_at_once: bool = False
    token_backdate_seconds: int = 5
    error_text_in_reason: bool = False

    needs_strictly_rising_timestamps: bool = True
    timestamp_resolution_seconds: float = 0.001
    wipes_grade_without_score: bool = False
    not_gradable_statuses: frozenset[int] = frozenset({403, 404, 422})
    stale_score_statuses: frozenset[int] = frozenset({409})

    line_item_maximum: int | None = None
    line_item_integer: bool = False
    line_item_label_ignored: bool = False
    line_item_keeps_resource_link: bool = True

    redirect_uri_exact: bool = True
    strip_state_html: bool = False
    launch_post_error: bool = True
    tool_custom_wins: bool = False
    custom_scalars_only: bool = True
    title_limit: int = 255
    keeps_windows: bool = True
    unresolved_variable_prefix: str = "$"
    platform_storage: bool = True
    close_subject: str = "org.imsglobal.lti.close"
    restart_page: str = ""
    restart_member: str = ""

    registration_statuses: frozenset[int] = frozenset({200, 201})
    awaits_activation: bool = False
    private_jwks_blocked: bool = False
    key_fetch_settings: str = ""
    scope_settings: tuple[tuple[str, str], ...] = ()
    configuration_path: str = "/.well-known/openid-configuration"

    def person_id(self, claims: Mapping[str, object]) -> str | None:
        """The person's number in the claims of an id_token, as text, or None when absent, empty or not a text."""
        found: object = claims
        for step in self.person_id_claim:
            found = found.get(step) if isinstance(found, dict) else None
        if not isinstance(found, str) or not found.strip() or found.startswith(self.unresolved_variable_prefix):
            return None
        return found.strip()

    def line_item_score_maximum(self, wanted: float) -> float:
        """The scoreMaximum to ask for when `wanted` would suit us: whole and not above what the platform takes."""
        maximum = float(round(wanted)) if self.line_item_integer else wanted
        if self.line_item_maximum is not None:
            maximum = min(maximum, float(self.line_item_maximum))
        return max(maximum, 1.0)
