"""Helpers for tests of anything that speaks xAPI: valid statements, a clock that stands, ids that repeat."""

import random
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from xapi.database import migrate, open_database
from xapi.lrs.credentials import CredentialStore
from xapi.lrs.pace import MODULE_PER_MINUTE
from xapi.lrs.principal import Principal
from xapi.lrs.service import Lrs
from xapi.lrs.store import StatementStore

INSTITUTION = "00000000000000000000000000000001"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class FixedClock:
    """A clock that stands at `now` until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Moves the clock by a timedelta: `clock.advance(minutes=5)`; negative values set it back."""
        self.now += timedelta(**duration)


def seeded_ids(seed: int = 1) -> Callable[[], uuid.UUID]:
    """A source of version 4 UUIDs that gives the same ones in every run."""
    source = random.Random(seed)  # noqa: S311  # repeatable on purpose, never a secret
    return lambda: uuid.UUID(int=source.getrandbits(128), version=4)


def make_agent(account_name: str = "0f8fad5bd9cb469fa16570867728950e", **changes: Any) -> dict[str, Any]:
    """An Agent with a pseudonymous account."""
    account = {"homePage": f"https://w3id.org/jampel/instansi/{INSTITUTION}", "name": account_name}
    return {"objectType": "Agent", "account": account, **changes}


def make_statement(**changes: Any) -> dict[str, Any]:
    """A valid statement as a dict; `changes` replace its properties, and None removes one."""
    statement = {
        "actor": make_agent(),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"id": "lulus"}},
        "object": {"id": "https://w3id.org/jampel/modul/contoh/pelayanan-publik-prima"},
        **changes,
    }
    return {key: value for key, value in statement.items() if value is not None}


def encoded(value: Any) -> bytes:
    """`value` as JSON in UTF-8."""
    return msgspec.json.encode(value)


class EmbeddedLrs(NamedTuple):
    """An LRS in a folder of its own, with its stores and its clock."""

    lrs: Lrs
    statements: StatementStore
    credentials: CredentialStore
    clock: FixedClock


def embedded_lrs(
    place: Path | str,
    clock: FixedClock | None = None,
    ids: Callable[[], uuid.UUID] | None = None,
    *,
    module_per_minute: int = MODULE_PER_MINUTE,
) -> EmbeddedLrs:
    """A real LRS on SQLite in the folder `place`, or at the URL of a PostgreSQL database.

    Opened again at the same place it has what was stored.
    """
    where = place if isinstance(place, str) or place.suffix == ".db" else place / "lrs.db"
    engine = open_database(where, durability="NORMAL")
    migrate(engine, "xapi.lrs")
    store, stands = StatementStore(engine), clock or FixedClock()
    lrs = Lrs(store, stands, ids or seeded_ids(), module_per_minute=module_per_minute)
    return EmbeddedLrs(lrs, store, CredentialStore(engine, stands, store.sessions), stands)


def make_principal(institution: str = INSTITUTION, **changes: Any) -> Principal:
    """A principal that may do everything in `institution`; `changes` replace its properties."""
    authority = {"account": {"homePage": f"https://w3id.org/jampel/kredensial/{institution}", "name": "uji"}}
    return Principal(
        **{
            "institution": institution,
            "authority": authority,
            "scopes": frozenset({"all"}),
            "source": "foreign",
            **changes,
        }
    )
