"""Who refers to a statement: the statements whose object is a StatementRef to it (xAPI 1.0.3 Data 2.4.4.3)."""

from typing import NamedTuple

from sqlalchemy import Engine, text

from xapi.database import reading
from xapi.lrs.store.rows import StoredStatement
from xapi.lrs.store.times import uuid_text

_REFERRING = """
SELECT s.seq, s.id, s.stored, s.source, s.body, s.voided, s.voids FROM statement s
JOIN institution i ON i.number = +s.institution
WHERE s.target = :target AND i.institution = :institution AND s.seq < :before
ORDER BY s.seq DESC LIMIT :limit"""
_VOIDING = """
SELECT s.id FROM statement s JOIN institution i ON i.number = +s.institution
WHERE s.target = :target AND i.institution = :institution AND s.voids = 1
ORDER BY s.seq LIMIT 1"""
_NEWEST = 2**62


class Reference(NamedTuple):
    """A statement that refers to another, with whether it is voided and whether it voids."""

    statement: StoredStatement
    voided: bool
    voids: bool


class References:
    """The references among the statements in the database of `engine` (migrated as "xapi.lrs")."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def to(self, institution: str, target: bytes, *, before: int | None = None, limit: int = 20) -> list[Reference]:
        """At most `limit` statements of `institution` that refer to the one with the id `target` (16 bytes) directly.

        The newest first; `before` is the seq that they must be older than.
        """
        values = {"target": target, "institution": institution, "before": before or _NEWEST, "limit": limit}
        with reading(self._engine) as connection:
            rows = connection.execute(text(_REFERRING), values).all()
        return [
            Reference(
                StoredStatement(row.seq, bytes(row.id), row.stored, row.source, bytes(row.body)),
                bool(row.voided),
                bool(row.voids),
            )
            for row in rows
        ]

    def voiding(self, institution: str, target: bytes) -> str | None:
        """The id of the statement that voided the one with the id `target` first, or None (Data 2.3.2)."""
        with reading(self._engine) as connection:
            found = connection.execute(text(_VOIDING), {"target": target, "institution": institution}).scalar()
        return None if found is None else uuid_text(bytes(found))
