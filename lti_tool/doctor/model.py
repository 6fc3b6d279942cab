"""What an examination works with and what it finds."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Protocol

import msgspec

from adapters.base import LaunchProfile
from lti_tool.errors import ToolError
from lti_tool.http import Reply
from lti_tool.logs.mask import visible
from lti_tool.store import JwksFetch, Platform
from xapi.words import explain

State = Literal["good", "bad", "untried"]
GOOD: State = "good"
BAD: State = "bad"
UNTRIED: State = "untried"
#: Errors of the way to the platform: with one of these, the platform counts as unreachable.
UNREACHABLE = frozenset(
    {
        "http.unresolved",
        "http.unreachable",
        "http.too_slow",
        "http.private_address",
        "http.not_https",
        "http.address_broken",
    }
)


class Certificate(msgspec.Struct, frozen=True):
    """A trusted certificate: when it ends, and who signed it."""

    until: datetime
    issuer: str


class Way(Protocol):
    """The way to a platform; every method raises ToolError when there is no answer.

    `resolve` gives the addresses of a host; `certificate` the one that the host of `url` shows, when it can be trusted;
    `token` a new access token for one scope; the others call, with the token in the Authorization header if given.
    """

    def resolve(self, host: str, port: int) -> list[str]: ...
    def certificate(self, url: str) -> Certificate: ...
    def token(self, platform: Platform, scope: str) -> str: ...
    def get(self, url: str, *, accept: str, token: str = "") -> Reply: ...
    def post(self, url: str, body: bytes, *, media: str, token: str) -> Reply: ...
    def delete(self, url: str, *, token: str) -> Reply: ...


class Finding(msgspec.Struct, frozen=True):
    """What one check found: a `code` whose text stands in the catalogues, cause first, the remedy on the next line."""

    code: str
    state: State = GOOD
    params: dict[str, Any] = {}

    def sentences(self, language: str) -> tuple[str, str]:
        """Cause and remedy in `language`; the remedy may be empty. Texts of the platform command no terminal."""
        params = {name: visible(value) if isinstance(value, str) else value for name, value in self.params.items()}
        cause, _, remedy = explain(ToolError(self.code, **params), language).partition("\n")
        return cause, remedy


def failed(error: ToolError) -> Finding:
    """The finding that says what `error` says."""
    return Finding(error.code, BAD, dict(error.params))


class Patient(msgspec.Struct, kw_only=True):
    """The platform under examination, and what is known before.

    `line_items` and `roster` are service addresses that it gave in launches (empty when none is known); `last_launch`
    is the Unix second of its last good launch; `may_write` allows a test line item that is removed at once. `tokens`
    by scope and `skew` (how far its clock is ahead of ours) are learnt on the way. `zone` is that of the institution.
    """

    platform: Platform
    profile: LaunchProfile
    base_url: str
    now: datetime
    line_items: str = ""
    roster: str = ""
    last_launch: int | None = None
    fetches: Sequence[JwksFetch] = ()
    may_write: bool = True
    tokens: dict[str, str] = {}
    skew: timedelta | None = None
    zone: tzinfo = UTC

    def __repr__(self) -> str:
        return f"Patient({self.platform.id})"  # tokens stay out of logs

    def local(self, second: int) -> datetime:
        """The moment of a Unix second on the clocks of the institution."""
        return datetime.fromtimestamp(second, self.zone)

    def learn_clock(self, headers: Mapping[str, str]) -> None:
        """Notes the platform's clock from the Date header of an answer (RFC 9110 section 6.6.1)."""
        try:
            there = parsedate_to_datetime(headers.get("date", ""))
        except ValueError:
            return
        if there.tzinfo is not None and self.skew is None:
            self.skew = there - self.now
