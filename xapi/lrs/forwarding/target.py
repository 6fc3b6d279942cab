"""Where statements are forwarded: a target as a person enters it, as it is kept, and what was held back from it."""

from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

import msgspec

from xapi.errors import ForwardError
from xapi.lrs.selection import Selection

VERSIONS: Final = ("1.0.3", "2.0.0")
ON, PAUSED, STOPPED = "on", "paused", "stopped"
"""`on` forwards; `paused` was switched off by a person; `stopped` stopped by itself and needs one."""
MOST_HELD = 1000
"""So many refused statements at most: a target that refuses more is set up wrongly, and forwarding to it stops."""
_LONGEST_NAME, _LONGEST_TEXT = 120, 1000
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NewTarget(msgspec.Struct, frozen=True, kw_only=True):
    """A target to be: `endpoint` is its xAPI address, `version` what it speaks, `key` and `secret` are ours there.

    `selection` says which statements go. Without `attachments`, a statement whose attachment it would need from us does
    not go. `position` is the seq after which forwarding begins. `plain_http` allows an address without TLS.
    """

    name: str
    endpoint: str
    key: str
    secret: str
    version: str = VERSIONS[0]
    selection: Selection = Selection()
    attachments: bool = True
    position: int = 0
    plain_http: bool = False

    def __repr__(self) -> str:
        return f"NewTarget({self.name})"


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """A target as it is kept.

    Everything up to the seq `position` is settled there: sent, held, or none of the selection. `sent` counts what it
    took, `attempts` failures in a row. `error` is the code of the last failure, empty when all is well, `error_params`
    what its sentence needs. `lease` counts leases: who holds an older one settles nothing.
    """

    id: str
    name: str
    endpoint: str
    version: str
    key: str
    sealed: bytes
    selection: Selection
    attachments: bool
    state: str
    position: int
    sent: int
    attempts: int
    due: datetime
    owner: str
    lease: int
    success: datetime | None
    error: str
    error_params: dict[str, object]
    failed: datetime | None
    created: datetime

    def __repr__(self) -> str:
        return f"Target({self.id}, {self.state}, at {self.position})"

    def problem(self) -> ForwardError | None:
        """The last failure as an error that explains itself, None when all is well."""
        return ForwardError(self.error, "", **self.error_params) if self.error else None


class Held(msgspec.Struct, frozen=True):
    """A statement that a target refused, with its reason; `again` when it is to be tried once more."""

    seq: int
    statement: str
    reason: str
    again: bool
    changed: datetime


def require_sound(new: NewTarget) -> None:
    """Refuses a target that could never work or would send the secret in the clear (ForwardError)."""
    if not new.name.strip() or len(new.name) > _LONGEST_NAME:
        raise ForwardError("forward.name", "no name, or too long", most=_LONGEST_NAME)
    if new.version not in VERSIONS:
        raise ForwardError("forward.version", new.version[:20], known=", ".join(VERSIONS))
    require_credential(new.key, new.secret)
    require_endpoint(new.endpoint, plain_http=new.plain_http)


def require_credential(key: str, secret: str) -> None:
    """Refuses a key or secret that cannot stand in a header (ForwardError)."""
    good = all(0 < len(text) <= _LONGEST_TEXT and text.isprintable() for text in (key, secret))
    if not good or ":" in key:  # RFC 7617 2: the colon ends the user-id
        raise ForwardError("forward.key", "an empty or impossible key or secret")


def require_endpoint(endpoint: str, *, plain_http: bool) -> None:
    """Refuses what is no plain address of an LRS, or one without TLS unless `plain_http` (ForwardError)."""
    try:
        parts = urlsplit(endpoint)
        host, _ = parts.hostname or "", parts.port
    except ValueError as cause:
        raise ForwardError("forward.endpoint", "not an address") from cause
    strange = "@" in parts.netloc or parts.query or parts.fragment or len(endpoint) > _LONGEST_TEXT
    if parts.scheme not in ("http", "https") or not host or strange or not endpoint.isprintable() or " " in endpoint:
        raise ForwardError("forward.endpoint", "not a plain http(s) address")
    if parts.scheme == "http" and not plain_http and host not in _LOOPBACK:
        raise ForwardError("forward.plain_http", "the secret would go in the clear", host=host)
