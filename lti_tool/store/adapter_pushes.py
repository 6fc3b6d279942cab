"""What was sent to other systems: one row for each record, so that nothing is ever sent twice."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, select

from lti_tool.store.adapter_runs import Problem
from lti_tool.store.adapter_tables import PUSH
from xapi.database import insert_into, reading, writing

PLANNED, SENDING, SENT, REFUSED = "planned", "sending", "sent", "refused"


class Pushed(msgspec.Struct, frozen=True):
    """A record by its `key`, and what became of it.

    `state`: planned (nothing left), sending (it may be there: to be looked for), sent (it is there, as `remote`;
    `found`: someone else had entered it), refused (with the `problem`). `digest` is of what was sent, `statement` its
    evidence.
    """

    key: str
    year: int
    statement: str
    state: str
    digest: str
    remote: str = ""
    found: bool = False
    problem: Problem | None = None
    run: str = ""
    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)


class AdapterPushStore:
    """Records sent by one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def of(self, system: str, connection_name: str, year: int | None = None) -> dict[str, Pushed]:
        """What is known of the records of a connection, by key; of one `year`, or of all."""
        query = select(PUSH).where(
            PUSH.c.institution == self._institution, PUSH.c.system == system, PUSH.c.connection == connection_name
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query if year is None else query.where(PUSH.c.year == year))
            return {row.key: _pushed(row) for row in rows}

    def put(self, system: str, connection_name: str, records: Collection[Pushed]) -> None:
        """Keeps the records as they are now, durable before it returns."""
        key = {"institution": self._institution, "system": system, "connection": connection_name}
        with writing(self._engine) as connection:
            for one in records:
                plain = ("year", "statement", "state", "remote", "digest", "found")
                values: dict[str, Any] = {
                    **{name: getattr(one, name) for name in plain},
                    "problem": msgspec.json.encode(one.problem).decode() if one.problem else "",
                    "run": one.run,
                    "at": round(one.at.timestamp() * 1000),
                }
                insert = insert_into(connection, PUSH).values(**key, key=one.key, **values)
                connection.execute(insert.on_conflict_do_update(index_elements=[*key, "key"], set_=values))


def _pushed(row: Any) -> Pushed:
    return Pushed(
        key=row.key,
        year=row.year,
        statement=row.statement,
        state=row.state,
        digest=row.digest,
        remote=row.remote,
        found=bool(row.found),
        problem=msgspec.json.decode(row.problem, type=Problem) if row.problem else None,
        run=row.run,
        at=datetime.fromtimestamp(row.at / 1000, UTC),
    )
