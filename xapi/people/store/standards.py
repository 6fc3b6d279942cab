"""Keeps the job standards of an institution: one file's lines at a time, in the place of those before."""

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select

from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import reading, writing
from xapi.people.standards import StandardLine, Standards
from xapi.people.store.tables import job_standard

_FIELDS = ("position", "standard", "code", "title", "level")


class StandardStore:
    """The job standards of `institution`."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def replace(self, standards: Standards, now: datetime) -> None:
        """Puts the lines of `standards` in the place of all that were kept; in one transaction."""
        here = {"institution": self._institution, "source": standards.source, "imported": to_milliseconds(now)}
        rows = [
            {**here, "place": place, **{name: getattr(line, name) for name in _FIELDS}}
            for place, line in enumerate(standards.lines)
        ]
        with writing(self._engine) as connection:
            connection.execute(delete(job_standard).where(job_standard.c.institution == self._institution))
            if rows:
                connection.execute(insert(job_standard), rows)

    def lines(self) -> list[StandardLine]:
        """All lines, as they stood in their file."""
        query = select(job_standard).where(job_standard.c.institution == self._institution)
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(job_standard.c.place)).all()
        return [StandardLine(**{name: getattr(row, name) for name in _FIELDS}) for row in rows]

    def origin(self) -> tuple[str, datetime] | None:
        """Where the lines come from, as whoever brought them said, and when that was; None when there are none."""
        columns = (job_standard.c.source, job_standard.c.imported)
        query = select(*columns).where(job_standard.c.institution == self._institution).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return (row.source, from_milliseconds(row.imported)) if row is not None else None
