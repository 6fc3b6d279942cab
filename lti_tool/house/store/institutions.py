"""Keeps the institutions of an installation."""

from datetime import datetime

from sqlalchemy import Engine, Row, insert, select, update

from lti_tool.house.model import Institution
from lti_tool.house.store.tables import INSTITUTION, instant, moment
from xapi.database import reading, writing


class InstitutionStore:
    """All institutions; this is the one store that belongs to none of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ensure(self, *, id: str, slug: str, name: str, time_zone: str, now: datetime) -> Institution:
        """The institution with this slug, made with the given id when there is none yet.

        Name and time zone are those given: the settings decide, also after the first run, for the audit's rules take
        the time zone from there too and an institution has one calendar.
        """
        here, said = INSTITUTION.c.slug == slug, {"name": name, "time_zone": time_zone}
        with writing(self._engine) as connection:
            row = connection.execute(select(INSTITUTION).where(here)).first()
            if row is None:
                values = {"id": id, "slug": slug, "created": instant(now), **said}
                connection.execute(insert(INSTITUTION).values(values))
            elif (row.name, row.time_zone) != (name, time_zone):
                connection.execute(update(INSTITUTION).where(here).values(said))
            return _institution(connection.execute(select(INSTITUTION).where(here)).one())

    def list(self) -> list[Institution]:
        """All institutions, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(INSTITUTION).order_by(INSTITUTION.c.created, INSTITUTION.c.id)).all()
        return [_institution(row) for row in rows]


def _institution(row: Row) -> Institution:
    return Institution(id=row.id, slug=row.slug, name=row.name, time_zone=row.time_zone, created=moment(row.created))
