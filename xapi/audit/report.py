"""Reports of a year: per pegawai, OPD, status of the whole instansi, or triwulan; every JP column beside the others."""

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Literal

import msgspec

from xapi.audit.people import Employee, People
from xapi.audit.projector import refresh_roster
from xapi.audit.report_formats import Column, csv_text, json_row, text_table
from xapi.audit.rule_set import Cell, RuleSet
from xapi.audit.store.ledger import Ledger
from xapi.audit.words import N_, number, whole
from xapi.errors import AuditError
from xapi.words import DEFAULT_LANGUAGE, translate

By = Literal["pegawai", "opd", "instansi", "triwulan"]
JP = (
    Column("raw_jp", N_("JP asli"), "jp"),
    Column("converted", N_("JP konversi"), "jp"),
    Column("capped", N_("JP setelah batas"), "jp"),
    Column("accepted", N_("JP diterima"), "jp"),
    Column("pending", N_("JP ditinjau"), "jp"),
)
PEOPLE = (
    Column("employees", N_("Jumlah pegawai"), "count"),
    Column("met", N_("Terpenuhi"), "count"),
    Column("unmet", N_("Belum Terpenuhi"), "count"),
    Column("share_met", N_("Persentase"), "percent"),
)
COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "pegawai": (
        Column("nip", N_("NIP"), "nip"),
        Column("name", N_("Nama"), "text"),
        Column("opd", N_("Perangkat daerah"), "text"),
        Column("status", N_("Status"), "text"),
        Column("position", N_("Jabatan"), "text"),
        *JP,
        Column("minimum", N_("Target JP"), "jp"),
        Column("met", N_("Capaian"), "met"),
    ),
    "opd": (Column("opd", N_("Perangkat daerah"), "text"), *PEOPLE, *JP, Column("average", N_("Rata-rata JP"), "jp")),
    "instansi": (Column("status", N_("Status"), "text"), *PEOPLE, *JP, Column("average", N_("Rata-rata JP"), "jp")),
    "triwulan": (
        Column("quarter", N_("Triwulan"), "text"),
        Column("people", N_("Pegawai dengan kegiatan"), "count"),
        Column("credits", N_("Kegiatan"), "count"),
        Column("counted", N_("Kegiatan dihitung"), "count"),
        *JP,
    ),
}
FILES = {
    "pegawai": "report_person",
    "opd": "report_opd",
    "instansi": "report_institution",
    "triwulan": "report_quarter",
}
TITLES: Mapping[str, str] = {
    "pegawai": N_("Capaian JP tahun %(year)s per pegawai"),
    "opd": N_("Rekapitulasi JP tahun %(year)s per perangkat daerah"),
    "instansi": N_("Rekapitulasi JP tahun %(year)s seluruh instansi"),
    "triwulan": N_("Rekapitulasi JP tahun %(year)s per triwulan"),
}
QUARTERS = ("I", "II", "III", "IV")
SUMMED = ("employees", "met", "unmet", "credits", "counted", *(column.key for column in JP))


class Outside(msgspec.Struct, frozen=True):
    """Credits of people who are not on the roster of the year."""

    people: int
    credits: int
    accepted: int


class Report(msgspec.Struct, frozen=True):
    """A report as plain values (JP in hundredths, shares in hundredths of a percent), and how to write it."""

    year: int
    by: str
    rows: tuple[Mapping[str, object], ...]
    totals: Mapping[str, object]
    rules_version: str
    rules_hash: str
    minutes_per_jp: int
    open_settings: tuple[Cell, ...]
    outside: Outside
    findings: int

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order."""
        return COLUMNS[self.by]

    def title(self, language: str = DEFAULT_LANGUAGE) -> str:
        """What the report is about."""
        return translate("xapi", language, TITLES[self.by], {"year": self.year})

    def table(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The report as aligned text with title, totals, rule version and open settings."""
        label = translate("xapi", language, "Jumlah")
        totals = {**self.totals, self.columns[1 if self.by == "pegawai" else 0].key: label}
        if self.by == "pegawai":
            totals["met"] = None  # the column holds words, the number of people stands in the other reports
        rows = [_shown(row, language) for row in self.rows] if self.by == "instansi" else self.rows
        body = text_table(self.columns, rows, totals, language)
        return "\n".join([self.title(language), "", body, "", *self.notes(language)]) + "\n"

    def json(self) -> str:
        """The report as JSON: JP as hundredths and as decimals, with the rules that made it."""
        value = {
            "year": self.year,
            "by": self.by,
            "rules": {
                "version": self.rules_version,
                "hash": self.rules_hash,
                "minutes_per_jp": self.minutes_per_jp,
                "open_settings": self.open_settings,
            },
            "rows": [json_row(self.columns, row) for row in self.rows],
            "totals": {key: value for key, value in self.totals.items() if value is not None},
            "outside_roster": self.outside,
            "findings": self.findings,
        }
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"

    def csv(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The rows as CSV, headers in `language`, safe to open in a spreadsheet."""
        return csv_text(self.columns, self.rows, language)

    def notes(self, language: str = DEFAULT_LANGUAGE) -> list[str]:
        """What a reader must know beside the figures: rules, open settings, what is left out."""
        say = {
            "version": self.rules_version,
            "hash": self.rules_hash[:16],
            "minutes": self.minutes_per_jp,
            "people": whole(self.outside.people, language),
            "credits": whole(self.outside.credits, language),
            "jp": number(self.outside.accepted, language),
            "findings": whole(self.findings, language),
            "open": len(self.open_settings),
        }
        lines = [
            translate("xapi", language, "Tabel aturan %(version)s (sha256 %(hash)s…); 1 JP = %(minutes)s menit.", say),
            translate(
                "xapi",
                language,
                "Hanya kegiatan berstatus Disetujui yang diterima; JP ditinjau menunggu LMS atau validator.",
            ),
        ]
        if self.outside.credits:
            lines.append(
                translate(
                    "xapi",
                    language,
                    "Di luar daftar pegawai: %(people)s orang, %(credits)s kegiatan, %(jp)s JP (tidak masuk tabel).",
                    say,
                )
            )
        if self.findings:
            lines.append(
                translate("xapi", language, "Pernyataan yang tidak dapat dipakai: %(findings)s (lihat temuan).", say)
            )
        if self.open_settings:
            lines.append(
                translate(
                    "xapi",
                    language,
                    "Pengaturan yang belum ditetapkan peraturan (%(open)s), dengan nilai dipakai:",
                    say,
                )
            )
            text = "; ".join(f"{cell.path}: {cell.value}" for cell in self.open_settings)
            lines += wrap(text, 116, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
        return lines


def report(ledger: Ledger, people: People, year: int, by: str = "opd", *, opd: str | None = None) -> Report:
    """The report of `year` by `pegawai`, `opd`, `instansi` or `triwulan`, from the ledger as last projected.

    `opd` narrows the report per pegawai or per OPD to one OPD. Employees without a credit are counted as not met.
    Raises AuditError for another `by`, and when the ledger was never projected.
    """
    if by not in COLUMNS:
        raise AuditError("audit.report_unknown", f"no report by {by}", by=by, known=", ".join(COLUMNS))
    roster = refresh_roster(ledger, people, year)
    found = ledger.rows([FILES[by], "outside_roster"], year)
    rows: list[dict[str, object]] = found[FILES[by]]
    if opd is not None:
        rows = [row for row in rows if row.get("opd") == opd]
    if by == "pegawai":
        rows = _with_people(rows, roster)
    elif by == "triwulan":
        rows = _all_quarters(rows)
    return _report(ledger.rules(), year, by, rows, Outside(**found["outside_roster"][0]), len(ledger.findings()))  # type: ignore[arg-type]


def _report(
    rules: RuleSet, year: int, by: str, rows: Sequence[Mapping[str, object]], outside: Outside, findings: int
) -> Report:
    edition = rules.of_year(year)
    return Report(
        year=year,
        by=by,
        rows=tuple(rows),
        totals=_totals(rows, by),
        rules_version=edition.version,
        rules_hash=rules.hash,
        minutes_per_jp=edition.settings.minutes_per_jp,
        open_settings=edition.open_settings(),
        outside=outside,
        findings=findings,
    )


def _with_people(rows: Sequence[dict[str, object]], roster: Mapping[str, Employee]) -> list[dict[str, object]]:
    """Joins names and NIPs at the last moment; the ledger has neither."""
    joined = []
    for row in rows:
        employee = roster.get(str(row["person"]))
        if employee is not None:
            joined.append(
                {
                    **row,
                    "nip": _digits(employee.nip),
                    "name": employee.name or "",
                    "status": employee.status or "",
                    "position": employee.position or "",
                    "grade": employee.grade or "",
                }
            )
    return sorted(joined, key=lambda row: (str(row["opd"]), str(row["name"]), str(row["nip"])))


def _digits(nip: object) -> str:
    return str(getattr(nip, "digits", nip or ""))


def _all_quarters(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    """The four quarters by their Roman numbers, those without a credit too."""
    by_number = {row["quarter"]: row for row in rows}
    empty = {column.key: 0 for column in COLUMNS["triwulan"]}
    return [{**by_number.get(i, empty), "quarter": numeral} for i, numeral in enumerate(QUARTERS, start=1)]


def _totals(rows: Sequence[Mapping[str, object]], by: str) -> dict[str, object]:
    """Sums of the countable columns, and share and average of all rows, rounded down as in the SQL."""
    totals: dict[str, object] = {}
    sums = {key: sum(int(str(row[key])) for row in rows) for key in SUMMED if rows and key in rows[0]}
    if by == "pegawai":
        employees = len(rows)
        totals["employees"], totals["unmet"] = employees, employees - sums.get("met", 0)
    totals.update(sums)
    if by in {"opd", "instansi"} and (employees := sums.get("employees", 0)):
        totals["share_met"] = sums["met"] * 10000 // employees
        totals["average"] = sums["accepted"] // employees
    return totals


def _shown(row: Mapping[str, object], language: str) -> dict[str, object]:
    """A row per status, the status without a target of its own in words."""
    status = translate("xapi", language, "Lainnya") if row["status"] == "LAINNYA" else row["status"]
    return {**row, "status": status}
