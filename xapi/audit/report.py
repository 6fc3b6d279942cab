"""Reports of a year: per pegawai, OPD, status, triwulan and semester; every JP column beside the others."""

from collections.abc import Mapping, Sequence

import msgspec

from xapi.alphabet import person_order
from xapi.audit.people import Employee, People
from xapi.audit.projector import refresh_roster
from xapi.audit.report_columns import (
    COLUMNS,
    FILES,
    GROUPS,
    LIMITED,
    MISSING,
    NAMED,
    PERIODS,
    SHARES,
    SUMMED,
    TITLES,
    Column,
)
from xapi.audit.report_scope import EVERYONE, Scope
from xapi.audit.rule_set import OTHER_STATUS, Cell, Edition, RuleSet
from xapi.audit.store.ledger import Ledger
from xapi.audit.words import LIMITED_WORD, N_, number, whole
from xapi.errors import AuditError
from xapi.words import DEFAULT_LANGUAGE, translate

OUTSIDE = "outside_roster"
COUNTED = "counted_statements"


class Outside(msgspec.Struct, frozen=True):
    """Credits of people who are not on the roster of the year."""

    people: int
    credits: int
    accepted: int


class Report(msgspec.Struct, frozen=True):
    """A report as plain values: JP in hundredths, shares in hundredths of a percent. `report_write` writes it.

    `counted` holds the ids of the statements whose accepted JP are in the figures, when they were asked for. `limited`
    is how many of the employees have had the processing of their data limited (UU 27/2022 art. 11 and 41).
    """

    year: int
    by: str
    scope: Scope
    rows: tuple[Mapping[str, object], ...]
    totals: Mapping[str, object]
    rules: RuleSet
    outside: Outside
    findings: int
    counted: tuple[str, ...] = ()
    limited: int = 0

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order; a report of who has not met the target says how much is missing."""
        columns = COLUMNS[self.by]
        if self.by == "pegawai" and _is_about_missing(self.scope):
            columns = (*columns[:-1], MISSING)
        return (*columns, LIMITED) if self.by in NAMED and self.limited else columns

    @property
    def edition(self) -> Edition:
        """The rules of the year."""
        return self.rules.of_year(self.year)

    @property
    def rules_version(self) -> str:
        """Names and versions of the tables in use."""
        return self.edition.version

    @property
    def rules_hash(self) -> str:
        """SHA-256 (hex) of the rules in use."""
        return self.rules.hash

    @property
    def open_settings(self) -> tuple[Cell, ...]:
        """The rule cells that no rule settles, with the value in use."""
        return self.edition.open_settings()

    def title(self, language: str = DEFAULT_LANGUAGE) -> str:
        """What the report is about."""
        return translate("xapi", language, TITLES[self.by], {"year": self.year})

    def labelled_totals(self, language: str = DEFAULT_LANGUAGE) -> dict[str, object]:
        """The totals under the columns of the report, with the word for them where the names stand."""
        first = self.columns[1 if self.by in NAMED else 0].key
        totals = {**self.totals, first: translate("xapi", language, "Jumlah")}
        if self.by == "pegawai":
            totals["met"], totals["minimum"] = (
                None,
                None,
            )  # the column holds words, the number of people stands in the other reports
        return totals

    def shown_rows(self, language: str = DEFAULT_LANGUAGE) -> Sequence[Mapping[str, object]]:
        """The rows for people: a group without a name of its own is named in `language`."""
        if self.by == "bentuk":
            return [self._with_words(row, language) for row in self.rows]
        if self.by in NAMED and self.limited:
            mark = translate("xapi", language, LIMITED_WORD)
            return [{**row, "limited": mark if row["limited"] else ""} for row in self.rows]
        if self.by not in GROUPS:
            return self.rows
        key = self.columns[0].key
        names = {"": translate("xapi", language, "Tidak disebut")}
        if key == "status":
            names[OTHER_STATUS] = translate("xapi", language, "Lainnya")
        return [{**row, key: names[str(row[key])]} if row[key] in names else row for row in self.rows]

    def _with_words(self, row: Mapping[str, object], language: str) -> dict[str, object]:
        """A row of a form with its name, and its share in words."""
        form, share = self.edition.forms.get(str(row["form"])), str(row["share"])
        words = translate("xapi", language, SHARES[share]) if share in SHARES else share
        return {**row, "title": form.title(language) if form else row["form"], "share": words}

    def notes(self, language: str = DEFAULT_LANGUAGE) -> list[str]:
        """What a reader must know beside the figures: rules and what is left out, one sentence each."""
        say = {
            "version": self.rules_version,
            "hash": self.rules_hash[:16],
            "minutes": self.edition.settings.minutes_per_jp,
            "people": whole(self.outside.people, language),
            "credits": whole(self.outside.credits, language),
            "jp": number(self.outside.accepted, language),
            "findings": whole(self.findings, language),
            "limited": whole(self.limited, language),
        }
        texts = [
            N_("Tabel aturan %(version)s (sha256 %(hash)s…); 1 JP = %(minutes)s menit."),
            N_("Hanya kegiatan berstatus Disetujui yang diterima; JP ditinjau menunggu LMS atau validator."),
        ]
        if self.scope.quarter is not None:
            texts.append(N_("Kolom JP hanya triwulan ini; target dan capaian adalah setahun penuh."))
        if self.by == "liga":
            texts.append(N_("Tanpa peringkat: belum dihitung, atau dihitung dengan tabel aturan lain (*)."))
        if self.by == "bentuk":
            texts.append(N_("70-20-10 hanya keterangan: tidak ada aturan yang menjadikannya syarat."))
        if self.outside.credits:
            texts.append(
                N_("Di luar daftar pegawai: %(people)s orang, %(credits)s kegiatan, %(jp)s JP (tidak masuk tabel).")
            )
        if self.findings:
            texts.append(N_("Pernyataan yang tidak dapat dipakai: %(findings)s (lihat temuan)."))
        if self.limited:
            texts.append(
                N_("Pemrosesan data %(limited)s orang dibatasi: yang dicatat sebelumnya terhitung, sesudahnya tidak.")
            )
        return [translate("xapi", language, text, say) for text in texts]


def report(
    ledger: Ledger,
    people: People,
    year: int,
    by: str = "opd",
    *,
    scope: Scope = EVERYONE,
    counted: bool = False,
) -> Report:
    """The report of `year` by one of `report_columns.FILES`, from the ledger as last projected.

    `scope` narrows it; with `counted` it carries the statements behind its figures, read in the same snapshot.
    Employees without a credit are counted as not met. Raises AuditError for another `by`, and when the ledger was never
    projected.
    """
    if by not in FILES:
        raise AuditError("audit.report_unknown", f"no report by {by}", by=by, known=", ".join(FILES))
    roster = refresh_roster(ledger, people, year)
    return report_as_projected(ledger, year, by, scope=scope, roster=roster, counted=counted)


def report_as_projected(
    ledger: Ledger,
    year: int,
    by: str,
    *,
    scope: Scope = EVERYONE,
    roster: Mapping[str, Employee] | None = None,
    counted: bool = False,
) -> Report:
    """As `report`, by the roster that the ledger has: for pages, which cannot compare all people each time.

    `roster` gives the names for a report per pegawai, which has no row for whom it lacks.
    """
    wanted = [(FILES[by], scope), (OUTSIDE, EVERYONE), *([(COUNTED, scope)] if counted else [])]
    rows, outside, *statements = ledger.scoped_rows(wanted, year)
    if by in NAMED:
        rows = _with_people(rows, roster or {}, scope)
    if by == "rencana":
        rows = beside_plans(rows, ledger.plans.of_year(year))
    elif by == "bentuk":
        rows = [{**row, "title": row["form"]} for row in rows]
    elif by in PERIODS:
        rows = _all_periods(rows, by, scope)
    people = rows if by in NAMED else (roster or {}).values() if scope == EVERYONE else ()
    return Report(
        year=year,
        by=by,
        scope=scope,
        rows=tuple(rows),
        totals=_totals(rows, by),
        rules=ledger.rules(),
        outside=Outside(**outside[0]),  # type: ignore[arg-type]
        findings=ledger.finding_count(),
        counted=tuple(str(row["statement_id"]) for found in statements for row in found),
        limited=sum(map(_is_limited, people)),
    )


def _with_people(
    rows: Sequence[dict[str, object]], roster: Mapping[str, Employee], scope: Scope
) -> list[dict[str, object]]:
    """Joins names and NIPs at the last moment; the ledger has neither."""
    joined = [_with_person(row, roster[str(row["person"])]) for row in rows if str(row["person"]) in roster]
    joined.sort(key=lambda row: person_order(str(row["opd"]), str(row["name"]), str(row["nip"])))
    if _is_about_missing(scope):
        joined.sort(key=lambda row: -int(str(row["missing"])))
    return joined


def beside_plans(rows: Sequence[Mapping[str, object]], plans: Mapping[str, int]) -> list[dict[str, object]]:
    """The rows with what each person planned; who planned nothing has no difference."""
    return [
        {**row, "planned": plan, **difference(plan, int(str(row["accepted"])))}
        for row in rows
        for plan in [plans.get(str(row["person"]))]
    ]


def difference(planned: int | None, accepted: int) -> dict[str, object]:
    """How far the accepted JP are from the plan, and their share of it (hundredths of a percent, rounded down)."""
    if planned is None:
        return {"difference": None, "share_planned": None}
    return {"difference": accepted - planned, "share_planned": accepted * 10_000 // planned if planned else None}


def _is_about_missing(scope: Scope) -> bool:
    """Whether the report is the list of who has not met the target, which is about the whole year."""
    return scope.met is False and scope.quarter is None


def _with_person(row: Mapping[str, object], employee: Employee) -> dict[str, object]:
    missing = int(str(row["minimum"])) - int(str(row["accepted"]))
    return {
        **row,
        "nip": str(getattr(employee.nip, "digits", employee.nip or "")),
        "name": employee.name or "",
        "status": employee.status or "",
        "position": employee.position or "",
        "grade": employee.grade or "",
        "missing": max(0, missing),
        "limited": _is_limited(employee),
    }


def _is_limited(one: Employee | Mapping[str, object]) -> bool:
    """Whether the processing of the data of an employee, or of whom a row is about, is limited."""
    return bool(one["limited"] if isinstance(one, Mapping) else getattr(one, "limited", False))


def _all_periods(rows: Sequence[dict[str, object]], by: str, scope: Scope) -> list[dict[str, object]]:
    """The periods of the year by their Roman numbers, those without a credit too."""
    key, numerals = PERIODS[by]
    by_number = {row[key]: row for row in rows}
    empty = {column.key: 0 for column in COLUMNS[by]} | {"waiting": 0}
    shown = [{**by_number.get(i, empty), key: numeral} for i, numeral in enumerate(numerals, start=1)]
    return shown if scope.quarter is None else [shown[(scope.quarter - 1) * len(shown) // 4]]


def _totals(rows: Sequence[Mapping[str, object]], by: str) -> dict[str, object]:
    """Sums of the countable columns, and share and average of all rows, rounded down as in the SQL."""
    totals: dict[str, object] = {}
    sums = {key: sum(int(str(row[key] or 0)) for row in rows) for key in SUMMED if rows and key in rows[0]}
    if by in NAMED:
        employees = len(rows)
        totals["employees"], totals["unmet"] = employees, employees - sums.get("met", 0)
    totals.update(sums)
    if by in GROUPS and (employees := sums.get("employees", 0)):
        totals["share_met"] = sums["met"] * 10000 // employees
        totals["average"] = sums["accepted"] // employees
    if by == "rencana" and sums:
        totals |= difference(
            sums["planned"], sum(int(str(row["accepted"])) for row in rows if row["planned"] is not None)
        )
    return totals
