"""The rules by which a record becomes JP: values of one period (Edition), and all periods together (RuleSet).

All JP are integers in hundredths; days are integers `yyyymmdd`. `xapi.audit.rules` reads the tables.
"""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import available_timezones

import msgspec

from xapi.errors import AuditError

LAST_DAY = 99991231
ANY_ZONE = "Asia/Jakarta"
OTHER_STATUS = "LAINNYA"


class Cell(msgspec.Struct, frozen=True):
    """One cell of the rule table and where it comes from.

    `path` is its place in the file (`bentuk.coaching.month_cap`), `value` its value as written, `layer` the name and
    version of the file that gave it. `unconfirmed` cells are settings: no rule settles them.
    """

    path: str
    value: str
    layer: str
    source: tuple[str, ...] = ()
    confidence: str = ""
    unconfirmed: bool = False
    note: str = ""
    note_id: str = ""

    def remark(self, language: str) -> str:
        """The note for people."""
        return (self.note_id or self.note) if language == "id" else self.note


class FormRule(msgspec.Struct, frozen=True):
    """How one form (`bentuk`) pays within one edition.

    A fixed value (`national_jp`, `international_jp`) is paid once per `…_unit`; where `…_per_day`, for each of the
    days, months or semesters that the record declares. Without a fixed value the declared JP counts,
    `international_percent` added. Caps are per person, or per person and activity. `share` is the form's place in
    70-20-10 (`formal`, `social`, `experiential`, or empty where the table says none): information, never part of a sum.
    """

    slug: str
    title_id: str
    title_en: str
    bps: str
    bkn: int | None
    jalur: str
    unit: str
    national_jp: int | None
    national_per_day: bool
    international_jp: int | None
    international_per_day: bool
    international_percent: int
    day_cap: int | None
    day_cap_international: int | None
    day_cap_group: str
    day_cap_scope: str
    month_cap: int | None
    month_cap_group: str
    month_cap_scope: str
    national_unit: str = ""
    international_unit: str = ""
    share: str = ""

    def counts_units(self, *, international: bool) -> bool:
        """Whether a record may declare several of the form's units and is paid for each: days, months, semesters."""
        return self.international_per_day if international else self.national_per_day

    def unit_paid(self, *, international: bool) -> str:
        """The unit that a fixed value is paid for."""
        return (self.international_unit if international else self.national_unit) or self.unit

    def title(self, language: str) -> str:
        """The name of the form for people."""
        return self.title_en if language == "en" else self.title_id


class Settings(msgspec.Struct, frozen=True):
    """Policies that are not a form's: see docs/reference/aturan-jp.md for each.

    Those with several values act: on what is counted, or (`minutes_per_jp`, `bulk_threshold`) on what is an anomaly.
    Those with one choice say on every report what Jampel does where no rule was found; another value is refused.
    """

    minutes_per_jp: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    year_attribution: Literal["end", "start"]
    carry_over: Literal["none"]
    rounding: Literal["down", "nearest", "up"]
    webinar_form: str
    day_cap_times_days: bool
    time_zone: str
    bulk_threshold: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    half_days: Literal["refused"] = "refused"
    overlap: Literal["flag"] = "flag"
    international: Literal["declared"] = "declared"
    validators: Literal["recorded"] = "recorded"
    missing_evidence: Literal["flag"] = "flag"
    fixed_jp: Literal["table"] = "table"
    same_activity: Literal["once_a_year"] = "once_a_year"
    same_certificate: Literal["once_a_year"] = "once_a_year"
    roster_day: Literal["year_end"] = "year_end"
    pppk_year: Literal["calendar"] = "calendar"
    shares: Literal["information"] = "information"


class SourceRule(msgspec.Struct, frozen=True):
    """What a credit of one source is worth before anyone reviewed it, and whether the LMS's own record settles it."""

    status: str
    lms_match: bool


UNKNOWN_SOURCE = SourceRule(status="Ditinjau", lms_match=False)


class Target(msgspec.Struct, frozen=True):
    """The year's minimum and, where there is one, maximum of a status, in hundredths of a JP."""

    minimum: int
    maximum: int | None


class Edition(msgspec.Struct, frozen=True):
    """The rules of one period, `valid_from` to `valid_to` inclusive."""

    version: str
    valid_from: int
    valid_to: int
    forms: Mapping[str, FormRule]
    settings: Settings
    sources: Mapping[str, SourceRule]
    targets: Mapping[str, Target]
    targets_of_year: Mapping[str, Mapping[int, Target]]
    cells: tuple[Cell, ...]

    def form(self, slug: str) -> FormRule | None:
        """The rule of the form `slug`; `webinar` is the form that the settings say."""
        return self.forms.get(self.settings.webinar_form if slug == "webinar" else slug)

    def source(self, name: str) -> SourceRule:
        """The rule of the source `name`; a source that the table does not know waits for a review."""
        return self.sources.get(name, UNKNOWN_SOURCE)

    def target(self, status: str, year: int) -> Target:
        """The target of `status` in `year`; a status without one has the target of LAINNYA."""
        known = status if status in self.targets else OTHER_STATUS
        return self.targets_of_year.get(known, {}).get(year, self.targets[known])

    def in_zone(self, time_zone: str) -> "Edition":
        """These rules for an institution in `time_zone`. Raises AuditError when there is no such zone."""
        if time_zone not in available_timezones():
            raise AuditError("audit.time_zone", f"no time zone {time_zone}", time_zone=time_zone)
        own = Cell(path="settings.time_zone", value=time_zone, layer="instansi")
        return msgspec.structs.replace(
            self,
            settings=msgspec.structs.replace(self.settings, time_zone=time_zone),
            cells=tuple(own if cell.path == own.path else cell for cell in self.cells),
        )

    def open_settings(self) -> tuple[Cell, ...]:
        """The cells that no rule settles, with the value in use."""
        return tuple(cell for cell in self.cells if cell.unconfirmed)


class RuleSet(msgspec.Struct, frozen=True):
    """All editions in order of time, without overlap. `hash` changes when any value, date or source changes."""

    editions: tuple[Edition, ...]
    sources: Mapping[str, str]

    @property
    def version(self) -> str:
        """Names and versions of the tables and layers of the newest edition."""
        return self.editions[-1].version

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of the rules in effect, independent of comments and order in the files."""
        plain = msgspec.to_builtins(self.editions, str_keys=True)  # years are numbers, keys of JSON are texts
        return hashlib.sha256(msgspec.json.encode(plain, order="deterministic")).hexdigest()

    def at(self, day: int) -> Edition | None:
        """The edition in force on `day` (`yyyymmdd`), or None when no table covers the day."""
        for edition in reversed(self.editions):
            if edition.valid_from <= day <= edition.valid_to:
                return edition
        return None

    def of_year(self, year: int) -> Edition:
        """The edition in force at the end of `year`, or the nearest one when no table covers it."""
        return self.at(year * 10000 + 1231) or (
            self.editions[0] if year * 10000 < self.editions[0].valid_from else self.editions[-1]
        )


def without_zone(rules: RuleSet) -> str:
    """The hash of `rules` with one time zone for all, by which institutions compare: a day is local, the rules are
    not."""
    same = tuple(edition.in_zone(ANY_ZONE) for edition in rules.editions)
    return msgspec.structs.replace(rules, editions=same).hash
