"""Deep linking: the teacher's choice becomes a signed answer that the browser posts back to the platform, once."""

import html
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from lti_tool.claims import (
    DEEP_LINKING,
    DEPLOYMENT,
    DL_DATA,
    DL_ITEMS,
    DL_MESSAGES,
    MESSAGE_TYPE,
    VERSION,
    DeepLinking,
    KeptDeepLinking,
)
from lti_tool.errors import LaunchRefused
from lti_tool.flow.store import hashed
from lti_tool.jose import sign
from lti_tool.keys import ToolKeys
from lti_tool.launch import Profiles
from lti_tool.pylti import LinkItem, content_items, link_item
from lti_tool.store import LtiStore, Platform
from lti_tool.store.deployments import REFUSED
from lti_tool.store.launches import DeepLinkingRow

#: The answer must reach the platform within this many seconds.
LIFETIME = 300
BACKDATED = 5
SCORE_MAXIMUM = 100
MOST_ITEMS = 50


class Window(msgspec.Struct, frozen=True):
    """A time that opens and closes; None leaves that side open."""

    opens: datetime | None = None
    closes: datetime | None = None

    def stated(self) -> dict[str, str]:
        """As a content item states it (Deep Linking 2.0 section 4.5.2): ISO 8601 with the zone; empty is no window."""
        ends = {"startDateTime": self.opens, "endDateTime": self.closes}
        return {name: end.isoformat(timespec="seconds") for name, end in ends.items() if end is not None}


ALWAYS = Window()


class Choice(msgspec.Struct, frozen=True):
    """A module that the teacher chose: its id, its title, and whether its result belongs in the gradebook.

    `available` is when learners can open it, `submission` when their work is taken.
    """

    module: str
    title: str
    graded: bool = True
    available: Window = ALWAYS
    submission: Window = ALWAYS


class Told(msgspec.Struct, frozen=True):
    """What the answer tells besides its items (Deep Linking 2.0 section 4.5): to the teacher a message or an error, to
    the platform's log a line about it. Empty is left out."""

    msg: str = ""
    log: str = ""
    errormsg: str = ""
    errorlog: str = ""


SILENT = Told()


class Asked(NamedTuple):
    """A deep-linking launch that has not been answered yet."""

    platform: Platform
    kept: KeptDeepLinking


class Answer(NamedTuple):
    """The form that the teacher's browser posts: the platform, its return address, and the signed answer."""

    platform: Platform
    return_url: str
    jwt: str


class DeepLinkingDesk:
    """Makes the answers to deep-linking launches.

    `private_hosts` are the `host:port` pairs that may be answered without https.
    """

    def __init__(
        self,
        store: LtiStore,
        keys: ToolKeys,
        profiles: Profiles,
        private_hosts: frozenset[str],
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._keys = keys
        self._profiles = profiles
        self._private_hosts = private_hosts
        self._clock = clock

    def asked(self, launch_id: str, form_token: str) -> Asked:
        """What the deep-linking launch `launch_id` asks for; it can still be answered. Raises LaunchRefused."""
        return self._asked(self._store.launches.see_deep_linking(launch_id, hashed(form_token), self._clock()))

    def answer(self, launch_id: str, form_token: str, choices: Sequence[Choice], told: Told = SILENT) -> Answer:
        """The answer of the deep-linking launch `launch_id` with `choices` (none is "nothing chosen").

        `form_token` was given to the page of that launch alone and works once; `told` goes along. Raises
        LaunchRefused.
        """
        if len(choices) > MOST_ITEMS:
            raise LaunchRefused("deep_link.too_many", "more items than an answer may hold", most=MOST_ITEMS)
        now = self._clock()
        platform, kept = self._asked(self._store.launches.take_deep_linking(launch_id, hashed(form_token), now))
        check_return_url(kept.settings.return_url, platform, self._private_hosts)
        if len(choices) > 1 and not kept.settings.accept_multiple:
            raise LaunchRefused("deep_link.one_only", "the platform accepts one item")
        items = [self._item(choice, platform, kept.settings) for choice in choices]
        key = self._keys.signing()
        claims = answer_claims(platform, kept, items, int(now.timestamp())) | _told_claims(told)
        return Answer(platform, kept.settings.return_url, sign(claims, key.private, key.kid))

    def _asked(self, row: DeepLinkingRow | None) -> Asked:
        if row is None:
            raise LaunchRefused("deep_link.used", "form token unknown, used or too old", status=403)
        platform = self._store.platforms.get(row.platform)
        if platform is None or not platform.active:
            raise LaunchRefused("launch.platform_unknown", "the platform is gone or switched off")
        kept = msgspec.json.decode(row.deep_linking, type=KeptDeepLinking)
        if self._store.deployments.state(platform.id, kept.deployment_id) == REFUSED:
            raise LaunchRefused("launch.deployment_refused", "refused since the launch", status=403)
        return Asked(platform, kept)

    def keeps_windows(self, platform: Platform) -> bool:
        """Whether `platform` takes the windows of time of an item: where it does not, none should be asked for."""
        return self._profiles(platform.profile).keeps_windows

    def _item(self, choice: Choice, platform: Platform, settings: DeepLinking) -> LinkItem:
        profile = self._profiles(platform.profile)
        graded = choice.graded and settings.accept_line_item
        return link_item(
            title=choice.title[: profile.title_limit],
            custom={"jampel_module": choice.module},
            maximum=profile.line_item_score_maximum(SCORE_MAXIMUM) if graded else None,
            resource_id=choice.module,
            windows={"available": choice.available.stated(), "submission": choice.submission.stated()},
        )


def answer_claims(platform: Platform, kept: KeptDeepLinking, items: list[LinkItem], now: int) -> dict[str, object]:
    """The LtiDeepLinkingResponse message (Deep Linking 2.0 section 4.5); `data` exactly when the request had it."""
    claims: dict[str, object] = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": now - BACKDATED,
        "exp": now - BACKDATED + LIFETIME,
        "nonce": secrets.token_urlsafe(24),
        MESSAGE_TYPE: "LtiDeepLinkingResponse",
        VERSION: "1.3.0",
        DEPLOYMENT: kept.deployment_id,
        DL_ITEMS: content_items(items),
    }
    if kept.settings.has_data:
        claims[DL_DATA] = kept.settings.data
    return claims


def _told_claims(told: Told) -> dict[str, object]:
    return {DEEP_LINKING + name: text for name in DL_MESSAGES if (text := getattr(told, name))}


def check_return_url(url: str, platform: Platform, private_hosts: frozenset[str]) -> None:
    """Raises LaunchRefused unless `url` is an address of the platform over https, or on a listed private host."""
    plain = not any(character <= " " or character in "\"'<>\\`" for character in url)
    hosts = platform.hosts
    if not plain or not platform.owns(url):
        raise LaunchRefused("deep_link.return_url", "the return address is not one of the platform")
    if not url.startswith("https://") and not any(url.startswith(f"http://{host}/") for host in private_hosts & hosts):
        raise LaunchRefused("deep_link.return_url", "the return address is not https")


def form_page(answer: Answer, *, title: str, button: str, language: str, nonce: str) -> str:
    """The page that posts `answer` by itself, or by its button where scripts are off.

    `nonce` is that of the page's Content-Security-Policy. Everything that came from outside is escaped.
    """
    words = {
        "language": language,
        "title": title,
        "button": button,
        "nonce": nonce,
        "url": answer.return_url,
        "jwt": answer.jwt,
    }
    return _PAGE.format_map({name: html.escape(value, quote=True) for name, value in words.items()})


_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>
<body><main><h1>{title}</h1><form id="answer" method="post" action="{url}">
<input type="hidden" name="JWT" value="{jwt}"><button type="submit">{button}</button></form></main>
<script nonce="{nonce}">document.getElementById("answer").submit();</script></body></html>
"""
