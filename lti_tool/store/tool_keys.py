"""The tool's own signing keys, private parts sealed, in the states next, active and retired."""

from datetime import datetime

import msgspec
from sqlalchemy import Engine, text

from xapi.database import reading, writing

_LIST = text(
    "SELECT kid, state, public_jwk, sealed, created, retired, due FROM lti_tool_key"
    " WHERE institution = :institution ORDER BY state, created, kid"
)
_ADD = text(
    "INSERT INTO lti_tool_key (kid, institution, state, public_jwk, sealed, created, due)"
    " VALUES (:kid, :institution, :state, :public_jwk, :sealed, :created, :due) ON CONFLICT DO NOTHING"
)
_RETIRE = text(
    "UPDATE lti_tool_key SET state = 'retired', retired = :now WHERE institution = :institution AND state = 'active'"
)
_ACTIVATE = text(
    "UPDATE lti_tool_key SET state = 'active', retired = NULL, due = NULL"
    " WHERE institution = :institution AND kid = :kid"
)
_STATE = text("SELECT state FROM lti_tool_key WHERE institution = :institution AND kid = :kid")
_NEXT = text("SELECT kid FROM lti_tool_key WHERE institution = :institution AND state = 'next' ORDER BY created, kid")
_SCHEDULE = text(
    "UPDATE lti_tool_key SET due = :due WHERE institution = :institution AND kid = :kid AND state = 'next'"
)
_DROP = text("DELETE FROM lti_tool_key WHERE institution = :institution AND state = 'retired' AND retired <= :before")


class SealedKey(msgspec.Struct, frozen=True):
    """A signing key as stored: `public_jwk` is JSON, `sealed` the encrypted private key, times are Unix seconds.

    `due` is when a key in the state `next` begins to sign; None leaves that to `activate`.
    """

    kid: str
    state: str
    public_jwk: str
    sealed: bytes
    created: int
    retired: int | None = None
    due: int | None = None

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

    def schedule(self, key: SealedKey) -> str:
        """Keeps `key` as the next one, to sign from its `due` on, and returns its kid.

        When a next key is published already, that one stays and gets the new moment: its kid is returned and `key` is
        lost. So two rotations at once, or a second one in a hurry, end in one next key.
        """
        values = msgspec.structs.asdict(key) | {"institution": self._institution}
        with writing(self._engine) as connection:
            waiting = connection.execute(_NEXT, values).first()
            if waiting is None:
                connection.execute(_ADD, values)
                return key.kid
            kid = str(waiting[0])
            connection.execute(_SCHEDULE, values | {"kid": kid})
            return kid

    def activate(self, kid: str, now: datetime) -> None:
        """Signs with `kid` from now on; the key in use until now is retired and still published.

        Nothing changes when `kid` signs already (another process was faster) or is not there.
        """
        values = {"institution": self._institution, "kid": kid, "now": int(now.timestamp())}
        with writing(self._engine) as connection:
            state = connection.execute(_STATE, values).scalar()
            if state is not None and state != "active":
                connection.execute(_RETIRE, values)
                connection.execute(_ACTIVATE, values)

    def drop_retired(self, before: datetime) -> int:
        """Forgets the keys retired at or before `before`; returns how many."""
        with writing(self._engine) as connection:
            values = {"institution": self._institution, "before": int(before.timestamp())}
            return connection.execute(_DROP, values).rowcount
