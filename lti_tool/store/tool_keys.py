"""The tool's own signing keys, private parts sealed, in the states next, active and retired."""

from datetime import datetime

import msgspec
from sqlalchemy import Engine, text

from xapi.database import reading, writing

_LIST = text(
    "SELECT kid, state, public_jwk, sealed, created, retired FROM lti_tool_key"
    " WHERE institution = :institution ORDER BY state, created, kid"
)
_ADD = text(
    "INSERT INTO lti_tool_key (kid, institution, state, public_jwk, sealed, created)"
    " VALUES (:kid, :institution, :state, :public_jwk, :sealed, :created) ON CONFLICT DO NOTHING"
)
_RETIRE = text(
    "UPDATE lti_tool_key SET state = 'retired', retired = :now WHERE institution = :institution AND state = 'active'"
)
_ACTIVATE = text("UPDATE lti_tool_key SET state = 'active' WHERE institution = :institution AND kid = :kid")
_DROP = text("DELETE FROM lti_tool_key WHERE institution = :institution AND state = 'retired' AND retired <= :before")


class SealedKey(msgspec.Struct, frozen=True):
    """A signing key as stored: `public_jwk` is JSON, `sealed` the encrypted private key, times are Unix seconds."""

    kid: str
    state: str
    public_jwk: str
    sealed: bytes
    created: int
    retired: int | None = None

    def __repr__(self) -> str:
        return f"SealedKey({self.kid}, {self.state})"


class ToolKeyStore:
    """Signing keys of one institution; at most one is active."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def list(self) -> list[SealedKey]:
        """All keys: active first, then next, then retired."""
        with reading(self._engine) as connection:
            return [SealedKey(*row) for row in connection.execute(_LIST, {"institution": self._institution})]

    def add(self, key: SealedKey) -> None:
        """Keeps `key`; when it is active and another process was faster, the other key stays and this one is lost."""
        values = msgspec.structs.asdict(key) | {"institution": self._institution}
        with writing(self._engine) as connection:
            connection.execute(_ADD, values)

    def activate(self, kid: str, now: datetime) -> None:
        """Signs with `kid` from now on; the key in use until now is retired and still published."""
        values = {"institution": self._institution, "kid": kid, "now": int(now.timestamp())}
        with writing(self._engine) as connection:
            connection.execute(_RETIRE, values)
            connection.execute(_ACTIVATE, values)

    def drop_retired(self, before: datetime) -> None:
        """Forgets the keys retired at or before `before`."""
        with writing(self._engine) as connection:
            connection.execute(_DROP, {"institution": self._institution, "before": int(before.timestamp())})
