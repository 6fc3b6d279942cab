"""Lists that the database itself searches, narrows, sorts and cuts into pages, whatever number of rows they have."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, Select, String, Text, func, or_, select
from sqlalchemy.sql import ColumnElement

from xapi.alphabet_database import Alphabetical
from xapi.database import reading

_AT_ONCE = 500  # rows fetched from the database at a time


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a list: rows in which every one of `words` stands, with these values (`only`), in this order.

    `sort` is a name that the list sorts by, empty for its own order. Without a `limit` all rows come.
    """

    words: Sequence[str] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    descending: bool = False
    limit: int | None = None
    offset: int = 0


def columns_of(texts: Sequence[str], numbers: Sequence[str]) -> list[Column[Any]]:
    """The columns of a query that is written as text, by their types."""
    return [*(Column(name, Text) for name in texts), *(Column(name, BigInteger) for name in numbers)]


class SqlList:
    """The rows of `query` in the database of `engine`.

    The texts of `searched` are looked through for words, any column may be narrowed to a value and sorted by. Without a
    sort, and among equals, the columns of `newest` decide, which together are unique: the highest value comes first.
    `read` makes of a row what callers get.
    """

    def __init__(
        self,
        engine: Engine,
        query: Select[Any],
        *,
        searched: Sequence[str],
        newest: Sequence[str],
        read: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict,
    ) -> None:
        self._engine = engine
        self._rows = query.subquery("listed")
        self._searched = searched
        self._newest = newest
        self._read = read

    def count(self, wanted: Wanted) -> int:
        """How many rows fit, on all pages together."""
        query = self._narrowed(select(func.count()).select_from(self._rows), wanted)
        with reading(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def rows(self, wanted: Wanted) -> Iterator[Mapping[str, Any]]:
        """The rows that fit, of one moment; few are held at a time, so that a file of all of them may be written."""
        query = self._narrowed(select(self._rows), wanted).order_by(*self._order(wanted))
        query = query.limit(wanted.limit).offset(wanted.offset or None)
        with reading(self._engine) as connection:
            found = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            yield from (self._read(dict(row)) for row in found.mappings())

    def _narrowed(self, query: Select[Any], wanted: Wanted) -> Select[Any]:
        columns = self._rows.c
        for word in wanted.words:
            query = query.where(or_(*(columns[name].icontains(word, autoescape=True) for name in self._searched)))
        return query.where(*(columns[name] == value for name, value in wanted.only.items()))

    def _order(self, wanted: Wanted) -> list[ColumnElement[Any]]:
        """Texts in the order of the alphabet, what is missing last, and the newest first among equals."""
        newest: list[ColumnElement[Any]] = [self._rows.c[name].desc() for name in self._newest]
        column = self._rows.c.get(wanted.sort)
        if column is None:
            return newest
        value: ColumnElement[Any] = Alphabetical(column) if isinstance(column.type, String) else column
        missing = or_(column.is_(None), column == "") if isinstance(column.type, String) else column.is_(None)
        return [missing, value.desc() if wanted.descending else value.asc(), *newest]
