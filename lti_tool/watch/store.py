"""What the databases tell of the running tool: signs of life of the workers, versions, sizes, the newest statement."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import BigInteger, Column, Engine, MetaData, String, Table, delete, select, text

from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import DRIVER_ERRORS, insert_into, newest_version, reading, writing

_FORGOTTEN_AFTER = timedelta(days=1)
_heartbeat = Table(
    "heartbeat",
    MetaData(),
    Column("institution", String(32), primary_key=True),
    Column("worker", String(80), primary_key=True),
    Column("part", String(40), nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("projected", BigInteger),
)


class WatchedDatabase(msgspec.Struct, frozen=True):
    """One database of the installation, by name, with the stores whose tables it holds and its file, if it is one."""

    name: str
    engine: Engine
    stores: tuple[str, ...]
    file: Path | None = None


class Beat(msgspec.Struct, frozen=True):
    """A sign of life: which worker, what it is at (empty between rounds) and since when, and when the ledger was last
    up to date."""

    worker: str
    part: str
    since: datetime
    at: datetime
    projected: datetime | None = None


class Heartbeats:
    """Signs of life of the workers of `institution`, in the database of `engine` (migrated as "lti_tool.watch")."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def write(self, beat: Beat) -> None:
        """Keeps `beat` as the worker's latest and forgets workers that have been silent for a day."""
        row = {
            "institution": self._institution,
            "worker": beat.worker,
            "part": beat.part,
            "since": to_milliseconds(beat.since),
            "beat": to_milliseconds(beat.at),
            "projected": to_milliseconds(beat.projected) if beat.projected else None,
        }
        mine, old = _heartbeat.c.institution == self._institution, to_milliseconds(beat.at - _FORGOTTEN_AFTER)
        with writing(self._engine) as connection:
            added = insert_into(connection, _heartbeat).values(row)
            changed = {name: added.excluded[name] for name in ("part", "since", "beat", "projected")}
            connection.execute(added.on_conflict_do_update(index_elements=["institution", "worker"], set_=changed))
            connection.execute(delete(_heartbeat).where(mine, _heartbeat.c.beat < old))

    def latest(self) -> Beat | None:
        """The latest sign of life of any worker, or None; `projected` is the latest of all of them."""
        query = select(_heartbeat).where(_heartbeat.c.institution == self._institution)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(_heartbeat.c.beat.desc())).all()
        if not rows:
            return None
        projected = max((row.projected for row in rows if row.projected is not None), default=None)
        return Beat(
            rows[0].worker,
            rows[0].part,
            from_milliseconds(rows[0].since),
            from_milliseconds(rows[0].beat),
            None if projected is None else from_milliseconds(projected),
        )


def fault_of(database: WatchedDatabase) -> str:
    """What is wrong with `database`: `unreachable`, `other_version`, or nothing."""
    try:
        with reading(database.engine) as connection:
            for store in database.stores:
                table = f"version_{store.replace('.', '_')}"
                found = connection.execute(text(f"SELECT version_num FROM {table}")).scalars().all()
                if found != [newest_version(store)]:
                    return "other_version"
    except DRIVER_ERRORS:
        return "unreachable"
    return ""


def size_of(database: WatchedDatabase) -> int:
    """The bytes that `database` takes: its file with the log beside it, or its schema on the server."""
    if database.file is not None:
        files = [database.file, *(database.file.with_name(database.file.name + end) for end in ("-wal", "-shm"))]
        return sum(file.stat().st_size for file in files if file.exists())
    query = text(
        "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0) FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'm', 'p')"
    )
    with reading(database.engine) as connection:
        return int(connection.execute(query).scalar_one())


def newest_statement(engine: Engine) -> tuple[int, int]:
    """How many statements the LRS of `engine` has stored in all, and when the last one (microseconds since 1970).

    Statements are numbered without a gap and never deleted, so the last number is how many there are.
    """
    with reading(engine) as connection:
        row = connection.execute(text("SELECT seq, stored FROM statement ORDER BY seq DESC LIMIT 1")).one_or_none()
    return (int(row.seq), int(row.stored)) if row is not None else (0, 0)
