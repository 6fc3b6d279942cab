"""Chooses the sessions that fit the database of an engine."""

from sqlalchemy import Engine

from xapi.lrs.store.session import Sessions
from xapi.lrs.store.sqlite import SqliteSessions


def sessions_of(engine: Engine) -> Sessions:
    """The sessions of the database that `engine` opens."""
    if engine.dialect.name == "postgresql":
        from xapi.lrs.store.postgres import PostgresSessions  # needs a driver that not everybody has

        return PostgresSessions(engine)
    return SqliteSessions(engine)
