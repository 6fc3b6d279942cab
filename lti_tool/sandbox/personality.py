"""How a sandbox LMS behaves: a personality is data, read from a TOML file beside this module."""

from functools import cache
from importlib import resources

import msgspec

from lti_tool.sandbox.model import GROUP_SCOPE, NOTICE_SCOPE, SCOPES

STRICT, MOODLE = "strict", "moodle"
NAMES = (STRICT, MOODLE)


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file; whatever is not set behaves as the standards say."""


class Paths(_Part, frozen=True, kw_only=True):
    """Where things are, as Flask rules; addresses of grades end with `?tool_query=` and the tool's number, if set.

    Without `groups` the platform has no groups of a course, without `notices` it sends none, and without `launch` no
    page that begins the launch of the activity `?id=`.
    """

    configuration: str
    registration: str
    auth: str
    token: str
    jwks: str
    deep_link_return: str
    line_items: str
    line_item: str
    memberships: str
    tool_query: str = ""
    groups: str = ""
    notices: str = ""
    launch: str = ""


class Auth(_Part, frozen=True, kw_only=True):
    """The authorization endpoint.

    `posted` maps what is wrong to the OpenID Connect error that the tool gets; whatever it does not name is a page with
    `page_status`. `json_hint` sends lti_message_hint as a JSON text. `strips_state_tags` returns `state` without HTML.
    `starts_without_login`: a launch begins also when the session is over, with the login hint 0, and fails here.
    """

    posted: dict[str, str]
    page_status: int
    prompt_optional: bool = False
    state_optional: bool = False
    strips_state_tags: bool = False
    json_hint: bool = False
    starts_without_login: bool = False


class IdToken(_Part, frozen=True, kw_only=True):
    """The id_token lives `seconds`; the rest says which claims it has, and how they look."""

    seconds: int
    context_types: tuple[str, ...]
    audience_list: bool = False
    split_names: bool = False
    user_name: bool = False
    custom_lower_case: bool = False
    custom_service_addresses: bool = False
    tool_custom_wins: bool = False
    deep_linking_return_url: bool = True
    descriptions: bool = False


class Token(_Part, frozen=True, kw_only=True):
    """The token endpoint: the media type of its answers, and how it judges client assertions (`leeway` in seconds)."""

    media_type: str
    leeway: int
    checks_audience: bool = True
    one_use: bool = True


class Services(_Part, frozen=True, kw_only=True):
    """What all services share.

    `exact_accept`: the Accept header must be the one media type and nothing else; of `any_accept` (names of services)
    `*/*` is understood too. `page_size` is how much a page holds when nobody asks, 0 for all. `plain_media_type` is
    that of answers without a body. `json_errors`: an error has a JSON body of its own kind. `curly_links`: Link headers
    of grades have typographic quotes, and lead also to the first, the same and the last page. `paged_results_status`
    answers results that are asked for in pages, 0 where pages work.
    """

    wrong_type_status: int
    page_size: int
    plain_media_type: str
    exact_accept: bool = False
    any_accept: tuple[str, ...] = ()
    json_errors: bool = False
    curly_links: bool = False
    paged_results_status: int = 0


class Scores(_Part, frozen=True, kw_only=True):
    """Scores: times are compared in steps of `resolution` seconds (0: exactly).

    `refused_status` and `refused_body` answer a score of someone who cannot be graded. `incomplete_wipes`: a score that
    is not FullyGraded erases the grade. `caps`: a score above the maximum counts as the maximum. `answer_media_type`
    stands on answers to scores, `result_times` adds a timestamp to results.
    """

    refused_status: int
    answer_media_type: str
    refused_body: str = ""
    result_times: bool = False
    resolution: float = 0.0
    incomplete_wipes: bool = False
    caps: bool = False


class Roster(_Part, frozen=True, kw_only=True):
    """Members: `needs_activity` offers the service only in courses that have an activity of the tool already.

    Names come in parts and with the login name as the id_token of the personality has them. `differences`: a link leads
    to what has changed since then.
    """

    short_roles: bool = False
    differences: bool = False
    names_escaped: bool = False
    needs_activity: bool = False


class DeepLinking(_Part, frozen=True, kw_only=True):
    """Deep linking: what the request says, what is checked in the answer, and which items are quietly dropped."""

    targets: tuple[str, ...]
    data: bool = True
    checks_answer: bool = True
    label_ignored: bool = False
    title_limit: int = 0
    maximum: int = 0
    maximum_whole: bool = False


class Registration(_Part, frozen=True, kw_only=True):
    """Dynamic registration.

    `status` of a good answer; `plain_errors` are words under text/html instead of JSON; `pending`: an administrator
    switches the tool on. `client_address`: updates go to an address of the registration's own, else to the same one
    with a token for updates. `grade_scopes_together`: whoever asks for one scope of grades gets all that read
    or write scores. `overstates_line_items`: the reply then names lineitem too.
    """

    status: int
    bad_token_status: int
    plain_errors: bool = False
    pending: bool = False
    client_address: bool = False
    grade_scopes_together: bool = False
    overstates_line_items: bool = False
    domain_has_port: bool = False


class Personality(_Part, frozen=True, kw_only=True):
    """One kind of LMS; launches name `product_version`, the OpenID configuration names `release`."""

    name: str
    title: str
    product_family: str
    product_version: str
    release: str
    paths: Paths
    auth: Auth
    id_token: IdToken
    token: Token
    services: Services
    scores: Scores
    roster: Roster
    deep_linking: DeepLinking
    registration: Registration

    @property
    def scopes(self) -> tuple[str, ...]:
        """What its tools may ask for."""
        groups = (GROUP_SCOPE,) if self.paths.groups else ()
        return SCOPES + groups + ((NOTICE_SCOPE,) if self.paths.notices else ())


@cache
def load_personality(name: str) -> Personality:
    """The personality called `name`, one of NAMES; raises FileNotFoundError for any other name."""
    file = resources.files("lti_tool.sandbox") / "personalities" / f"{name}.toml"
    return msgspec.toml.decode(file.read_bytes(), type=Personality)
