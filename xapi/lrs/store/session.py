"""The port between the statement store and its databases: prebuilt SQL with `?` marks, rows in bulk, one writer.

On this path a query builder for each row would cost more than the row, so SQL is plain text that SQLite and PostgreSQL
both understand; what they do differently is behind the methods of `Session` and `Sessions`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
Row = tuple[Any, ...]


class Shape(NamedTuple):
    """A table to insert into: its name, its columns, and PostgreSQL's types of them."""

    table: str
    columns: tuple[str, ...]
    types: tuple[str, ...]


class Session(Protocol):
    """One connection, inside or outside a transaction."""

    def all(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a query."""
        ...

    def one(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first row of a query, or None."""
        ...

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        """Runs a statement that gives no rows."""
        ...

    def insert(self, shape: Shape, rows: Sequence[Row]) -> None:
        """Inserts `rows` in as few steps as the database allows."""
        ...

    def any_of(self, column: str, values: Sequence[object]) -> tuple[str, tuple[object, ...]]:
        """A condition that `column` is one of `values` (at most AT_ONCE), and what its marks stand for."""
        ...

    def keep(self) -> AbstractContextManager[None]:
        """A part of a write transaction that an error takes back alone (a savepoint)."""
        ...


class Sessions(Protocol):
    """The connections of one store."""

    def peek(self) -> AbstractContextManager[Session]:
        """A session for single queries; each sees the newest committed state."""
        ...

    def snapshot(self) -> AbstractContextManager[Session]:
        """A session in which all queries see one moment."""
        ...

    def write(self, *, wait: bool = True) -> AbstractContextManager[Session]:
        """The transaction of the only writer of the store, in whatever process; committed to disk when it ends.

        Raises Busy when there is another and this one should not `wait`.
        """
        ...

    def nobody_writes(self) -> bool:
        """Whether no write of statements is under way in any process; False when it cannot be told at once."""
        ...


AT_ONCE = 500
"""How many values a query compares with at the most."""


def chunks(values: Iterable[T], size: int = AT_ONCE) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some
