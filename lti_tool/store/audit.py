"""The launch audit: a line for each login or launch that was refused or wants a look, and nothing personal in it."""

from datetime import datetime

import msgspec
from sqlalchemy import Engine, text

from xapi.database import reading, writing

#: Strangers can cause lines, so old ones make room.
MOST_LINES = 20_000
_SWEEP_EVERY = 64
#: A launch that was let in, whose platform now gives the account another NIP; its reference is the person's pseudonym.
OTHER_NIP = "launch.other_nip"

_ADD = text(
    "INSERT INTO lti_audit (institution, at, kind, code, platform, reference)"
    " VALUES (:institution, :at, :kind, :code, :platform, :reference) RETURNING seq"
)
_SWEEP = text("DELETE FROM lti_audit WHERE institution = :institution AND seq <= :seq")
_COUNT = text("SELECT count(*) FROM lti_audit WHERE institution = :institution AND at >= :at AND code <> :let_in")
_LAST = text(
    "SELECT at, kind, code, platform, reference FROM lti_audit"
    " WHERE institution = :institution ORDER BY seq DESC LIMIT :limit"
)


class AuditLine(msgspec.Struct, frozen=True):
    """What happened at the Unix second `at`: `kind` (login, launch, deep_link), the error `code`, the platform's id
    when it is known, and the `reference` that the page showed."""

    at: int
    kind: str
    code: str
    platform: str
    reference: str


class AuditStore:
    """Audit lines of one institution, newest kept."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def add(self, kind: str, code: str, now: datetime, *, platform: str = "", reference: str = "") -> None:
        """Writes one line; `code` is an error code, never text that came with the request."""
        values = {
            "institution": self._institution,
            "at": int(now.timestamp()),
            "kind": kind,
            "code": code,
            "platform": platform,
            "reference": reference,
        }
        with writing(self._engine) as connection:
            seq = connection.execute(_ADD, values).scalar_one()
            if seq % _SWEEP_EVERY == 0:
                connection.execute(_SWEEP, {"institution": self._institution, "seq": seq - MOST_LINES})

    def count_since(self, moment: datetime) -> int:
        """How many logins and launches were refused at or after `moment`, of the lines that are kept."""
        values = {"institution": self._institution, "at": int(moment.timestamp()), "let_in": OTHER_NIP}
        with reading(self._engine) as connection:
            return int(connection.execute(_COUNT, values).scalar_one())

    def last(self, limit: int = 50) -> list[AuditLine]:
        """The newest lines first."""
        with reading(self._engine) as connection:
            rows = connection.execute(_LAST, {"institution": self._institution, "limit": limit})
            return [AuditLine(*row) for row in rows]
