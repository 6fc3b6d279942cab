"""Lists that sort, search, narrow and page on the server, by parameters of the address: plain links, and one form."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, Protocol

from flask import request

from lti_tool.web.addresses import this_page
from xapi.alphabet import alphabetical
from xapi.list_database import Wanted

Kind = Literal["text", "nip", "jp", "count", "day", "time", "percent", "badge", "own"]
Row = Mapping[str, Any]
#: Makes of the rows of a page what is shown; what costs time is looked up for these alone.
Fill = Callable[[Sequence[Row]], Sequence[Row]]
ROWS = 50
#: A list of so few rows is looked over at a glance: it gets no form to search it.
FEW = 10
LONGEST = 100  # characters of a search
RIGHT = ("jp", "count", "percent")
SEARCH, ORDER, PAGE, FILE = "cari", "urut", "hal", "berkas"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` of the value in a row, its heading, how a value is written, and whether it sorts.

    `own` leaves the cell to the page; in a file it stands only when `in_file` says that the rows have a text for it.
    The first column heads the row. `link` makes an address of a row. `below` is the key of a value that stands small
    under it; the column of that one is `hidden` on the page and has its place in the file.
    """

    key: str
    label: str
    kind: Kind = "text"
    sorts: bool = True
    link: Callable[[Row], str | None] | None = None
    in_file: bool = False
    below: str = ""
    hidden: bool = False

    @property
    def right(self) -> bool:
        """Whether the column holds numbers."""
        return self.kind in RIGHT


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: rows whose `key` has the chosen one of `options` (value, words); `name` stands in the address."""

    name: str
    label: str
    key: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What readers can do with a list besides sorting it: search the texts of `searched`, narrow it by `choices`, and
    take it away as a CSV file named `file`. `filters` says that the page has a form of its own, and whether it narrows
    the list now."""

    file: str = ""
    searched: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    filters: bool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters of the form."""
        return (*([SEARCH] if self.searched else []), *(choice.name for choice in self.choices))


NO_TOOLS = Tools()


@dataclass(frozen=True, slots=True)
class TableView:
    """One page of a table, ready for the macro `table`.

    `total` is how many rows the list has without the filter, `found` how many with it; `every` gives all of these, for
    a file. `wanted` is what is searched for.
    """

    columns: Sequence[Column]
    rows: Sequence[Row]
    total: int
    page: int = 1
    pages: int = 1
    sort: str = ""
    descending: bool = False
    caption: str = ""
    totals: Row | None = None
    tools: Tools = NO_TOOLS
    found: int = 0
    every: Callable[[], Iterable[Row]] = field(default=list, repr=False)

    @property
    def shown(self) -> list[Column]:
        """The columns that the page has."""
        return [column for column in self.columns if not column.hidden]

    def address(self, **changes: object) -> str:
        """The address of this page with some query parameters changed (None takes one away)."""
        return this_page(**changes)

    def sort_address(self, column: Column) -> str:
        """The address that sorts by `column`, or turns its order round."""
        turned = column.key == self.sort and not self.descending
        return self.address(**{ORDER: ("-" if turned else "") + column.key, PAGE: None})

    def order_of(self, column: Column) -> str | None:
        """The value of `aria-sort` for `column`."""
        if column.key != self.sort:
            return None
        return "descending" if self.descending else "ascending"

    @property
    def wanted(self) -> str:
        """What is searched for."""
        return _text(SEARCH) if self.tools.searched else ""

    def chosen(self, choice: Choice) -> str:
        """What `choice` narrows the list to, empty for nothing."""
        return chosen_value(choice)

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter is on, of the table or of its page."""
        return bool(self.tools.filters or self.wanted or any(map(chosen_value, self.tools.choices)))

    @property
    def has_form(self) -> bool:
        """Whether there is a form above the table."""
        return bool(self.tools.names) and (self.total > FEW or self.is_narrowed)

    @property
    def order(self) -> str:
        """The order as it stands in an address."""
        return ("-" if self.descending else "") + self.sort

    def whole_address(self) -> str:
        """The address of the list without a filter."""
        return self.address(**dict.fromkeys((*self.tools.names, PAGE)))

    def file_address(self) -> str:
        """The address of the rows that are found as a file."""
        return self.address(**{FILE: "csv", PAGE: None})

    def kept(self) -> list[tuple[str, str]]:
        """The parameters of the address that the form does not ask for itself."""
        asked = {*self.tools.names, ORDER, PAGE, FILE, "lang"}
        return [(name, value) for name, value in request.args.items() if name not in asked]


class Source(Protocol):
    """A list in a database, as `SqlList`."""

    def count(self, wanted: Wanted) -> int:
        """How many rows fit."""
        ...

    def rows(self, wanted: Wanted) -> Iterator[Row]:
        """The rows that fit."""
        ...


def build_table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    sort: str = "",
    caption: str = "",
    size: int = ROWS,
    totals: Row | None = None,
    tools: Tools = NO_TOOLS,
    fill: Fill = tuple,
) -> TableView:
    """The page of `rows` that the query asks for: `urut` (a column, with `-` for descending) and `hal` (from 1).

    `sort` is the order without a query, written like `urut`; empty keeps the order of `rows`. With `tools` also what is
    searched for (`cari`) and the choices. Rows with what is filled in later are sorted and searched without it.
    """
    key, descending = chosen_order(columns, sort)
    fitting = search(_narrowed(rows, tools), _text(SEARCH), *tools.searched) if tools.searched else _narrowed(
        rows, tools
    )  # fmt: skip
    ordered = _ordered(fitting, key, descending) if key else list(fitting)
    page, pages = chosen_part(len(ordered), size)
    shown = fill(ordered[(page - 1) * size : page * size])
    return TableView(
        columns, shown, len(rows), page, pages, key, descending, caption, totals, tools, len(ordered),
        lambda: _filled(iter(ordered), fill),
    )  # fmt: skip


def sql_table(
    columns: Sequence[Column], source: Source, *, sort: str, tools: Tools, fill: Fill = tuple
) -> TableView:  # fmt: skip
    """As `build_table`, of a list in a database, which alone searches, sorts and cuts: only one page comes from it."""
    key, descending = chosen_order(columns, sort)
    words = tuple(_text(SEARCH).split()) if tools.searched else ()
    only = {choice.key: value for choice in tools.choices if (value := chosen_value(choice))}
    narrowed = Wanted(words, only)
    found = source.count(narrowed)
    total = source.count(Wanted()) if words or only else found
    page, pages = chosen_part(found)
    part = Wanted(words, only, key, descending, ROWS, (page - 1) * ROWS)
    every = Wanted(words, only, key, descending)
    return TableView(
        columns, fill(list(source.rows(part))), total, page, pages, key, descending, tools=tools, found=found,
        every=lambda: _filled(source.rows(every), fill),
    )  # fmt: skip


def plain_table(columns: Sequence[Column], rows: Sequence[Row], caption: str = "") -> TableView:
    """A short table that is always shown whole, in the order of `rows`."""
    return TableView(columns, rows, len(rows), caption=caption, found=len(rows))


def chosen_order(columns: Sequence[Column], sort: str) -> tuple[str, bool]:
    """The column that the query sorts by (`urut`) and whether from high to low; `sort` without one that sorts."""
    sortable = {column.key for column in columns if column.sorts}
    for wanted in (request.args.get(ORDER, ""), sort):
        if wanted.removeprefix("-") in sortable:
            return wanted.removeprefix("-"), wanted.startswith("-")
    return "", False


def chosen_part(total: int, size: int = ROWS) -> tuple[int, int]:
    """The page of a table of `total` rows that the query asks for (`hal`), and how many pages there are."""
    pages = max(1, -(-total // size))
    return min(max(1, request.args.get(PAGE, 1, type=int)), pages), pages


def chosen_value(choice: Choice) -> str:
    """The option of `choice` that the query has, empty for none of them."""
    value = request.args.get(choice.name, "")
    return value if any(value == option for option, _words in choice.options) else ""


def _text(name: str) -> str:
    """A text of the query; without NUL, which PostgreSQL takes in no text."""
    return request.args.get(name, "").replace("\0", "")[:LONGEST]


def _narrowed(rows: Sequence[Row], tools: Tools) -> Sequence[Row]:
    for choice in tools.choices:
        if value := chosen_value(choice):
            rows = [row for row in rows if row.get(choice.key) == value]
    return rows


def _filled(rows: Iterator[Row], fill: Fill) -> Iterator[Row]:
    """All rows, filled in page by page."""
    while part := list(islice(rows, ROWS * 10)):
        yield from fill(part)


def _ordered(rows: Sequence[Row], key: str, descending: bool) -> list[Row]:
    """Sorts values of one kind, texts in the order of the alphabet, and what is missing always last."""
    present = [row for row in rows if row.get(key) not in (None, "")]
    missing = [row for row in rows if row.get(key) in (None, "")]
    fold = lambda value: alphabetical(value) if isinstance(value, str) else value  # noqa: E731
    return sorted(present, key=lambda row: fold(row[key]), reverse=descending) + missing


def search(rows: Sequence[Row], text: str, *keys: str) -> list[Row]:
    """The rows in which every word of `text` stands in one of `keys`."""
    words = text.casefold().split()
    return [row for row in rows if all(any(word in str(row.get(key, "")).casefold() for key in keys) for word in words)]
