"""Reads one rule file strictly: its bytes, its TOML, its head and its rows, each fault with line and remedy."""

import codecs
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import msgspec

from xapi.audit import rule_cells as cells
from xapi.audit.rule_faults import UNKNOWN_LINE, Faults, rule_finding
from xapi.errors import AuditError
from xapi.identity import contains_nip
from xapi.toml_text import read_toml

MOST_BYTES = 1024 * 1024  # the published table has 20 KB
Level = Literal["nasional", "induk", "instansi"]
LEVELS: tuple[Level, ...] = ("nasional", "induk", "instansi")
TABLE_SETTINGS = 6  # a published table has eight and more
FIRST_DAY, LAST_DAY = 0, 99991231
#: How each section's rows are typed: a row of cells, or one cell.
SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "settings": cells.SettingCell,
    "bentuk": cells.FormRow,
    "target": cells.TargetRow,
    "review": cells.ReviewCell,
}
OPEN_NAMES = frozenset({"target"})  # statuses are the institution's; forms, sources and settings are the table's


class Head(msgspec.Struct, forbid_unknown_fields=True):
    """The head of a rule file. The sections are read row by row, so that an error names its place."""

    format: Literal[1]
    name: str
    version: str
    valid_from: date | None = None
    valid_to: date | None = None
    level: Literal["induk", "instansi"] = "instansi"
    title: dict[str, str] = {}
    sources: dict[str, str] = {}
    settings: dict[str, Any] = {}
    bentuk: dict[str, Any] = {}
    target: dict[str, Any] = {}
    review: dict[str, Any] = {}


class Layer(msgspec.Struct):
    """One file as read: typed rows by section and name, valid between two days. `is_base` is a whole table."""

    path: Path
    text: str
    head: Head
    rows: dict[str, dict[str, msgspec.Struct]]
    is_base: bool = False

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.head.name} {self.head.version}"

    @property
    def days(self) -> tuple[int, int]:
        """First and last day of validity as `yyyymmdd`."""
        return day_number(self.head.valid_from, FIRST_DAY), day_number(self.head.valid_to, LAST_DAY)

    @property
    def level(self) -> Level:
        """Whose file it is: the nation's, that of the body above the institution, or the institution's own."""
        return "nasional" if self.is_base else self.head.level

    def cells(self) -> Iterator[tuple[tuple[str, ...], object]]:
        """Every cell with its path, in the order of the file."""
        for section, rows in self.rows.items():
            for name, row in rows.items():
                yield from _cells_of((section, name), row)


class _Text(msgspec.Struct):
    """A file of which only the text is known."""

    path: Path
    text: str


def read_layer(path: Path, faults: Faults, *, is_base: bool = False) -> Layer | None:
    """The rule file at `path`, typed. What is wrong goes to `faults`; None when nothing of the file can be used."""
    try:
        text = _text_of(path)
        raw = _toml_of(path, text)
    except AuditError as error:
        faults.add(error)
        return None
    file = _Text(path, text)
    head = _head(raw, file, faults)
    if head is None:
        return None
    rows = {section: _rows(section, getattr(head, section), file, faults) for section in SECTIONS}
    return Layer(path=path, text=text, head=head, rows=rows, is_base=is_base)


def is_table(path: Path) -> bool:
    """Whether the file is meant as a national table: it has no level, and the settings that only a table has.

    A layer names a few settings; a table that lacks some must be told what it lacks, so not all need be there.
    """
    try:
        raw = _toml_of(path, _text_of(path))
    except AuditError:
        return False
    settings = raw.get("settings")
    return "level" not in raw and isinstance(settings, dict) and len(settings) >= TABLE_SETTINGS


def require_layer(path: Path) -> Layer:
    """The rule file at `path`; raises AuditError for the first thing that is wrong with it."""
    faults = Faults()
    layer = read_layer(path, faults)
    faults.raise_first()
    if layer is None:
        raise AuditError("audit.rules_unreadable", "no layer", file=path.name)
    return layer


def day_number(value: date | None, missing: int) -> int:
    """`value` as `yyyymmdd`."""
    return missing if value is None else value.year * 10000 + value.month * 100 + value.day


def _text_of(path: Path) -> str:
    """The text of a UTF-8 file, with or without the mark that Windows editors put before it."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as cause:
        raise AuditError("audit.rules_unreadable", type(cause).__name__, file=path.name) from cause
    if len(data) > MOST_BYTES:
        raise AuditError("audit.rules_too_large", "too large", file=path.name, limit=MOST_BYTES // 1024)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise AuditError("audit.rules_encoding", "UTF-16", file=path.name, line=1, column=1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        line, column = data.count(b"\n", 0, cause.start) + 1, cause.start - data.rfind(b"\n", 0, cause.start)
        raise AuditError("audit.rules_encoding", "not UTF-8", file=path.name, line=line, column=column) from cause


def _toml_of(path: Path, text: str) -> dict[str, Any]:
    try:
        return read_toml(text)
    except tomllib.TOMLDecodeError as cause:
        said = re.search(r"line (\d+), column (\d+)", str(cause))
        lines = text.splitlines() or [""]
        line, column = map(int, said.groups()) if said else (len(lines), len(lines[-1]) + 1)
        raise AuditError("audit.rules_broken", str(cause)[:200], file=path.name, line=line, column=column) from cause
    except ValueError as cause:  # a number of thousands of digits
        nowhere = {"line": UNKNOWN_LINE, "column": UNKNOWN_LINE}
        raise AuditError("audit.rules_broken", str(cause)[:200], file=path.name, **nowhere) from cause
    except RecursionError as cause:
        raise AuditError("audit.rules_too_deep", "nested too deeply", file=path.name) from cause


def _head(raw: dict[str, Any], file: _Text, faults: Faults) -> Head | None:
    """The head; unknown keys and faulty values are told one by one, and the rest is still read."""
    known = Head.__struct_fields__
    usable = {}
    for key, value in raw.items():
        if faults.full:
            break
        if key not in known:
            faults.add(unknown_name(file, (key,), known))
        elif _fits(key, value, file, faults):
            usable[key] = value
    missing = [key for key in ("format", "name", "version") if key not in raw]
    for key in missing:
        faults.add(rule_finding("audit.rules_missing_key", file, (), key=key))
    try:
        return msgspec.convert({"format": 1, "name": "?", "version": "?", **usable}, Head)
    except (msgspec.ValidationError, RecursionError) as cause:
        faults.add(_wrong(file, (), cause))
        return None


def _fits(key: str, value: object, file: _Text, faults: Faults) -> bool:
    """Whether one key of the head has the right type."""
    try:
        msgspec.convert({"format": 1, "name": "?", "version": "?", key: value}, Head)
    except (msgspec.ValidationError, RecursionError) as cause:
        faults.add(_wrong(file, (), cause))
        return False
    if key in {"name", "version"} and not _is_label(value):
        faults.add(rule_finding("audit.rules_label", file, (key,)))
        return False
    return True


def _is_label(value: object) -> bool:
    """Whether `value` may name a layer on every report: short, plain, and nobody's number."""
    return isinstance(value, str) and bool(re.fullmatch(r"[\w.-]{1,60}", value)) and not contains_nip(value)


def _rows(section: str, raw: Mapping[str, Any], file: _Text, faults: Faults) -> dict[str, msgspec.Struct]:
    kind = SECTIONS[section]
    read: dict[str, msgspec.Struct] = {}
    for name, value in raw.items():
        if faults.full:
            break
        row = _row((section, name), value, kind, file, faults)
        if row is not None:
            read[name] = row
    return read


def _row(
    where: tuple[str, ...], raw: object, kind: type[msgspec.Struct], file: _Text, faults: Faults
) -> msgspec.Struct | None:
    """One row. The cells of a form or target are typed one by one, so that each fault is told."""
    if issubclass(kind, cells.Provenance) or not isinstance(raw, dict):
        return _typed(where, raw, kind, file, faults)
    good = {key: value for key, value in raw.items() if _typed(where, {key: value}, kind, file, faults) is not None}
    return msgspec.convert(good, kind)


def _typed(
    where: tuple[str, ...], raw: object, kind: type[msgspec.Struct], file: _Text, faults: Faults
) -> msgspec.Struct | None:
    try:
        return msgspec.convert(raw, kind)
    except (msgspec.ValidationError, RecursionError) as cause:
        faults.add(_wrong(file, where, cause, kind))
        return None


def _wrong(
    file: _Text, where: tuple[str, ...], cause: Exception, kind: type[msgspec.Struct] | None = None
) -> AuditError:
    """The fault for what msgspec says of a value under `where`."""
    message = str(cause)[:500]
    inner = re.search(r" - at `(?:key in )?\$\.?([^`]*)`", message)
    place = (*where, *(part for part in re.split(r"\.|\[\.\.\.\]", inner.group(1) if inner else "") if part))
    if unknown := re.search(r"unknown field `([^`]*)`", message):
        return unknown_name(file, (*place, unknown.group(1)), _fields_at(kind, len(place) - len(where)))
    return rule_finding("audit.rules_value", file, place, why=message.split(" - at")[0][:200])


def _fields_at(kind: type[msgspec.Struct] | None, depth: int) -> tuple[str, ...]:
    """The names that a row of `kind` knows; below it, those that its cells know."""
    if kind is None:
        return Head.__struct_fields__
    if depth == 0:
        return kind.__struct_fields__
    inner = (cells.PayCell, cells.DayCap, cells.MonthCap) if kind is cells.FormRow else (cells.JpCell, cells.YearTarget)
    return tuple(dict.fromkeys(name for cell in inner for name in cell.__struct_fields__))


def unknown_name(file: Layer | _Text, place: tuple[str, ...], known: tuple[str, ...]) -> AuditError:
    """The fault for a key or name that no table has, with the known one that looks most like it."""
    near = difflib.get_close_matches(place[-1][:60], known, n=1)
    if near:
        return rule_finding("audit.rules_unknown_key_near", file, place, near=near[0])
    return rule_finding("audit.rules_unknown_key", file, place)


def _cells_of(path: tuple[str, ...], row: msgspec.Struct) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(row, cells.Provenance):
        yield path, row
        return
    for field in row.__struct_fields__:
        value = getattr(row, field)
        if field == "year":
            for year, target in value.items():
                yield from _cells_of((*path, "year", year), target)
        elif value is not None:
            yield (*path, field), value
