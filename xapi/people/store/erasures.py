"""What was erased by law: which pseudonyms are nobody's any more, and the marks of their statements."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, Select, select

from xapi.clock import from_milliseconds, to_milliseconds
from xapi.database import insert_into, reading
from xapi.people.store.tables import erased_statement, erasure, subject_log
from xapi.people.subject import Erasure, mark_of_statement

_BATCH = 1000
_SOON = 32 * 24 * 60 * 60 * 1000  # milliseconds
#: Lines of the record of processing after which statements or people are gone.
ERASING = ("erase", "retention", "restore")


class ErasureLog:
    """The log of erasures of `institution`, by which an audit tells what was erased by law from what was removed."""

    def __init__(self, engine: Engine, institution: str) -> None:
        self._engine = engine
        self._institution = institution

    def statement(self, statement_id: str) -> date | None:
        """The day (UTC) on which the statement, or the person it is about, was erased; None when neither was."""
        mine = (erased_statement.c.institution == self._institution,
                erased_statement.c.mark == mark_of_statement(statement_id))  # fmt: skip
        return self._day(select(erased_statement.c.erased).where(*mine))

    def person(self, person: str) -> date | None:
        """The day (UTC) on which the pseudonym `person` became nobody's; None when it did not."""
        mine = (erasure.c.institution == self._institution, erasure.c.person == person)
        return self._day(select(erasure.c.erased).where(*mine))

    def is_recorded(self, day: date) -> bool:
        """Whether the record of processing tells of an erasure on that day (UTC) or in the month after it.

        A mark is made before anything is deleted, the line when all is done; an interrupted erasure is called again.
        """
        begin = to_milliseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))
        query = select(subject_log.c.seq).where(
            subject_log.c.institution == self._institution,
            subject_log.c.action.in_(ERASING),
            subject_log.c.at.between(begin, begin + _SOON),
        )
        with reading(self._engine) as connection:
            return connection.execute(query.limit(1)).first() is not None

    def all(self) -> list[Erasure]:
        """Every erasure, the oldest first."""
        with reading(self._engine) as connection:
            return erasures_in(connection, self._institution)

    def _day(self, query: Select) -> date | None:
        with reading(self._engine) as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else from_milliseconds(found).astimezone(UTC).date()


def erasures_in(connection: Connection, institution: str | None = None) -> list[Erasure]:
    """The erasure log, of all institutions without `institution`, the oldest first."""
    query = select(erasure).order_by(erasure.c.erased, erasure.c.person)
    if institution is not None:
        query = query.where(erasure.c.institution == institution)
    return [
        Erasure(row.institution, row.person, from_milliseconds(row.erased), row.basis, row.decided_by)
        for row in connection.execute(query)
    ]


def remember_erasures(connection: Connection, one: Erasure, pseudonyms: Sequence[str]) -> None:
    """Writes the erasure of each of a person's pseudonyms to the log."""
    values = {"erased": to_milliseconds(one.erased), "basis": one.basis, "decided_by": one.decided_by}
    rows = [{"institution": one.institution, "person": each, **values} for each in pseudonyms]
    connection.execute(insert_into(connection, erasure).on_conflict_do_nothing(), rows)


def add_marks(connection: Connection, institution: str, statements: Iterable[str], now: datetime) -> None:
    """Keeps the marks of erased statements; of one that is marked the first day stays."""
    wanted = insert_into(connection, erased_statement).on_conflict_do_nothing()
    rows: list[dict[str, object]] = []
    for statement_id in statements:
        mark = mark_of_statement(statement_id)
        rows.append({"institution": institution, "mark": mark, "erased": to_milliseconds(now)})
        if len(rows) == _BATCH:
            connection.execute(wanted, rows)
            rows.clear()
    if rows:
        connection.execute(wanted, rows)
