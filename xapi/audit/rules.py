"""Reads rule tables and the layers that override them, strictly: an unknown key or form is refused with its place."""

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from xapi.audit import rule_cells as cells
from xapi.audit.rule_edition import build_edition
from xapi.audit.rule_set import LAST_DAY, Edition, RuleSet
from xapi.errors import AuditError

Row = TypeVar("Row", bound=msgspec.Struct)
SECTIONS: Mapping[str, type[msgspec.Struct]] = {
    "bentuk": cells.FormRow,
    "target": cells.TargetRow,
    "review": cells.ReviewRow,
}


class TableFile(msgspec.Struct, forbid_unknown_fields=True):
    """The head of a rule file; the sections are read one by one so that an error names its place."""

    format: Literal[1]
    name: str
    version: str
    valid_from: date | None = None
    valid_to: date | None = None
    title: dict[str, str] = {}
    sources: dict[str, str] = {}
    settings: dict[str, Any] = {}
    bentuk: dict[str, Any] = {}
    target: dict[str, Any] = {}
    review: dict[str, Any] = {}


class Layer(msgspec.Struct):
    """One file as read: typed rows by section and name, valid between two days."""

    path: Path
    text: str
    head: TableFile
    settings: dict[str, cells.SettingCell]
    rows: dict[str, dict[str, msgspec.Struct]]

    @property
    def label(self) -> str:
        return f"{self.head.name} {self.head.version}"

    @property
    def days(self) -> tuple[int, int]:
        """First and last day of validity as `yyyymmdd`."""
        return _day(self.head.valid_from, 0), _day(self.head.valid_to, LAST_DAY)


def load_rules(overrides: Sequence[Path] = (), *, time_zone: str | None = None, tables: Path | None = None) -> RuleSet:
    """The published tables with the `overrides` laid on top, later files over earlier ones.

    `time_zone` is the institution's own zone, in place of the tables' setting. `tables` is another folder of base
    tables. Raises AuditError with file and JSON path (and line where it is known)
    when a file is not TOML, has an unknown key, names a form that no base table has, or holds a senseless value.
    """
    bases = sorted((read_layer(path) for path in _base_files(tables)), key=lambda layer: layer.days)
    layers = [read_layer(path) for path in overrides]
    for layer in layers:
        _refuse_unknown_names(layer, bases)
    editions = tuple(
        edition if time_zone is None else edition.in_zone(time_zone) for edition in _editions(bases, layers)
    )
    if not editions:
        raise AuditError("audit.rules_missing", "no rule table", folder=str(tables))
    return RuleSet(
        editions=editions, sources={k: v for layer in (*bases, *layers) for k, v in layer.head.sources.items()}
    )


def read_layer(path: Path) -> Layer:
    """The rule file at `path`, typed. Raises AuditError as `load_rules` does."""
    try:
        text = path.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as cause:
        raise AuditError("audit.rules_unreadable", str(cause), file=path.name) from cause
    except tomllib.TOMLDecodeError as cause:
        line = re.search(r"line (\d+)", str(cause))
        raise AuditError(
            "audit.rules_broken", str(cause), file=path.name, line=line.group(1) if line else "?"
        ) from cause
    head = _typed(raw, TableFile, path, text, ())
    rows = {
        section: {name: _typed(row, kind, path, text, (section, name)) for name, row in getattr(head, section).items()}
        for section, kind in SECTIONS.items()
    }
    settings = {
        name: _typed(cell, cells.SettingCell, path, text, ("settings", name)) for name, cell in head.settings.items()
    }
    return Layer(path=path, text=text, head=head, settings=settings, rows=rows)


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line (from 1) in a TOML `text` where the deepest known part of the key `path` stands."""
    table: list[str] = []
    best: tuple[int, int] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*\[([^\[\]]+)\]", line):
            table = [part.strip(" \"'") for part in header.group(1).split(".")]
            here = table
        elif key := re.match(r"\s*([\w.\-\"']+)\s*=", line):
            here = [*table, *(part.strip("\"'") for part in key.group(1).split("."))]
        else:
            continue
        depth = len(here) if list(path[: len(here)]) == here else 0
        if depth and (best is None or depth > best[0]):
            best = (depth, number)
    return best[1] if best else None


def refuse(path: Path, text: str, where: Sequence[str], why: str) -> AuditError:
    """The error for a value at `where` in the file at `path`."""
    return AuditError(
        "audit.rules_value", why, file=path.name, line=line_of(text, where) or "?", path=".".join(where), why=why
    )


def _typed(raw: object, kind: type[Row], path: Path, text: str, where: tuple[str, ...]) -> Row:
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as cause:
        message = str(cause)
        inner = re.search(r" - at `\$\.?([^`]*)`", message)
        unknown = re.search(r"unknown field `([^`]*)`", message)
        parts = [*where, *(part for part in (inner.group(1).split(".") if inner else []) if part)]
        if unknown:
            place = (*parts, unknown.group(1))
            raise AuditError(
                "audit.rules_unknown_key",
                message,
                file=path.name,
                line=line_of(text, place) or "?",
                path=".".join(place),
            ) from cause
        raise refuse(path, text, parts, message.split(" - at")[0]) from cause


def _refuse_unknown_names(layer: Layer, bases: Sequence[Layer]) -> None:
    known = {
        "settings": {name for base in bases for name in base.settings},
        "bentuk": {name for base in bases for name in base.rows["bentuk"]},
        "review": {name for base in bases for name in base.rows["review"]},
    }
    for section, names in known.items():
        given: Iterable[str] = layer.settings if section == "settings" else layer.rows[section]
        for name in given:
            if name not in names:
                raise AuditError(
                    "audit.rules_unknown_key",
                    f"unknown {section} {name}",
                    file=layer.path.name,
                    line=line_of(layer.text, (section, name)) or "?",
                    path=f"{section}.{name}",
                )


def _editions(bases: Sequence[Layer], layers: Sequence[Layer]) -> Iterator[Edition]:
    """One edition for each stretch of days in which the same files apply."""
    starts = {layer.days[0] for layer in (*bases, *layers)}
    ends = {_next_day(layer.days[1]) for layer in (*bases, *layers)}
    borders = sorted(starts | ends | {LAST_DAY + 1})
    for first, border in itertools.pairwise(borders):
        base = next((b for b in reversed(bases) if b.days[0] <= first <= b.days[1]), None)
        if base is None:
            continue
        over = [layer for layer in layers if layer.days[0] <= first <= layer.days[1]]
        yield build_edition(base, over, first, _previous_day(border), refuse)


def _base_files(folder: Path | None) -> list[Path]:
    if folder is not None:
        return sorted(folder.glob("*.toml"))
    with resources.as_file(resources.files("xapi.audit") / "tables") as shipped:
        return sorted(shipped.glob("*.toml"))


def _day(value: date | None, missing: int) -> int:
    return missing if value is None else value.year * 10000 + value.month * 100 + value.day


def _next_day(day: int) -> int:
    if day >= LAST_DAY:
        return LAST_DAY + 1
    following = date.fromordinal(date(day // 10000, day // 100 % 100, day % 100).toordinal() + 1)
    return _day(following, 0)


def _previous_day(day: int) -> int:
    if day > LAST_DAY:
        return LAST_DAY
    before = date.fromordinal(date(day // 10000, day // 100 % 100, day % 100).toordinal() - 1)
    return _day(before, 0)
