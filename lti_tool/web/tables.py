"""Tables that sort, search and page on the server by query parameters."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from flask import request

from lti_tool.web.addresses import this_page

Kind = Literal["text", "jp", "count", "day", "time", "percent", "badge", "own"]
ROWS = 50
RIGHT = ("jp", "count", "percent")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` of the value in a row, its heading, how a value is written, and whether it sorts.

    `own` leaves the cell to the page. The first column heads the row. `link` makes an address of a row.
    """

    key: str
    label: str
    kind: Kind = "text"
    sorts: bool = True
    link: Callable[[Mapping[str, Any]], str | None] | None = None

    @property
    def right(self) -> bool:
        """Whether the column holds numbers."""
        return self.kind in RIGHT


@dataclass(frozen=True, slots=True)
class TableView:
    """One page of a table, ready for the macro `table`."""

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    total: int
    page: int
    pages: int
    sort: str
    descending: bool
    caption: str = ""
    totals: Mapping[str, Any] | None = None

    def address(self, **changes: object) -> str:
        """The address of this page with some query parameters changed (None takes one away)."""
        return this_page(**changes)

    def sort_address(self, column: Column) -> str:
        """The address that sorts by `column`, or turns its order round."""
        turned = column.key == self.sort and not self.descending
        return self.address(urut=("-" if turned else "") + column.key, hal=None)

    def order_of(self, column: Column) -> str | None:
        """The value of `aria-sort` for `column`."""
        if column.key != self.sort:
            return None
        return "descending" if self.descending else "ascending"


def build_table(
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    *,
    sort: str = "",
    caption: str = "",
    size: int = ROWS,
    totals: Mapping[str, Any] | None = None,
) -> TableView:
    """The page of `rows` that the query asks for: `urut` (a column, with `-` for descending) and `hal` (from 1).

    `sort` is the order without a query, written like `urut`; empty keeps the order of `rows`.
    """
    sortable = {column.key for column in columns if column.sorts}
    wanted = request.args.get("urut", sort)
    key, descending = wanted.removeprefix("-"), wanted.startswith("-")
    if key not in sortable:
        key, descending = "", False
    ordered = _ordered(rows, key, descending) if key else list(rows)
    page, pages = chosen_part(len(ordered), size)
    shown = ordered[(page - 1) * size : page * size]
    return TableView(columns, shown, len(ordered), page, pages, key, descending, caption, totals)


def chosen_part(total: int, size: int = ROWS) -> tuple[int, int]:
    """The page of a table of `total` rows that the query asks for (`hal`), and how many pages there are."""
    pages = max(1, -(-total // size))
    return min(max(1, request.args.get("hal", 1, type=int)), pages), pages


def _ordered(rows: Sequence[Mapping[str, Any]], key: str, descending: bool) -> list[Mapping[str, Any]]:
    """Sorts values of one kind, texts without regard to case, and what is missing always last."""
    present = [row for row in rows if row.get(key) not in (None, "")]
    missing = [row for row in rows if row.get(key) in (None, "")]
    fold = lambda value: value.casefold() if isinstance(value, str) else value  # noqa: E731
    return sorted(present, key=lambda row: fold(row[key]), reverse=descending) + missing


def search(rows: Sequence[Mapping[str, Any]], text: str, *keys: str) -> list[Mapping[str, Any]]:
    """The rows in which every word of `text` stands in one of `keys`."""
    words = text.casefold().split()
    return [row for row in rows if all(any(word in str(row.get(key, "")).casefold() for key in keys) for word in words)]
