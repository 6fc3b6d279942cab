"""Keeps the institutions of an installation."""

from datetime import datetime

from sqlalchemy import Engine, Row, insert, select

from lti_tool.house.model import Institution
from lti_tool.house.store.tables import INSTITUTION, instant, moment
from xapi.database import reading, writing


class InstitutionStore:
    """All institutions; this is the one store that belongs to none of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ensure(self, *, id: str, slug: str, name: str, time_zone: str, now: datetime) -> Institution:
        """The institution with this slug, made with the given id when there is none yet."""
        with writing(self._engine) as connection:
            row = connection.execute(select(INSTITUTION).where(INSTITUTION.c.slug == slug)).first()
            if row is None:
                values = {"id": id, "slug": slug, "name": name, "time_zone": time_zone, "created": instant(now)}
                connection.execute(insert(INSTITUTION).values(values))
                row = connection.execute(select(INSTITUTION).where(INSTITUTION.c.slug == slug)).one()
        return _institution(row)

    def list(self) -> list[Institution]:
        """All institutions, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(INSTITUTION).order_by(INSTITUTION.c.created)).all()
        return [_institution(row) for row in rows]


def _institution(row: Row) -> Institution:
    return Institution(id=row.id, slug=row.slug, name=row.name, time_zone=row.time_zone, created=moment(row.created))
