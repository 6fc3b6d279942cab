"""Who fetched our key set, and when last: the proof that a platform can reach us."""

import threading
from contextlib import suppress
from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, String, Table, delete, select

from xapi.database import DRIVER_ERRORS, insert_into, reading, writing
from xapi.errors import DatabaseError

#: The key set is public: strangers fetch it too, so the list is short and rarely written.
MOST_ADDRESSES = 200
PAUSE_SECONDS = 300
_fetch = Table(
    "lti_jwks_fetch",
    MetaData(),
    Column("institution", String(32), primary_key=True),
    Column("address", String(45), primary_key=True),
    Column("at", BigInteger, nullable=False),
)


class Fetch(msgspec.Struct, frozen=True):
    """The key set went to the IP `address`, last at the Unix second `at`."""

    address: str
    at: int


class FetchStore:
    """Fetches of the key set of one institution."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution
        self._noted: dict[str, int] = {}
        self._lock = threading.Lock()

    def note(self, address: str, now: datetime) -> None:
        """Remembers that `address` fetched the key set; the database hears of an address once in PAUSE_SECONDS."""
        second = int(now.timestamp())
        with self._lock:
            if second - self._noted.get(address, 0) < PAUSE_SECONDS:
                return
            if len(self._noted) >= MOST_ADDRESSES:
                self._noted.clear()
            self._noted[address] = second
        with suppress(DatabaseError, *DRIVER_ERRORS):  # no reason to refuse the key set
            self._write(address, second)

    def _write(self, address: str, second: int) -> None:
        row = {"institution": self._institution, "address": address[:45], "at": second}
        with writing(self._engine) as connection:
            written = insert_into(connection, _fetch).values(row)
            connection.execute(
                written.on_conflict_do_update(index_elements=["institution", "address"], set_={"at": second})
            )
            self._make_room(connection)

    def _make_room(self, connection: Connection) -> None:
        ours = _fetch.c.institution == self._institution
        kept = select(_fetch.c.address).where(ours).order_by(_fetch.c.at.desc(), _fetch.c.address).limit(MOST_ADDRESSES)
        connection.execute(delete(_fetch).where(ours, _fetch.c.address.not_in(kept)))

    def list(self) -> list[Fetch]:
        """All that is remembered, the newest first."""
        query = select(_fetch.c.address, _fetch.c.at).where(_fetch.c.institution == self._institution)
        with reading(self._engine) as connection:
            return [Fetch(*row) for row in connection.execute(query.order_by(_fetch.c.at.desc()))]
