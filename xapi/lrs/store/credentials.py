"""Credentials and launch grants of the database: secrets and tokens only as hashes."""

import hashlib
from asyncio import get_running_loop
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Thread

import msgspec
from sqlalchemy import Engine, Row, delete, false, insert, or_, select, update
from sqlalchemy.sql import ColumnElement

from xapi.alphabet_database import Alphabetical
from xapi.clock import Clock, system_clock
from xapi.database import DRIVER_ERRORS, reading, writing
from xapi.errors import LrsError
from xapi.lrs.credential_model import MOST_GRACE, NO_LIMITS, Credential, Limits, NewCredential, require_sound
from xapi.lrs.principal import LaunchGrant, ModuleGrant, Principal
from xapi.lrs.secret import hash_secret, is_key, new_key, new_secret, secret_fits
from xapi.lrs.store.connections import sessions_of
from xapi.lrs.store.credential_tables import credential, launch_grant
from xapi.lrs.store.session import Sessions
from xapi.lrs.store.times import micros, moment_of
from xapi.quick_database import Quick
from xapi.vocabulary import JAMPEL

MOST_FORGOTTEN = 5_000  # grants at once: whoever writes statements waits meanwhile
_MOST_REMEMBERED = 4_096
_MOST_AT_ONCE = 500
_HOUR = 3_600_000_000
_NO_GRACE = timedelta()
_NOBODY = (hash_secret(""), None, None, None, None)
_GRANT = msgspec.json.Decoder(LaunchGrant)
_EXTENSIONS = msgspec.json.Decoder(dict[str, object])
_C = credential.c
_LISTED = (
    _C.key, _C.institution, _C.name, _C.scopes, _C.source, _C.allow_nip, _C.created, _C.last_used, _C.expires,
    _C.old_until, _C.module,
)  # fmt: skip
_WHO = (_C.institution, _C.key, _C.scopes, _C.source, _C.allow_nip, _C.module, _C.extensions)
# asked for every request, so they are text for the store's own sessions
_AUTHENTICATE = (
    "SELECT secret_hash, old_secret_hash, old_until, expires, last_used,"
    f" {', '.join(column.name for column in _WHO)} FROM credential WHERE key = ? AND NOT revoked"
)
_BEFORE_WHO = 5
_ADD_GRANT = (
    "INSERT INTO launch_grant (token_hash, institution, registration, expires, body)"
    " VALUES (:token_hash, :institution, :registration, :expires, :body)"
)
_TOKEN = "SELECT institution, body FROM launch_grant WHERE token_hash = ? AND expires > ?"  # noqa: S105 - no secret


class CredentialStore:
    """The credentials and launch grants of all institutions; migrate first with `migrate(engine, "xapi.lrs")`.

    `clock` gives aware UTC: credentials may end, and old secrets do. Nothing about them is kept in the process, so what
    another process revokes is revoked here. `sessions` are those of the statements, to share their connections.
    """

    def __init__(self, engine: Engine, clock: Clock = system_clock, sessions: Sessions | None = None) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._sessions = sessions or sessions_of(engine)
        self._clock = clock
        self._noted: dict[str, int] = {}  # the hour in which this process wrote down the use of each credential

    def add(
        self,
        institution: str,
        name: str,
        scopes: Iterable[str],
        source: str,
        allow_nip: bool = False,
        *,
        limits: Limits = NO_LIMITS,
    ) -> NewCredential:
        """A new credential of `institution` for the program `name`.

        LrsError when a scope or the source is unknown or they and `limits` contradict each other (`require_sound`).
        """
        wanted, now = frozenset(scopes), self._clock()
        require_sound(wanted, source, allow_nip, limits, now)
        new = NewCredential(new_key(), new_secret())
        row = {
            "key": new.key,
            "institution": institution,
            "name": name,
            "scopes": " ".join(sorted(wanted)),
            "source": source,
            "allow_nip": allow_nip,
            "revoked": False,
            "secret_hash": hash_secret(new.secret),
            "created": micros(now),
            "expires": None if limits.expires is None else micros(limits.expires),
            "module": limits.module,
            "extensions": None if limits.module is None else msgspec.json.encode(limits.extensions),
        }
        with writing(self._engine) as connection:
            connection.execute(insert(credential).values(row))
        return new

    def list(self, institution: str) -> list[Credential]:
        """The credentials of `institution` that are not revoked, by name."""
        query = select(*_LISTED).where(_C.institution == institution, _C.revoked == false())
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(Alphabetical(_C.name), _C.key)).all()
        now = self._clock()
        return [_credential(row, now) for row in rows]

    def rotate(self, institution: str, key: str, grace: timedelta = _NO_GRACE) -> NewCredential | None:
        """A new secret for a credential of `institution`; None when there is none with this key.

        The secret until now works on for `grace`, at most MOST_GRACE, and one from a rotation before ends at once.
        LrsError when `grace` is longer or negative.
        """
        if not _NO_GRACE <= grace <= MOST_GRACE:
            raise LrsError("lrs.grace", "grace out of bounds", most=MOST_GRACE.days)
        if not is_key(key):
            return None
        new = NewCredential(key, new_secret())
        kept: dict[str, object] = {"old_secret_hash": None, "old_until": None}
        if grace:
            kept = {"old_secret_hash": _C.secret_hash, "old_until": micros(self._clock() + grace)}
        change = update(credential).where(*_one(institution, key)).values(secret_hash=hash_secret(new.secret), **kept)
        with writing(self._engine) as connection:
            return new if connection.execute(change).rowcount else None

    def revoke(self, institution: str, key: str) -> bool:
        """Ends a credential of `institution`, at once and for good; whether there was one."""
        if not is_key(key):
            return False
        with writing(self._engine) as connection:
            done = connection.execute(update(credential).where(*_one(institution, key)).values(revoked=True))
            return bool(done.rowcount)

    def authenticate(self, key: str, secret: str) -> Principal | None:
        """Whom the key and secret belong to, or None: also for an old secret after its grace, or after the end."""
        row = self._row(key)
        secret_hash, old_secret_hash, old_until, expires, last_used = row[:_BEFORE_WHO] if row else _NOBODY
        fits = secret_fits(secret, secret_hash)
        if row is None:
            return None
        now = micros(self._clock())
        if not fits and old_until is not None and now < old_until:
            fits = secret_fits(secret, old_secret_hash)
        if not fits or (expires is not None and now >= expires):
            return None
        self._note_use(key, last_used, now)
        return _principal(row[_BEFORE_WHO:])

    def _row(self, key: str) -> tuple | None:
        """The row of a credential; a text that is none of our keys is not even looked for."""
        if not is_key(key):
            return None
        with self._sessions.peek() as session:
            return session.one(_AUTHENTICATE, (key,))

    def grant(self, institution: str, grant: LaunchGrant) -> str:
        """A token for one launch in `institution`, valid until the grant expires.

        A power cut may take the tokens of the last moment: who has one of them opens the page once more.
        """
        token = new_secret()
        row = {
            "token_hash": hash_secret(token),
            "institution": institution,
            "registration": grant.registration.lower(),
            "expires": micros(grant.expires),
            "body": msgspec.json.encode(grant),
        }
        self._quick.change(_ADD_GRANT, row, durable=False)
        return token

    def authenticate_token(self, token: str, now: datetime) -> Principal | None:
        """The launch that the token was made for, or None when there is none or it is over at `now`."""
        with self._sessions.peek() as session:
            row = session.one(_TOKEN, (hash_secret(token), micros(now)))
        if row is None:
            return None
        institution, body = row
        return Principal(
            institution=institution,
            authority=_authority(institution, "peluncuran"),
            scopes=frozenset({"statements/write"}),
            source="launch",
            grant=_GRANT.decode(body),
        )

    def revoke_grants(self, institution: str, registration: str | None = None) -> int:
        """Ends the grants of `institution`, or of one registration of it; how many there were."""
        ended = delete(launch_grant).where(launch_grant.c.institution == institution)
        if registration is not None:
            ended = ended.where(launch_grant.c.registration == registration.lower())
        with writing(self._engine) as connection:
            return connection.execute(ended).rowcount

    def revoke_launches(self, institution: str, registrations: Sequence[str]) -> int:
        """Ends the grants of these registrations of `institution`; how many there were."""
        ended = 0
        for at in range(0, len(registrations), _MOST_AT_ONCE):
            some = [one.lower() for one in registrations[at : at + _MOST_AT_ONCE]]
            theirs = (launch_grant.c.institution == institution, launch_grant.c.registration.in_(some))
            with writing(self._engine) as connection:
                ended += connection.execute(delete(launch_grant).where(*theirs)).rowcount
        return ended

    def forget_expired(self, now: datetime, most: int = MOST_FORGOTTEN) -> int:
        """Deletes up to `most` grants that are over at `now`; how many there were."""
        old = select(launch_grant.c.token_hash).where(launch_grant.c.expires <= micros(now)).limit(most)
        with writing(self._engine) as connection:
            return connection.execute(delete(launch_grant).where(launch_grant.c.token_hash.in_(old))).rowcount

    def _note_use(self, key: str, last_used: int | None, now: int) -> None:
        """Writes down that the credential was used in this hour: once, however many requests and threads there are.

        A request is answered also when the database cannot write now.
        """
        hour = now - now % _HOUR
        if (last_used is not None and last_used >= hour) or self._noted.get(key) == hour:
            return
        if len(self._noted) >= _MOST_REMEMBERED:
            self._noted.clear()
        self._noted[key] = hour
        if _in_loop():  # which may not wait for whoever writes
            Thread(target=self._write_use, args=(key, hour), daemon=True).start()
        else:
            self._write_use(key, hour)

    def _write_use(self, key: str, hour: int) -> None:
        unknown = or_(_C.last_used.is_(None), _C.last_used < hour)
        with suppress(*DRIVER_ERRORS), writing(self._engine) as connection:
            connection.execute(update(credential).where(_C.key == key, unknown).values(last_used=hour))


def _in_loop() -> bool:
    try:
        get_running_loop()
    except RuntimeError:
        return False
    return True


def _one(institution: str, key: str) -> tuple[ColumnElement[bool], ...]:
    return (_C.institution == institution, _C.key == key, _C.revoked == false())


def _credential(row: Row, now: datetime) -> Credential:
    old_until = _moment(row.old_until)
    return Credential(
        key=row.key,
        institution=row.institution,
        name=row.name,
        scopes=frozenset(row.scopes.split()),
        source=row.source,
        allow_nip=row.allow_nip,
        created=_moment(row.created),
        last_used=_moment(row.last_used),
        expires=_moment(row.expires),
        old_until=old_until if old_until is not None and now < old_until else None,
        module=row.module,
    )


def _moment(value: int | None) -> datetime | None:
    return None if value is None else moment_of(value)


@lru_cache(maxsize=_MOST_REMEMBERED)
def _principal(who: tuple) -> Principal:
    """The principal of a row as it was just read; putting it together costs more than the row."""
    institution, key, scopes, source, allow_nip, module, extensions = who
    return Principal(
        institution=institution,
        authority=_authority(institution, hashlib.sha256(key.encode()).hexdigest()[:32]),
        scopes=frozenset(scopes.split()),
        source=source,
        allow_nip=bool(allow_nip),  # SQLite has 0 and 1
        module=None if module is None else ModuleGrant(key, module, _EXTENSIONS.decode(extensions)),
        is_lms=source == "lms_record",
    )


def _authority(institution: str, name: str) -> dict[str, object]:
    """The Agent that stands for a credential in statements; it does not show the key."""
    return {"objectType": "Agent", "account": {"homePage": f"{JAMPEL}kredensial/{institution}", "name": name}}
