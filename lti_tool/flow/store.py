"""Keeps the open sign-in flows in a bounded table of their own and lets each be taken once."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

import msgspec
from sqlalchemy import Engine

from lti_tool.errors import LaunchRefused
from xapi.quick_database import Quick

LIFETIME_SECONDS = 600
#: Logins a platform may start in one minute; with the lifetime it bounds the table (10 x this, per platform).
LOGINS_PER_MINUTE = 3000
#: What a login asked for is kept when it is no longer than this, in characters; it bounds the table too.
LONGEST_REQUEST = 2048

_PACE = (
    "INSERT INTO flow_pace (institution, platform, minute, logins) VALUES (:institution, :platform, :minute, 1)"
    " ON CONFLICT (institution, platform, minute) DO UPDATE SET logins = flow_pace.logins + 1 RETURNING logins"
)
_OPEN = (
    "INSERT INTO flow (institution, state, browser, nonce, platform, deployment, expires, request)"
    " VALUES (:institution, :state, :browser, :nonce, :platform, :deployment, :expires, :request)"
)
_TAKE = (
    "DELETE FROM flow WHERE institution = :institution AND state = :state AND browser = :browser AND expires > :now"
    " RETURNING platform, deployment, nonce"
)
_PEEK = (
    "SELECT platform, deployment, request FROM flow"
    " WHERE institution = :institution AND state = :state AND expires > :now"
)
_DROP = (
    "DELETE FROM flow WHERE institution = :institution AND state = :state AND expires > :now"
    " RETURNING platform, deployment, request"
)
_PURGE_FLOWS = "DELETE FROM flow WHERE expires <= :now"
_PURGE_PACE = "DELETE FROM flow_pace WHERE minute < :minute"
_OPEN_COUNT = "SELECT count(*) FROM flow WHERE institution = :institution"


class OpenedFlow(msgspec.Struct, frozen=True):
    """What leaves the tool: `state` and `nonce` through the platform, `browser` in the cookie named `cookie`."""

    state: str
    nonce: str
    browser: str
    cookie: str


class Flow(msgspec.Struct, frozen=True):
    """A flow that came back: the platform and deployment it began with (may be empty), and its nonce's hash."""

    platform: str
    deployment: str
    nonce_hash: str

    def issued(self, nonce: str) -> bool:
        """Whether `nonce` is the one issued for this flow, compared in constant time."""
        return secrets.compare_digest(self.nonce_hash, hashed(nonce))


class WaitingFlow(msgspec.Struct, frozen=True):
    """A flow whose browser is not known: its platform and deployment, and what the login asked for (may be empty)."""

    platform: str
    deployment: str
    request: str


def hashed(value: str) -> str:
    """The form in which a secret of a flow is kept."""
    return hashlib.sha256(value.encode()).hexdigest()


@lru_cache(maxsize=256)
def cookie_name(state: str) -> str:
    """The cookie of the flow `state`: one per flow, so that two tabs do not disturb each other."""
    return f"jampel_lti_{hashed(state)[:16]}"


def random_text() -> str:
    """256 random bits in letters that every platform passes through unchanged."""
    return secrets.token_urlsafe(32)


class FlowStore:
    """Sign-in flows of one institution; `engine` is a database of their own that may lose its last second."""

    def __init__(
        self,
        engine: Engine,
        institution: str,
        *,
        logins_per_minute: int = LOGINS_PER_MINUTE,
        random: Callable[[], str] = random_text,
    ) -> None:
        self._quick = Quick(engine)
        self._institution = institution
        self._limit = logins_per_minute
        self._random = random

    def open(self, platform: str, deployment: str, now: datetime, *, request: str = "") -> OpenedFlow:
        """A new flow for `platform` (its id); `deployment` is the one the login named, or empty.

        `request` is what the login asked for; a long one is not kept.

        Raises LaunchRefused (429) when the platform has started too many flows in this minute.
        """
        second = int(now.timestamp())
        state, nonce, browser = self._random(), self._random(), self._random()
        row = {
            "institution": self._institution,
            "platform": platform,
            "deployment": deployment,
            "state": hashed(state),
            "nonce": hashed(nonce),
            "browser": hashed(browser),
            "expires": second + LIFETIME_SECONDS,
            "minute": second // 60,
            "request": request if len(request) <= LONGEST_REQUEST else "",
        }
        with self._quick.writing(durable=False) as run:
            logins = (run(_PACE, row) or (0,))[0]
            if logins == 1:  # the first login of a minute pays for sweeping
                run(_PURGE_FLOWS, {"now": second})
                run(_PURGE_PACE, {"minute": second // 60})
            if logins <= self._limit:
                run(_OPEN, row)
        if logins > self._limit:
            raise LaunchRefused("login.too_many", "rate limit of the platform reached", status=429)
        return OpenedFlow(state, nonce, browser, cookie_name(state))

    def take(self, state: str, browser: str, now: datetime) -> Flow | None:
        """The flow `state` of this `browser`, which from now on is gone; None when there is none or it is too old."""
        values = {
            "institution": self._institution,
            "state": hashed(state),
            "browser": hashed(browser),
            "now": int(now.timestamp()),
        }
        row = self._quick.change(_TAKE, values, durable=False)
        return Flow(*row) if row else None

    def peek(self, state: str, now: datetime) -> WaitingFlow | None:
        """The flow `state`, whoever asks; it stays. It tells which platform waits, and lets nobody in."""
        row = self._quick.first(_PEEK, self._at(state, now))
        return WaitingFlow(*row) if row else None

    def drop(self, state: str, now: datetime) -> WaitingFlow | None:
        """Ends the flow `state`, whoever asks: another takes its place, or nothing does."""
        with self._quick.writing(durable=False) as run:
            row = run(_DROP, self._at(state, now))
        return WaitingFlow(*row) if row else None

    def _at(self, state: str, now: datetime) -> dict[str, object]:
        return {"institution": self._institution, "state": hashed(state), "now": int(now.timestamp())}

    def open_flows(self) -> int:
        """How many flows wait for their launch or for the next sweep."""
        found = self._quick.first(_OPEN_COUNT, {"institution": self._institution})
        return found[0] if found else 0
