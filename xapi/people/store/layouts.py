"""Remembers how an institution's tables are laid out, by their headers."""

from datetime import datetime

from sqlalchemy import Engine, delete, select

from xapi.clock import to_milliseconds
from xapi.database import insert_into, reading, writing
from xapi.people.store.tables import roster_layout
from xapi.sheet_layout import Layout, decode_layout, encode_layout


class LayoutStore:
    """The layouts that `institution` has confirmed."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def find(self, mark: str) -> Layout | None:
        """The layout that was confirmed for a file with these headers (see `mark_of`)."""
        query = select(roster_layout.c.layout).where(
            roster_layout.c.institution == self._institution, roster_layout.c.mark == mark
        )
        with reading(self._engine) as connection:
            found = connection.execute(query).scalar_one_or_none()
        return decode_layout(found) if found else None

    def remember(self, mark: str, layout: Layout, now: datetime) -> None:
        """Keeps the layout for the next file with these headers."""
        kept = {"layout": encode_layout(layout), "confirmed": to_milliseconds(now)}
        with writing(self._engine) as connection:
            wanted = insert_into(connection, roster_layout).values(institution=self._institution, mark=mark, **kept)
            connection.execute(wanted.on_conflict_do_update(index_elements=["institution", "mark"], set_=kept))

    def forget(self) -> int:
        """Forgets all layouts; returns how many there were."""
        with writing(self._engine) as connection:
            here = roster_layout.c.institution == self._institution
            return connection.execute(delete(roster_layout).where(here)).rowcount
