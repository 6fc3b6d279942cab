"""Which column of a table is what: by the names we know, by what a person chose, or by what was remembered."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from xapi.identity import mask_nips_in
from xapi.sheet import Head, plain_name, text_of
from xapi.sheet_cells import Cell, Formula, SheetError
from xapi.sheet_tables import Line

LEAST_HEADERS = 2  # a row with fewer texts is a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a kind of table can say, by field: the `names` that offices give a column, the best first, and its `titles`
    as people read them. `required` fields must be there, `settable` ones may be the same for a whole file. `kind` keeps
    what is remembered of one kind of table from another's.
    """

    names: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    required: tuple[str, ...]
    settable: tuple[str, ...]
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is to be read: the header of the column of a field (`columns`), and what holds for every row of a
    file that has no column for it (`fixed`)."""

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)

    def over(self, other: "Layout") -> "Layout":
        """`other`, with what this one says instead."""
        columns = {name: head for name, head in other.columns.items() if name not in self.fixed}
        fixed = {name: value for name, value in other.fixed.items() if name not in self.columns}
        return Layout(columns | dict(self.columns), fixed | dict(self.fixed))


def read_pairs(texts: Sequence[str], known: Sequence[str], titles: Mapping[str, str]) -> dict[str, str]:
    """What `FIELD=VALUE` say, by field; one of `known`, by its own name or its title. Raises SheetError otherwise."""
    by_title = {plain_name(name): one for one in known for name in (one, titles[one])}
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        one = by_title.get(plain_name(name))
        if not equals or one is None or not value.strip():
            raise SheetError("sheet.layout", "not FIELD=VALUE", text=mask_nips_in(name)[:40], known=", ".join(known))
        found[one] = value.strip()
    return found


def find_head(lines: Sequence[Line], layout: Layout, known: Known) -> Head:
    """The header among the first `lines` of a table: the row that names most, by `layout` and by the names we know.

    A header may take two rows, groups above and columns below. Of several columns that could be the same field, the
    name that stands first wins. Raises SheetError when a header that the layout names, or the best of a required
    field, stands twice.
    """
    best = Head(0, {}, tuple(known.titles[name] for name in known.required if name not in layout.fixed))
    for index, names in _candidates(lines):
        heads = {at: [plain_name(name) for name in texts] for at, texts in names.items()}
        if len(heads) < LEAST_HEADERS or (best.fields and len(heads) < len(best.fields)):
            continue
        fields = _fields(heads, layout, known)
        missing = _missing(fields, layout, known)
        if (len(missing), -len(fields)) < (len(best.missing), -len(best.fields)):
            best = Head(index, fields, missing, {at: texts[0] for at, texts in names.items()})
    return best


def _candidates(lines: Sequence[Line]) -> Iterator[tuple[int, dict[int, tuple[str, ...]]]]:
    """Rows that may be the header, and what each column may be called there: each row alone, and with the row above."""
    above: Sequence[Cell] = ()
    for index, (_number, cells) in enumerate(lines):
        alone: dict[int, tuple[str, ...]] = {at: (str(cell),) for at, cell in enumerate(cells) if _is_name(cell)}
        yield index, alone
        if above and alone:
            yield index, _together(above, cells)
        above = cells


def _is_name(cell: Cell) -> bool:
    return isinstance(cell, str) and not isinstance(cell, Formula) and plain_name(cell) != ""


def _together(above: Sequence[Cell], below: Sequence[Cell]) -> dict[int, tuple[str, ...]]:
    """Columns under groups: `Tanggal` over `Mulai` is "Tanggal Mulai", else "Mulai"; a group holds until the next."""
    found: dict[int, tuple[str, ...]] = {}
    group = ""
    for at in range(max(len(above), len(below))):
        over = above[at] if at < len(above) else None
        under = below[at] if at < len(below) else None
        group = str(over) if _is_name(over) else group
        if not _is_name(under):
            found |= {at: (str(over),)} if _is_name(over) else {}
        elif not group or str(under) == group:
            found[at] = (str(under),)
        else:
            found[at] = (f"{group} {under}", str(under))
    return found


def _missing(fields: Mapping[int, str], layout: Layout, known: Known) -> tuple[str, ...]:
    there = {*fields.values(), *layout.fixed}
    chosen = [f"{known.titles[name]} ({header})" for name, header in layout.columns.items() if name not in there]
    lacking = [known.titles[name] for name in known.required if name not in there and name not in layout.columns]
    return tuple(lacking + chosen)


def _fields(heads: Mapping[int, Sequence[str]], layout: Layout, known: Known) -> dict[int, str]:
    found: dict[int, str] = {}
    for name, names in known.names.items():
        if name in layout.fixed:
            continue
        wanted = [layout.columns[name]] if name in layout.columns else [known.titles[name], name, *names]
        at = _first(heads, wanted, taken=found)
        if at is not None:
            found[at] = name
    return found


def _first(heads: Mapping[int, Sequence[str]], wanted: Sequence[str], taken: Mapping[int, str]) -> int | None:
    for header in map(plain_name, wanted):
        places = [at for at, texts in heads.items() if header in texts and at not in taken]
        if len(places) > 1:
            raise SheetError("sheet.column_twice", "a header stands twice", column=header)
        if places:
            return places[0]
    return None


def remembered_for(lines: Sequence[Line], find: Callable[[str], Layout | None], kind: str = "") -> Layout | None:
    """What `find` remembers, by the mark of their headers, of the first of `lines` for which there is something."""
    for _index, names in _candidates(lines):
        kept = find(mark_of([texts[0] for texts in names.values()], kind)) if len(names) >= LEAST_HEADERS else None
        if kept is not None:
            return kept
    return None


def mark_of(headers: Sequence[str], kind: str = "") -> str:
    """By what a layout is remembered: the headers of the file, in any order, and the `kind` of table."""
    plain = sorted(plain_name(header) for header in headers)
    told = [kind, *plain] if kind else plain
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogatepass")).hexdigest()


def headers_of(headers: Mapping[int, str], head: Head) -> dict[str, str]:
    """The header of each field that was found."""
    return {name: mask_nips_in(text_of(headers.get(at, ""))) for at, name in sorted(head.fields.items())}


def unused_headers(headers: Mapping[int, str], head: Head) -> list[str]:
    """The headers of the columns that no field was found for."""
    return [mask_nips_in(header) for at, header in headers.items() if at not in head.fields and header]


def encode_layout(layout: Layout) -> str:
    """`layout` as JSON."""
    return msgspec.json.encode({"columns": dict(layout.columns), "fixed": dict(layout.fixed)}).decode()


def decode_layout(text: str) -> Layout:
    """What `encode_layout` gave."""
    kept = msgspec.json.decode(text, type=dict[str, dict[str, str]])
    return Layout(kept["columns"], kept["fixed"])
