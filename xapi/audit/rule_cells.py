"""The shapes of the rows and cells of a rule file, as written in TOML."""

from typing import Literal

import msgspec

Unit = Literal["jp", "hari", "kali", "bulan", "semester"]
Scope = Literal["person", "activity"]
Share = Literal["formal", "social", "experiential"]
Status = Literal["Ditinjau", "Disetujui", "Ditolak", "Perbaikan"]

#: Units of which a record declares several by its `quantity`.
QUANTITIES: frozenset[str] = frozenset({"bulan", "semester"})
#: Units of which one record may declare several: days too.
COUNTED: frozenset[str] = QUANTITIES | {"hari"}


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note in both languages."""

    id: str
    en: str


class Provenance(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a cell comes from: keys of the file's `[sources]`, confidence H, M or L, and whether it is a setting."""

    source: tuple[str, ...] = ()
    confidence: Literal["H", "M", "L", ""] = ""
    unconfirmed: bool = False
    note: str | Note = ""


class PayCell(Provenance, frozen=True, kw_only=True):
    """What one unit pays: fixed `jp`, or `percent` on top of the national value (or the programme's JP)."""

    jp: int | float | None = None
    percent: int | None = None
    of: Literal["national", "programme"] = "national"
    unit: Unit | None = None


class DayCap(Provenance, frozen=True, kw_only=True):
    """The most JP a day; forms of one `group` share it. `none = true` takes a cap away."""

    jp: int | float | None = None
    group: str | None = None
    scope: Scope = "person"
    none: bool = False


class MonthCap(Provenance, frozen=True, kw_only=True):
    """The most events a month; forms of one `group` share it. `none = true` takes a cap away."""

    kali: int | None = None
    group: str | None = None
    scope: Scope = "person"
    none: bool = False


class FormRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form; in a layer, only the cells that change."""

    title: dict[str, str] | None = None
    bps: str | None = None
    bkn: int | None = None
    jalur: Literal["klasikal", "nonklasikal"] | None = None
    unit: Unit | None = None
    share: Share | None = None
    national: PayCell | None = None
    international: PayCell | None = None
    day_cap: DayCap | None = None
    day_cap_international: DayCap | None = None
    month_cap: MonthCap | None = None


class SettingCell(Provenance, frozen=True, kw_only=True):
    """One policy of the table; `choices` are the values it may take."""

    value: str | int | bool
    choices: tuple[str, ...] = ()


class JpCell(Provenance, frozen=True, kw_only=True):
    """A number of JP; `none = true` takes a maximum away."""

    jp: int | float | None = None
    none: bool = False


class YearTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The target of one year."""

    minimum: JpCell | None = None
    maximum: JpCell | None = None


class TargetRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The target of one status, and of single years that differ."""

    minimum: JpCell | None = None
    maximum: JpCell | None = None
    year: dict[str, YearTarget] = {}


class ReviewCell(Provenance, frozen=True, kw_only=True):
    """How credits of one source begin, and whether the LMS's own record settles them."""

    status: Status
    lms_match: bool = False
