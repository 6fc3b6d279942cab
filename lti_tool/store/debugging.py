"""Keeps what the launch debugger saw: which platforms are watched until when, and the last entries of each."""

from datetime import datetime

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from xapi.database import insert_into, reading, writing

#: Entries kept of one platform, and for how long: they hold personal data, sealed.
MOST_ENTRIES = 50
KEPT_SECONDS = 24 * 3600
_META = MetaData()
_watch = Table(
    "lti_debug",
    _META,
    Column("institution", String(32), primary_key=True),
    Column("platform", String(32), primary_key=True),
    Column("until", BigInteger, nullable=False),
)
_entry = Table(
    "lti_debug_entry",
    _META,
    Column("seq", BigInteger, primary_key=True),
    Column("institution", String(32)),
    Column("id", String(32)),
    Column("platform", String(32)),
    Column("at", BigInteger),
    Column("kind", Text),
    Column("code", Text),
    Column("reference", Text),
    Column("seen", Text),
    Column("sealed", LargeBinary),
)
_FIELDS = ("id", "platform", "at", "kind", "code", "reference", "seen", "sealed")


class DebugRow(msgspec.Struct, frozen=True, kw_only=True):
    """One login or launch at the Unix second `at`: `kind` (login, launch), the error `code` (empty when it was let in),
    the `reference` that the page showed, what may be shown (`seen`, JSON), and the whole of it, `sealed`."""

    id: str
    platform: str
    at: int
    kind: str
    code: str
    reference: str
    seen: str
    sealed: bytes

    def __repr__(self) -> str:
        return f"DebugRow({self.id}, {self.kind})"  # the rest may be personal


class DebugStore:
    """The debugger's tables of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def watch(self, platform: str, until: datetime) -> None:
        """Watches `platform` (its id) until then."""
        row = {"institution": self._institution, "platform": platform, "until": int(until.timestamp())}
        with writing(self._engine) as connection:
            written = insert_into(connection, _watch).values(row)
            connection.execute(
                written.on_conflict_do_update(index_elements=["institution", "platform"], set_={"until": row["until"]})
            )

    def stop(self, platform: str) -> None:
        """Watches `platform` no longer; what was seen stays for its time."""
        ours = (_watch.c.institution == self._institution) & (_watch.c.platform == platform)
        with writing(self._engine) as connection:
            connection.execute(delete(_watch).where(ours))

    def watched(self, now: datetime) -> dict[str, int]:
        """The platforms watched at `now`, with the Unix second of the end."""
        query = select(_watch.c.platform, _watch.c.until).where(
            _watch.c.institution == self._institution, _watch.c.until > int(now.timestamp())
        )
        with reading(self._engine) as connection:
            return {row.platform: row.until for row in connection.execute(query)}

    def add(self, row: DebugRow) -> None:
        """Keeps `row`; the oldest entries of its platform beyond MOST_ENTRIES make room."""
        mine = (_entry.c.institution == self._institution) & (_entry.c.platform == row.platform)
        kept = select(_entry.c.seq).where(mine).order_by(_entry.c.seq.desc()).limit(MOST_ENTRIES)
        with writing(self._engine) as connection:
            connection.execute(insert(_entry).values(institution=self._institution, **msgspec.structs.asdict(row)))
            connection.execute(delete(_entry).where(mine, _entry.c.seq.not_in(kept)))

    def forget(self, now: datetime) -> int:
        """Deletes the entries that are over, and returns how many they were."""
        over = _entry.c.at <= int(now.timestamp()) - KEPT_SECONDS
        with writing(self._engine) as connection:
            gone = connection.execute(delete(_entry).where(_entry.c.institution == self._institution, over))
            return gone.rowcount

    def entries(self, platform: str, now: datetime) -> list[DebugRow]:
        """The entries of `platform` that are not over at `now`, the newest first."""
        return self._select(now, _entry.c.platform == platform)

    def entry(self, entry_id: str, now: datetime) -> DebugRow | None:
        """The entry `entry_id`, unless it is over."""
        return next(iter(self._select(now, _entry.c.id == entry_id)), None)

    def _select(self, now: datetime, which: ColumnElement[bool]) -> list[DebugRow]:
        fresh = _entry.c.at > int(now.timestamp()) - KEPT_SECONDS
        query = select(*(_entry.c[name] for name in _FIELDS)).where(_entry.c.institution == self._institution)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(fresh, which).order_by(_entry.c.seq.desc()))
            return [DebugRow(**dict(zip(_FIELDS, row, strict=True))) for row in rows]
