"""Statements in SQLite: atomic batches in, by id and in order out."""

from sqlalchemy import Engine

from xapi.database import reading
from xapi.lrs.store.rows import StoredStatement
from xapi.lrs.store.times import text_of_micros, uuid_text


class StatementStore:
    """The statements of all institutions in one database; migrate it first with `migrate(engine, "xapi.lrs")`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def after(self, institution: str, seq: int, limit: int) -> list[StoredStatement]:
        """The statements of `institution` stored after `seq` (0 is the beginning), at most `limit`, in order of seq.

        Voided statements are among them, and so are the statements that void: a projector sees what happened, in order.
        """
        with reading(self.engine) as connection:
            rows = connection.exec_driver_sql(_AFTER, (institution, seq, limit))
            return [StoredStatement(row[0], uuid_text(row[1]), text_of_micros(row[2]), row[3], row[4]) for row in rows]


_AFTER = (
    "SELECT seq, id, stored, source, body FROM statement"
    " WHERE institution = (SELECT number FROM institution WHERE institution = ?) AND seq > ? ORDER BY seq LIMIT ?"
)
