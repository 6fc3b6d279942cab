"""What launches tell of a platform: where a roster of it can be read, and how far its clock is ahead of ours."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Engine, case, select

from lti_tool.store.tables import OBSERVED
from xapi.database import insert_into, reading, writing


class Observed(msgspec.Struct, frozen=True):
    """One platform as it was seen at the Unix second `at`: the address of a roster (empty when it gave none), and by
    how many seconds its clock is `ahead` of ours, less than 0 when it is behind."""

    roster: str
    ahead: int
    at: int


class ObservedStore:
    """One row for each platform of an institution; nothing in it is about a person."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def note(self, platform: str, ahead: int, now: datetime, *, roster: str = "") -> None:
        """Puts what was seen now in the place of what was seen before; an empty `roster` leaves the known one."""
        values: Mapping[str, object] = {
            "institution": self._institution,
            "platform": platform,
            "roster": roster,
            "ahead": ahead,
            "at": int(now.timestamp()),
        }
        with writing(self._engine) as connection:
            insert = insert_into(connection, OBSERVED).values(**values)
            kept = case((insert.excluded.roster == "", OBSERVED.c.roster), else_=insert.excluded.roster)
            changed = {"roster": kept, "ahead": insert.excluded.ahead, "at": insert.excluded.at}
            connection.execute(insert.on_conflict_do_update(index_elements=["institution", "platform"], set_=changed))

    def all(self) -> dict[str, Observed]:
        """What is known, by the platform's id."""
        columns = OBSERVED.c
        query = select(columns.platform, columns.roster, columns.ahead, columns.at)
        with reading(self._engine) as connection:
            rows = connection.execute(query.where(columns.institution == self._institution))
            return {row.platform: Observed(row.roster, row.ahead, row.at) for row in rows}

    def of(self, platform: str) -> Observed | None:
        """What is known of `platform`."""
        return self.all().get(platform)
