"""Computes the values of one edition from merged cells, refusing what makes no sense."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from xapi.audit.rule_cells import COUNTED, DayCap, FormRow, JpCell, MonthCap, PayCell, ReviewCell
from xapi.audit.rule_faults import Faults
from xapi.audit.rule_files import Layer
from xapi.audit.rule_merge import Merged
from xapi.audit.rule_set import OTHER_STATUS, Cell, Edition, FormRule, Settings, SourceRule, Target

ROUND_ADD = {"down": 0, "nearest": 50, "up": 99}
MOST_KALI = 1000
MOST_PERCENT = 1000
LAST_BKN = 25
Made = TypeVar("Made")


def build_edition(files: Sequence[Layer], first: int, last: int, faults: Faults) -> Edition | None:
    """The edition from day `first` to `last` (`yyyymmdd`, inclusive) of a base table with the layers on top.

    What is wrong goes to `faults`; the edition is None when any part of it cannot be made.
    """
    merged = Merged(files, faults)
    settings = _settings(merged)
    round_add = ROUND_ADD[settings.rounding] if settings else 0
    forms = _each(merged, faults, "bentuk", lambda slug: _form(merged, slug, round_add))
    targets = _each(merged, faults, "target", lambda status: _target(merged, "target", status))
    years = _each(merged, faults, "target", lambda status: _years(merged, status, targets))
    with faults.collecting():
        _refuse_uneven(merged, settings, forms, targets)
    if settings is None or faults.found:
        return None
    return Edition(
        version=" + ".join(file.label for file in files),
        valid_from=first,
        valid_to=last,
        forms=forms,
        settings=settings,
        sources={name: _source(merged.get("review", name)) for name in merged.names("review")},
        targets=targets,
        targets_of_year=years,
        cells=(*merged.cells(), *_assumed(merged, settings)),
    )


def _each(merged: Merged, faults: Faults, section: str, make: Callable[[str], Made]) -> dict[str, Made]:
    """What `make` gives for each name of `section`; a fault in one leaves the others."""
    made: dict[str, Made] = {}
    for name in merged.names(section):
        if faults.full:
            break
        with faults.collecting():
            made[name] = make(name)
    return made


def _settings(merged: Merged) -> Settings | None:
    """The settings; one that an older table does not have yet keeps the value of `Settings`. None when one is wrong."""
    values: dict[str, Any] = {}
    fields = msgspec.structs.fields(Settings)
    for field in fields:
        cell = merged.get("settings", field.name)
        if cell is None:
            if field.required:
                merged.faults.add(merged.finding("audit.rules_setting_missing", ("settings", field.name)))
            continue
        where = ("settings", field.name)
        if cell.choices and cell.value not in cell.choices:
            merged.faults.add(merged.finding("audit.rules_setting_choice", where, choices=", ".join(cell.choices)))
        elif _fits_setting(merged, where, cell.value):
            values[field.name] = cell.value
    whole = all(field.name in values for field in fields if field.required)
    return Settings(**values) if whole else None


def _fits_setting(merged: Merged, where: tuple[str, str], value: object) -> bool:
    """Whether `value` has the type of the setting, and for a number a sensible size."""
    try:
        msgspec.convert({**_PLAIN, where[1]: value}, Settings)
    except msgspec.ValidationError as cause:
        why = str(cause).split(" - at")[0][:200]
        merged.faults.add(merged.finding("audit.rules_value", where, why=why))
        return False
    return True


#: Any valid settings, to try one other value with.
_PLAIN: Mapping[str, object] = {
    "minutes_per_jp": 45, "year_attribution": "end", "carry_over": "none", "rounding": "down",
    "webinar_form": "seminar", "day_cap_times_days": True, "time_zone": "Asia/Jakarta", "bulk_threshold": 20,
}  # fmt: skip


def _assumed(merged: Merged, settings: Settings) -> tuple[Cell, ...]:
    """The policies that the table is too old to name, so that a report lists them all the same."""
    return tuple(
        Cell(
            path=f"settings.{field.name}",
            value=str(getattr(settings, field.name)),
            layer="jampel",
            confidence="L",
            unconfirmed=True,
        )
        for field in msgspec.structs.fields(Settings)
        if not field.required and merged.get("settings", field.name) is None
    )


def _form(merged: Merged, slug: str, round_add: int) -> FormRule:
    here = ("bentuk", slug)
    row = {field: merged.get(*here, field) for field in FormRow.__struct_fields__}
    for field in ("title", "jalur", "unit", "national", "international"):
        if row[field] is None:
            raise merged.finding("audit.rules_form_incomplete", (*here, field))
    if row["bkn"] is not None and not 1 <= row["bkn"] <= LAST_BKN:
        raise merged.finding("audit.rules_bkn", (*here, "bkn"), most=LAST_BKN)
    national, unit = _pay(merged, (*here, "national"), row["unit"])
    international, percent, unit_abroad = _abroad(merged, here, row, national, round_add)
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
        national_per_day=unit in COUNTED,
        international_jp=international,
        international_per_day=unit_abroad in COUNTED,
        international_percent=percent,
        day_cap=day_cap,
        day_cap_international=abroad_cap,
        day_cap_group=(day.group if day else None) or slug,
        day_cap_scope=day.scope if day else "person",
        month_cap=_month_cap(merged, (*here, "month_cap"), month),
        month_cap_group=(month.group if month else None) or slug,
        month_cap_scope=month.scope if month else "person",
        national_unit=unit,
        international_unit=unit_abroad,
        share=row["share"] or "",
    )


def _pay(merged: Merged, path: tuple[str, ...], unit: str) -> tuple[int | None, str]:
    """The fixed national value, and the unit it is paid for."""
    cell: PayCell = merged.get(*path)
    unit = cell.unit or unit
    if (cell.jp is None) != (unit == "jp"):
        raise merged.finding("audit.rules_fixed_jp", path, unit=unit)
    if cell.percent is not None:
        raise merged.finding("audit.rules_national_percent", path)
    return (None if cell.jp is None else merged.hundredths(path, cell.jp)), unit


def _abroad(
    merged: Merged, here: tuple[str, ...], row: Mapping[str, Any], national: int | None, round_add: int
) -> tuple[int | None, int, str]:
    """The fixed international value, the percent added to the declared JP, and the unit that is paid for."""
    path, cell = (*here, "international"), row["international"]
    unit = cell.unit or row["unit"]
    if (cell.jp is None) == (cell.percent is None):
        raise merged.finding("audit.rules_jp_or_percent", path)
    if cell.jp is not None:
        if unit == "jp":
            raise merged.finding("audit.rules_fixed_jp", path, unit=unit)
        return merged.hundredths(path, cell.jp), 0, unit
    if not 0 <= cell.percent <= MOST_PERCENT:
        raise merged.finding("audit.rules_percent", path, most=MOST_PERCENT)
    if national is None or cell.of == "programme":
        return None, cell.percent, "jp"
    return national + (national * cell.percent + round_add) // 100, 0, unit


def _day_cap(merged: Merged, path: tuple[str, ...], cell: DayCap | None) -> int | None:
    if cell is None or cell.none:
        return None
    if cell.jp is None:
        raise merged.finding("audit.rules_day_cap", path)
    return merged.hundredths(path, cell.jp)


def _month_cap(merged: Merged, path: tuple[str, ...], cell: MonthCap | None) -> int | None:
    if cell is None or cell.none:
        return None
    if cell.kali is None or not 0 <= cell.kali <= MOST_KALI:
        raise merged.finding("audit.rules_month_cap", path, most=MOST_KALI)
    return cell.kali


def _refuse_uneven(
    merged: Merged, settings: Settings | None, forms: Mapping[str, FormRule], targets: Mapping[str, Target]
) -> None:
    """What only the whole table shows: shared caps that differ, a code given twice, names that must be there."""
    if settings and settings.webinar_form not in merged.names("bentuk"):
        merged.faults.add(merged.finding("audit.rules_webinar_form", ("settings", "webinar_form")))
    if OTHER_STATUS not in merged.names("target"):
        merged.faults.add(merged.finding("audit.rules_other_status", ("target",), status=OTHER_STATUS))
    codes: dict[int, str] = {}
    for slug, form in forms.items():
        if form.bkn is not None and codes.setdefault(form.bkn, slug) != slug:
            merged.faults.add(merged.finding("audit.rules_bkn_twice", ("bentuk", slug, "bkn"), other=codes[form.bkn]))
    for kind in ("day_cap", "month_cap"):
        _refuse_uneven_groups(merged, forms, kind)


def _refuse_uneven_groups(merged: Merged, forms: Mapping[str, FormRule], kind: str) -> None:
    """Forms that share a cap must agree on it, or the order of the records would decide which holds."""
    seen: dict[str, tuple[str, tuple[object, ...]]] = {}
    for slug, form in forms.items():
        if getattr(form, kind) is None:
            continue
        abroad = kind == "day_cap" and form.day_cap_international
        values = (getattr(form, kind), getattr(form, f"{kind}_scope"), abroad)
        group = getattr(form, f"{kind}_group")
        first = seen.setdefault(group, (slug, values))
        if first[1] != values:
            path = merged.latest(("bentuk", first[0], kind), ("bentuk", slug, kind))
            other = slug if path[1] == first[0] else first[0]
            merged.faults.add(merged.finding("audit.rules_group", path, group=group, other=other))


def _target(merged: Merged, *path: str, otherwise: Target | None = None) -> Target:
    low = _jp(merged, (*path, "minimum"), otherwise.minimum if otherwise else None)
    high = _jp(merged, (*path, "maximum"), otherwise.maximum if otherwise else None)
    if low is None:
        raise merged.finding("audit.rules_target_minimum", path)
    if high is not None and high < low:
        raise merged.finding("audit.rules_maximum_below", (*path, "maximum"))
    return Target(minimum=low, maximum=high)


def _jp(merged: Merged, path: tuple[str, ...], otherwise: int | None) -> int | None:
    """The JP of a target's cell, or what holds without it."""
    cell: JpCell | None = merged.get(*path)
    if cell is None:
        return otherwise
    if cell.none == (cell.jp is not None) or (cell.none and path[-1] == "minimum"):
        raise merged.finding("audit.rules_target_jp", path)
    return None if cell.jp is None else merged.hundredths(path, cell.jp)


def _years(merged: Merged, status: str, targets: Mapping[str, Target]) -> dict[int, Target]:
    years = merged.names("target", status, "year")
    for year in years:
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise merged.finding("audit.rules_year", ("target", status, "year", year))
    if status not in targets:
        return {}
    return {int(year): _target(merged, "target", status, "year", year, otherwise=targets[status]) for year in years}


def _source(cell: ReviewCell) -> SourceRule:
    return SourceRule(status=cell.status, lms_match=cell.lms_match)
