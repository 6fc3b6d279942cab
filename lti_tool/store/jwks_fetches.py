"""Who has fetched our key set: kinds of programs and platforms, never a person, in a table that cannot grow."""

import sqlite3
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from xapi.database import reading
from xapi.quick_database import Quick

_NOTE = (
    "INSERT INTO lti_jwks_reader (institution, agent, network, platform, first_at, last_at)"
    " VALUES (:institution, :agent, :network, :platform, :now, :now)"
    " ON CONFLICT (institution, agent, network, platform) DO UPDATE SET last_at = :now"
)
_LIST = text(
    "SELECT agent, network, platform, first_at, last_at FROM lti_jwks_reader"
    " WHERE institution = :institution ORDER BY last_at DESC, agent, network, platform"
)


class JwksFetch(msgspec.Struct, frozen=True):
    """A kind of program that fetched the key set: `agent` and `network` are words of ours, `platform` is the id of the
    platform that it says it is (empty when it says none); times are Unix seconds."""

    agent: str
    network: str
    platform: str
    first_at: int
    last_at: int


class JwksFetchStore:
    """Fetches of one institution's key set. Its table has a row for each kind of program, network and platform."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._quick = Quick(engine)
        self._institution = institution

    def note(self, agent: str, network: str, platform: str, now: datetime) -> None:
        """Writes a fetch down, or leaves it when the database cannot write: the key set is answered all the same."""
        values = {
            "institution": self._institution,
            "agent": agent,
            "network": network,
            "platform": platform,
            "now": int(now.timestamp()),
        }
        with suppress(sqlite3.Error, SQLAlchemyError), self._quick.writing(durable=False) as run:
            run(_NOTE, values)

    def list(self) -> list[JwksFetch]:
        """All of them, the latest first."""
        with reading(self._engine) as connection:
            return [JwksFetch(*row) for row in connection.execute(_LIST, {"institution": self._institution})]
