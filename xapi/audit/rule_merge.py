"""Lays the layers over a base table: the cells in effect, each with the file that gave it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec

from xapi.audit.rule_cells import DayCap, MonthCap, Note, Provenance, ReviewCell, SettingCell
from xapi.audit.rule_faults import Faults, rule_finding
from xapi.audit.rule_files import Layer
from xapi.audit.rule_set import Cell
from xapi.errors import AuditError

MOST_JP = 10_000  # a year has fewer hours; more is a slip of the pen
PROVENANCE = ("source", "confidence", "unconfirmed", "note")


class Merged:
    """The cells in effect by path. A later file takes the place of an earlier one, cell by cell."""

    def __init__(self, files: Sequence[Layer], faults: Faults) -> None:
        self._cells: dict[tuple[str, ...], tuple[Any, Layer]] = {}
        self.faults = faults
        self._base = files[0]
        self._order = {file.label: place for place, file in enumerate(files)}
        for file in files:
            for path, value in file.cells():
                self._add(path, value, file)

    def _add(self, path: tuple[str, ...], value: Any, file: Layer) -> None:
        before = self._cells.get(path)
        if before and isinstance(value, DayCap | MonthCap) and value.group is None and before[0].group is not None:
            value = msgspec.structs.replace(value, group=before[0].group)
        if before and isinstance(value, SettingCell):
            if value.choices:
                self.faults.add(rule_finding("audit.rules_layer_choices", file, path))
            value = msgspec.structs.replace(value, choices=before[0].choices)
        self._cells[path] = (value, file)

    def get(self, *path: str) -> Any:
        """The cell at `path`, or None."""
        found = self._cells.get(path)
        return found[0] if found else None

    def names(self, *prefix: str) -> list[str]:
        """The names directly under `prefix`, in the order of the files."""
        depth = len(prefix)
        return list(dict.fromkeys(p[depth] for p in self._cells if len(p) > depth and p[:depth] == prefix))

    def finding(self, code: str, path: Sequence[str], **params: object) -> AuditError:
        """The error for the cell at `path`, placed in the file that gave it; or, when that is the table, in the layer
        that changed another cell of the row so that this one no longer fits."""
        given = self._givers(path)
        if not given or given[-1] is self._base:
            given = self._givers(path[:2])
        return rule_finding(code, given[-1] if given else self._base, path, **params)

    def _givers(self, prefix: Sequence[str]) -> list[Layer]:
        """The files that gave cells under `prefix`, the latest last."""
        under = {file.label: file for cell, (_, file) in self._cells.items() if cell[: len(prefix)] == tuple(prefix)}
        return sorted(under.values(), key=lambda file: self._order[file.label])

    def latest(self, *paths: tuple[str, ...]) -> tuple[str, ...]:
        """The one of `paths` whose cell the later file gave: what a person has just written is what is to be mended."""
        return max(paths, key=lambda path: self._order[self._cells[path][1].label] if path in self._cells else -1)

    def hundredths(self, path: Sequence[str], jp: int | float) -> int:
        """`jp` as hundredths; at most two decimals and a sensible size."""
        if not 0 <= jp <= MOST_JP or (value := Decimal(str(jp)) * 100) != value.to_integral_value():
            raise self.finding("audit.rules_jp", path, most=MOST_JP)
        return int(value)

    def cells(self) -> tuple[Cell, ...]:
        """Every cell that says where it comes from, in the order of the files."""
        return tuple(
            _shown(path, value, file) for path, (value, file) in self._cells.items() if isinstance(value, Provenance)
        )


def _shown(path: tuple[str, ...], value: Provenance, file: Layer) -> Cell:
    note = value.note if isinstance(value.note, Note) else Note(id=value.note, en=value.note)
    return Cell(
        path=".".join(path),
        value=_written(value),
        layer=file.label,
        source=value.source,
        confidence=value.confidence,
        unconfirmed=value.unconfirmed,
        note=note.en,
        note_id=note.id,
    )


def _written(cell: Provenance) -> str:
    """The value of a cell as a short text: its own fields without where it comes from."""
    if isinstance(cell, SettingCell):
        return str(cell.value).lower() if isinstance(cell.value, bool) else str(cell.value)
    if isinstance(cell, ReviewCell):
        return f"{cell.status}, lms_match = {str(cell.lms_match).lower()}"
    shown = {k: v for k, v in msgspec.to_builtins(cell).items() if k not in PROVENANCE}
    return ", ".join(f"{k} = {str(v).lower() if isinstance(v, bool) else v}" for k, v in shown.items()) or "declared JP"
