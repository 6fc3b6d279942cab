"""Lays the layers over a base table and computes the values of one edition, refusing what makes no sense."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import msgspec

from xapi.audit.rule_cells import DayCap, FormRow, JpCell, MonthCap, PayCell, Provenance, SettingCell
from xapi.audit.rule_set import OTHER_STATUS, Cell, Edition, FormRule, Settings, SourceRule, Target
from xapi.errors import AuditError

MOST_JP = 10_000  # a year has fewer hours; more is a slip of the pen
ROUND_ADD = {"down": 0, "nearest": 50, "up": 99}
PROVENANCE = ("source", "confidence", "unconfirmed", "note")


class RuleFile(Protocol):
    """What an edition is built from: a file as read by `xapi.audit.rules`."""

    path: Path
    text: str
    settings: dict[str, SettingCell]
    rows: dict[str, dict[str, msgspec.Struct]]

    @property
    def label(self) -> str: ...


Refuse = Callable[[Path, str, Sequence[str], str], AuditError]


class _Merged:
    """The cells in effect by path, each with the file that gave it."""

    def __init__(self, files: Sequence[RuleFile], refuse: Refuse) -> None:
        self._cells: dict[tuple[str, ...], tuple[Any, RuleFile]] = {}
        self._refuse = refuse
        self._base = files[0]
        for file in files:
            for name, cell in file.settings.items():
                self._add(("settings", name), cell, file)
            for section, rows in file.rows.items():
                for name, row in rows.items():
                    self._add_row((section, name), row, file)

    def _add_row(self, path: tuple[str, ...], row: msgspec.Struct, file: RuleFile) -> None:
        for field in row.__struct_fields__:
            value = getattr(row, field)
            if field == "year":
                for year, target in value.items():
                    self._add_row((*path, "year", year), target, file)
            elif value is not None:
                self._add((*path, field), value, file)

    def _add(self, path: tuple[str, ...], value: Any, file: RuleFile) -> None:
        before = self._cells.get(path)
        if before and isinstance(value, DayCap | MonthCap) and value.group is None and before[0].group is not None:
            value = msgspec.structs.replace(value, group=before[0].group)
        if before and isinstance(value, SettingCell) and not value.choices:
            value = msgspec.structs.replace(value, choices=before[0].choices)
        self._cells[path] = (value, file)

    def get(self, *path: str) -> Any:
        found = self._cells.get(path)
        return found[0] if found else None

    def names(self, *prefix: str) -> list[str]:
        """The names directly under `prefix`, in the order of the files."""
        depth = len(prefix)
        return list(dict.fromkeys(p[depth] for p in self._cells if len(p) > depth and p[:depth] == prefix))

    def refuse(self, path: Sequence[str], why: str) -> AuditError:
        """The error for the cell at `path`, placed in the file that gave it."""
        under = [file for cell, (_, file) in self._cells.items() if cell[: len(path)] == tuple(path)]
        file = under[-1] if under else self._base
        return self._refuse(file.path, file.text, path, why)

    def hundredths(self, path: Sequence[str], jp: int | float) -> int:
        """`jp` as hundredths; at most two decimals and a sensible size."""
        value = Decimal(str(jp)) * 100
        if value != value.to_integral_value() or not 0 <= value <= MOST_JP * 100:
            raise self.refuse(path, "JP is 0 to 10000 with at most two decimals")
        return int(value)

    def cells(self) -> tuple[Cell, ...]:
        return tuple(
            Cell(
                path=".".join(path),
                value=_written(value),
                layer=file.label,
                source=value.source,
                confidence=value.confidence,
                unconfirmed=value.unconfirmed,
                note=value.note,
            )
            for path, (value, file) in self._cells.items()
            if isinstance(value, Provenance)
        )


def build_edition(base: RuleFile, layers: Sequence[RuleFile], first: int, last: int, refuse: Refuse) -> Edition:
    """The edition from day `first` to `last` (`yyyymmdd`, inclusive) of `base` with `layers` on top."""
    merged = _Merged([base, *layers], refuse)
    settings = _settings(merged)
    forms = {slug: _form(merged, slug, ROUND_ADD[settings.rounding]) for slug in merged.names("bentuk")}
    if settings.webinar_form not in forms:
        raise merged.refuse(("settings", "webinar_form"), "not a form of this table")
    _refuse_uneven_groups(merged, forms)
    targets = {status: _target(merged, "target", status) for status in merged.names("target")}
    if OTHER_STATUS not in targets:
        raise merged.refuse(("target",), f"the status {OTHER_STATUS} is missing")
    return Edition(
        version=" + ".join(file.label for file in (base, *layers)),
        valid_from=first,
        valid_to=last,
        forms=forms,
        settings=settings,
        sources={
            name: SourceRule(merged.get("review", name, "status"), merged.get("review", name, "lms_match"))
            for name in merged.names("review")
        },
        targets=targets,
        targets_of_year={status: _years(merged, status) for status in targets},
        cells=merged.cells(),
    )


def _settings(merged: _Merged) -> Settings:
    values: dict[str, Any] = {}
    for name in Settings.__struct_fields__:
        cell = merged.get("settings", name)
        if cell is None:
            raise merged.refuse(("settings", name), "the setting is missing")
        if cell.choices and cell.value not in cell.choices:
            raise merged.refuse(("settings", name), "one of " + ", ".join(cell.choices))
        values[name] = cell.value
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as cause:
        name = str(cause).split("`$.")[-1].strip("`")
        raise merged.refuse(("settings", name), str(cause).split(" - at")[0]) from cause
    for name in ("minutes_per_jp", "bulk_threshold"):
        if not 1 <= getattr(settings, name) <= 1_000_000:
            raise merged.refuse(("settings", name), "a positive whole number")
    return settings


def _form(merged: _Merged, slug: str, round_add: int) -> FormRule:
    here = ("bentuk", slug)
    row = {field: merged.get(*here, field) for field in FormRow.__struct_fields__}
    for field in ("title", "jalur", "unit", "national", "international"):
        if row[field] is None:
            raise merged.refuse((*here, field), "the form lacks it")
    national, per_day = _pay(merged, (*here, "national"), row["unit"])
    international, percent, abroad_per_day = _abroad(merged, here, row, national, round_add)
    day, month = row["day_cap"], row["month_cap"]
    day_cap = _day_cap(merged, (*here, "day_cap"), day)
    abroad_cap = _day_cap(merged, (*here, "day_cap_international"), row["day_cap_international"])
    if abroad_cap is None and not (row["day_cap_international"] and row["day_cap_international"].none):
        abroad_cap = day_cap
    return FormRule(
        slug=slug,
        title_id=row["title"].get("id", slug),
        title_en=row["title"].get("en", slug),
        bps=row["bps"] or "",
        bkn=row["bkn"],
        jalur=row["jalur"],
        unit=row["unit"],
        national_jp=national,
        national_per_day=per_day,
        international_jp=international,
        international_per_day=abroad_per_day,
        international_percent=percent,
        day_cap=day_cap,
        day_cap_international=abroad_cap,
        day_cap_group=(day.group if day else None) or slug,
        day_cap_scope=day.scope if day else "person",
        month_cap=_month_cap(merged, (*here, "month_cap"), month),
        month_cap_group=(month.group if month else None) or slug,
        month_cap_scope=month.scope if month else "person",
    )


def _pay(merged: _Merged, path: tuple[str, ...], unit: str) -> tuple[int | None, bool]:
    """The fixed national value and whether it is paid per day."""
    cell: PayCell = merged.get(*path)
    unit = cell.unit or unit
    if (cell.jp is None) != (unit == "jp"):
        raise merged.refuse(path, "a form counted by JP has no fixed jp, every other form has one")
    if cell.percent is not None:
        raise merged.refuse(path, "the national value has no percent")
    return (None if cell.jp is None else merged.hundredths(path, cell.jp)), unit == "hari"


def _abroad(
    merged: _Merged, here: tuple[str, ...], row: Mapping[str, Any], national: int | None, round_add: int
) -> tuple[int | None, int, bool]:
    """The fixed international value, the percent added to the declared JP, and whether the value is per day."""
    path, cell = (*here, "international"), row["international"]
    per_day = (cell.unit or row["unit"]) == "hari"
    if (cell.jp is None) == (cell.percent is None):
        raise merged.refuse(path, "give either jp or percent")
    if cell.jp is not None:
        return merged.hundredths(path, cell.jp), 0, per_day
    if not 0 <= cell.percent <= 1000:
        raise merged.refuse(path, "percent is 0 to 1000")
    if national is None or cell.of == "programme":
        return None, cell.percent, per_day
    return national + (national * cell.percent + round_add) // 100, 0, per_day


def _day_cap(merged: _Merged, path: tuple[str, ...], cell: DayCap | None) -> int | None:
    if cell is None or cell.none:
        return None
    if cell.jp is None:
        raise merged.refuse(path, "a day cap needs jp")
    return merged.hundredths(path, cell.jp)


def _month_cap(merged: _Merged, path: tuple[str, ...], cell: MonthCap | None) -> int | None:
    if cell is None or cell.none:
        return None
    if cell.kali is None or not 0 <= cell.kali <= 1000:
        raise merged.refuse(path, "a month cap needs kali, 0 to 1000")
    return cell.kali


def _refuse_uneven_groups(merged: _Merged, forms: Mapping[str, FormRule]) -> None:
    """Forms that share a cap must agree on it, or the order of the records would decide which holds."""
    for kind in ("day_cap", "month_cap"):
        seen: dict[str, tuple[object, ...]] = {}
        for slug, form in forms.items():
            if getattr(form, kind) is None:
                continue
            values = (
                getattr(form, kind),
                getattr(form, f"{kind}_scope"),
                kind == "day_cap" and form.day_cap_international,
            )
            if seen.setdefault(getattr(form, f"{kind}_group"), values) != values:
                raise merged.refuse(("bentuk", slug, kind), "forms of one group have one cap and one scope")


def _target(merged: _Merged, *path: str, otherwise: Target | None = None) -> Target:
    minimum: JpCell | None = merged.get(*path, "minimum")
    maximum: JpCell | None = merged.get(*path, "maximum")
    low = merged.hundredths((*path, "minimum"), minimum.jp) if minimum else otherwise.minimum if otherwise else None
    high = merged.hundredths((*path, "maximum"), maximum.jp) if maximum else otherwise.maximum if otherwise else None
    if low is None:
        raise merged.refuse(path, "the target needs a minimum")
    if high is not None and high < low:
        raise merged.refuse((*path, "maximum"), "the maximum is below the minimum")
    return Target(minimum=low, maximum=high)


def _years(merged: _Merged, status: str) -> dict[int, Target]:
    general = _target(merged, "target", status)
    years = merged.names("target", status, "year")
    for year in years:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise merged.refuse(("target", status, "year", year), "a year has four digits")
    return {int(year): _target(merged, "target", status, "year", year, otherwise=general) for year in years}


def _written(cell: Provenance) -> str:
    """The value of a cell as a short text: its own fields without where it comes from."""
    raw = msgspec.to_builtins(cell)
    if isinstance(cell, SettingCell):
        return str(cell.value).lower() if isinstance(cell.value, bool) else str(cell.value)
    shown = {k: v for k, v in raw.items() if k not in PROVENANCE}
    return ", ".join(f"{k} = {v}" for k, v in shown.items()) or "declared JP"
