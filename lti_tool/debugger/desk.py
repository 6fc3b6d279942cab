"""The launch debugger: watches platforms for a limited time and keeps what their last logins and launches met."""

import json
import logging
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from lti_tool.debugger.attempt import Attempt
from lti_tool.debugger.facts import Facts, facts_of
from lti_tool.debugger.masking import mask_claims
from lti_tool.errors import LaunchRefused, ToolError
from lti_tool.jose import SignedToken, read_token
from lti_tool.store import DebugRow, LtiStore, Platform
from xapi.database import DRIVER_ERRORS
from xapi.errors import DatabaseError, ForwardError
from xapi.lrs.forwarding import Sealer

LOG = logging.getLogger(__name__)
#: The longest watch, in minutes: it keeps personal data.
MOST_MINUTES = 240
#: How long a process may go by what it knew of who is watched.
KNOWN = timedelta(seconds=5)
UNKNOWN = (datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC))


class Seen(msgspec.Struct, frozen=True):
    """What may be shown of an entry: how far it came, whether the platform is proven by a login of ours, the values of
    the error's sentence, and claims and header without personal data."""

    reached: str
    proven: bool
    params: dict[str, Any]
    claims: dict[str, Any]
    header: dict[str, Any]


class Debugger:
    """`Witness` of logins and launches, and the desk that shows what it saw; `sealer` closes what is personal.

    `base_url` is our own public address, without a trailing slash.
    """

    def __init__(
        self,
        store: LtiStore,
        sealer: Sealer,
        base_url: str,
        *,
        clock: Callable[[], datetime],
        ids: Callable[[], uuid.UUID],
    ) -> None:
        self._store = store
        self._sealer = sealer
        self._base_url = base_url
        self._clock = clock
        self._ids = ids
        self._lock = threading.Lock()
        self._watched: dict[str, int] = {}
        self._known = UNKNOWN

    def switch_on(self, platform: str, minutes: int) -> datetime:
        """Watches `platform` (its id) for `minutes` (1 to MOST_MINUTES) from now; returns the end. Raises ToolError."""
        if not 1 <= minutes <= MOST_MINUTES:
            raise ToolError("debug.minutes", "too short or too long", most=MOST_MINUTES)
        until = self._clock() + timedelta(minutes=minutes)
        self._store.debug.watch(platform, until)
        self._known = UNKNOWN
        return until

    def switch_off(self, platform: str) -> None:
        """Ends the watch of `platform`."""
        self._store.debug.stop(platform)
        self._known = UNKNOWN

    def awake(self, now: datetime) -> bool:
        """Whether any platform is watched; other processes are heard of within KNOWN."""
        since, until = self._known
        if not since <= now < until:
            self._look(now)
        return bool(self._watched)

    def _look(self, now: datetime) -> None:
        with self._lock:
            self._known = now, now + KNOWN
            try:
                self._watched = self._store.debug.watched(now)
            except (DatabaseError, *DRIVER_ERRORS):
                self._watched = {}

    def saw_login(self, params: Mapping[str, str], at: datetime, error: ToolError | None) -> None:
        """Keeps a login, when its platform is watched."""
        platform = self._named(params.get("iss", ""), params.get("client_id", ""))
        if platform is not None:
            seen = Seen("", False, _params(error), mask_claims(dict(params)), {})
            self._keep("login", platform.id, at, error, seen)

    def saw_launch(self, attempt: Attempt, error: ToolError | None) -> None:
        """Keeps a launch, when its platform is watched; one without a valid state is filed under whom it names."""
        token = attempt.token or _unproven(attempt.form.get("id_token", ""))
        platform_id = attempt.flow.platform if attempt.flow else self._issuer_of(token)
        if platform_id not in self._watched:
            return
        claims, header = (token.claims, token.header) if token else ({}, {})
        shown = Seen(
            attempt.reached, attempt.flow is not None, _params(error), mask_claims(claims), mask_claims(header)
        )
        self._keep("launch", platform_id, attempt.at, error, shown, attempt)

    def _keep(
        self,
        kind: str,
        platform_id: str,
        at: datetime,
        error: ToolError | None,
        seen: Seen,
        attempt: Attempt | None = None,
    ) -> None:
        """A debugger that fails must not fail the launch."""
        code, entry, reference = error.code if error else "", self._ids().hex, secrets.token_hex(4)
        try:
            sealed = self._sealed(entry, attempt, platform_id, code) if attempt else b""
            row = DebugRow(
                id=entry,
                platform=platform_id,
                at=int(at.timestamp()),
                kind=kind,
                code=code,
                reference=reference,
                seen=json.dumps(msgspec.to_builtins(seen), ensure_ascii=True),
                sealed=sealed,
            )
            self._store.debug.add(row)
        except (DatabaseError, ValueError, *DRIVER_ERRORS) as cause:  # ValueError: a text that cannot be written
            LOG.warning("debugger: an entry was not kept: %s", type(cause).__name__)
            return
        if error is not None:
            error.reference = reference

    def _sealed(self, entry: str, attempt: Attempt, platform_id: str, code: str) -> bytes:
        platform = self._store.platforms.get(platform_id)
        if platform is None:
            return b""
        facts = facts_of(attempt, platform, code, tool=self._base_url, store=self._store)
        return self._sealer.seal(msgspec.json.encode(facts).decode(), self._store.institution, f"debug/{entry}")

    def _named(self, issuer: str, client_id: str) -> Platform | None:
        """The watched platform that a request names."""
        found = [self._store.platforms.get(one) for one in self._watched]
        fits = [one for one in found if one and one.issuer == issuer and client_id in ("", one.client_id)]
        return fits[0] if fits else None

    def _issuer_of(self, token: SignedToken | None) -> str:
        claims = token.claims if token else {}
        audience = claims.get("aud")
        audience = audience[0] if isinstance(audience, list) and audience else audience
        found = self._named(str(claims.get("iss")), audience if isinstance(audience, str) else "")
        return found.id if found else ""

    def until(self, platform: str) -> int | None:
        """The Unix second at which the watch of `platform` ends; None when it is not watched."""
        return self._store.debug.watched(self._clock()).get(platform)

    def entries(self, platform: str) -> list[tuple[DebugRow, Seen]]:
        """The last entries of `platform`, the newest first; those that are over are deleted."""
        self.forget()
        rows = self._store.debug.entries(platform, self._clock())
        return [(row, msgspec.json.decode(row.seen, type=Seen)) for row in rows]

    def forget(self) -> int:
        """Deletes what is over; returns how many entries it was."""
        return self._store.debug.forget(self._clock())

    def facts(self, entry: str) -> Facts:
        """Everything that the launch `entry` was judged by. Raises ToolError when it is gone or was a login."""
        row = self._store.debug.entry(entry, self._clock())
        if row is None or not row.sealed:
            raise ToolError("debug.entry_unknown", "no launch of this id is kept", entry=entry[:40])
        try:
            text = self._sealer.open(row.sealed, self._store.institution, f"debug/{entry}")
        except ForwardError as cause:
            raise ToolError("debug.sealed", "sealed with another secret") from cause
        return msgspec.json.decode(text, type=Facts)


def _unproven(text: str) -> SignedToken | None:
    """A token taken apart without believing it."""
    with suppress(LaunchRefused):
        return read_token(text)
    return None


def _params(error: ToolError | None) -> dict[str, Any]:
    """The values of the error's sentence; those that came with the request are masked."""
    return mask_claims({name: str(value) for name, value in error.params.items()}) if error else {}
