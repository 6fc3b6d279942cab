"""Credentials and launch grants in SQLite: secrets and tokens only as hashes."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Engine, Row

from xapi.database import reading, writing
from xapi.errors import LrsError
from xapi.lrs.principal import SCOPES, SOURCES, LaunchGrant, Principal
from xapi.lrs.secret import hash_secret, new_key, new_secret, secret_fits
from xapi.lrs.store.times import micros
from xapi.vocabulary import JAMPEL

_COLUMNS = "key, institution, name, scopes, source, allow_nip"
_NOTHING = hash_secret("")
MOST_FORGOTTEN = 5_000  # grants at once: whoever writes statements waits meanwhile
_GRANT = msgspec.json.Decoder(LaunchGrant)


class NewCredential(msgspec.Struct, frozen=True):
    """A credential just made. The secret can never be shown again; it stays out of the repr."""

    key: str
    secret: str

    def __repr__(self) -> str:
        return "NewCredential(…)"


class Credential(msgspec.Struct, frozen=True):
    """A credential as it can be listed."""

    key: str
    institution: str
    name: str
    scopes: frozenset[str]
    source: str
    allow_nip: bool


class CredentialStore:
    """The credentials and launch grants of all institutions; migrate first with `migrate(engine, "xapi.lrs")`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, institution: str, name: str, scopes: Iterable[str], source: str, allow_nip: bool = False
    ) -> NewCredential:
        """A new credential of `institution` for the program `name`; LrsError when a scope or the source is unknown."""
        wanted = frozenset(scopes)
        if not wanted or not wanted <= SCOPES:
            raise LrsError("lrs.unknown_scope", "unknown scope", known=", ".join(sorted(SCOPES)))
        if source not in SOURCES:
            raise LrsError("lrs.unknown_source", "unknown source", known=", ".join(sorted(SOURCES)))
        new = NewCredential(new_key(), new_secret())
        row = (new.key, institution, name, hash_secret(new.secret), " ".join(sorted(wanted)), source, allow_nip)
        with writing(self._engine) as connection:
            connection.exec_driver_sql(
                "INSERT INTO credential (key, institution, name, secret_hash, scopes, source, allow_nip, revoked)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                row,
            )
        return new

    def list(self, institution: str) -> list[Credential]:
        """The credentials of `institution` that are not revoked, by name."""
        sql = f"SELECT {_COLUMNS} FROM credential WHERE institution = ? AND revoked = 0 ORDER BY name, key"
        with reading(self._engine) as connection:
            return [_credential(row) for row in connection.exec_driver_sql(sql, (institution,))]

    def revoke(self, institution: str, key: str) -> bool:
        """Ends a credential of `institution`, at once and for good; whether there was one."""
        sql = "UPDATE credential SET revoked = 1 WHERE institution = ? AND key = ? AND revoked = 0"
        with writing(self._engine) as connection:
            return connection.exec_driver_sql(sql, (institution, key)).rowcount > 0

    def authenticate(self, key: str, secret: str) -> Principal | None:
        """Whom the key and secret belong to, or None."""
        sql = f"SELECT {_COLUMNS}, secret_hash FROM credential WHERE key = ? AND revoked = 0"
        with reading(self._engine) as connection:
            row = connection.exec_driver_sql(sql, (key,)).fetchone()
        fits = secret_fits(secret, row[6] if row else _NOTHING)
        if row is None or not fits:
            return None
        found = _credential(row)
        return Principal(
            institution=found.institution,
            authority=_authority(found.institution, hashlib.sha256(found.key.encode()).hexdigest()[:32]),
            scopes=found.scopes,
            source=found.source,
            allow_nip=found.allow_nip,
        )

    def grant(self, institution: str, grant: LaunchGrant) -> str:
        """A token for one launch in `institution`, valid until the grant expires."""
        token = new_secret()
        row = (
            hash_secret(token),
            institution,
            grant.registration.lower(),
            micros(grant.expires),
            msgspec.json.encode(grant),
        )
        with writing(self._engine) as connection:
            connection.exec_driver_sql(
                "INSERT INTO launch_grant (token_hash, institution, registration, expires, body)"
                " VALUES (?, ?, ?, ?, ?)",
                row,
            )
        return token

    def authenticate_token(self, token: str, now: datetime) -> Principal | None:
        """The launch that the token was made for, or None when there is none or it is over at `now`."""
        sql = "SELECT institution, body FROM launch_grant WHERE token_hash = ? AND expires > ?"
        with reading(self._engine) as connection:
            row = connection.exec_driver_sql(sql, (hash_secret(token), micros(now))).fetchone()
        if row is None:
            return None
        return Principal(
            institution=row[0],
            authority=_authority(row[0], "peluncuran"),
            scopes=frozenset({"statements/write"}),
            source="launch",
            grant=_GRANT.decode(row[1]),
        )

    def revoke_grants(self, institution: str, registration: str | None = None) -> int:
        """Ends the grants of `institution`, or of one registration of it; how many there were."""
        where, values = "institution = ?", [institution]
        if registration is not None:
            where, values = f"{where} AND registration = ?", [*values, registration.lower()]
        with writing(self._engine) as connection:
            return connection.exec_driver_sql(f"DELETE FROM launch_grant WHERE {where}", tuple(values)).rowcount

    def forget_expired(self, now: datetime, most: int = MOST_FORGOTTEN) -> int:
        """Deletes up to `most` grants that are over at `now`; how many there were."""
        old = "SELECT token_hash FROM launch_grant WHERE expires <= ? LIMIT ?"
        sql = f"DELETE FROM launch_grant WHERE token_hash IN ({old})"
        with writing(self._engine) as connection:
            return connection.exec_driver_sql(sql, (micros(now), most)).rowcount


def _credential(row: Row) -> Credential:
    return Credential(row[0], row[1], row[2], frozenset(row[3].split()), row[4], bool(row[5]))


def _authority(institution: str, name: str) -> dict[str, object]:
    """The Agent that stands for a credential in statements; it does not show the key."""
    return {"objectType": "Agent", "account": {"homePage": f"{JAMPEL}kredensial/{institution}", "name": name}}
