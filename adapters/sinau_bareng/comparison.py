"""Puts the regions side by side: a rank for those counted by one rule version, or else why they have none."""

from collections.abc import Iterable, Iterator, Sequence

from adapters.errors import AdapterError
from adapters.remote import N_
from adapters.sinau_bareng.figures import Figures, Standing, ranks, standing
from adapters.sinau_bareng.regions import REGIONS
from adapters.sinau_bareng.settings import Choices
from adapters.yearly import Comparison, FileColumn, FileTable
from xapi.audit.rule_set import RuleSet, without_zone
from xapi.sheet_rows import RefusedCell

UNRANKED = "–"
OTHER_RULES = N_("Tabel aturan lain")
SHEET = N_("Lembar tanpa tabel aturan")
SMALL = N_("Pegawai terlalu sedikit")
MISSING = N_("Belum mengirim")
CONTRADICTED = N_("Dua berkas dengan angka berbeda")
_HASH = 8
_PERCENT = 10_000
_COLUMNS = (
    FileColumn("rank", N_("Peringkat")), FileColumn("region", N_("Kabupaten/Kota")), FileColumn("code", N_("Kode")),
    FileColumn("employees", N_("Jumlah Pegawai"), "count"), FileColumn("met", N_("Terpenuhi"), "count"),
    FileColumn("unmet", N_("Belum Terpenuhi"), "count"), FileColumn("share_met", N_("Persentase"), "percent"),
    FileColumn("capped", N_("Rata-rata JP Dibatasi"), "jp"), FileColumn("mean", N_("Rata-rata JP"), "jp"),
    FileColumn("rules", N_("Tabel aturan")), FileColumn("remark", N_("Keterangan")),
)  # fmt: skip


def compared(
    found: Iterable[Figures], year: int, rules: RuleSet, choices: Choices, refused: list[RefusedCell]
) -> Comparison:
    """The comparison of `year` by `rules`; figures of another year join `refused`.

    A region stands without a rank when it was counted by other rules, sent a sheet that names none (unless the choices
    rank it), has fewer employees than `choices.small`, sent two files that differ, or sent nothing.
    """
    by_region = _by_region(found, year, refused)
    edition = rules.of_year(year)
    wanted = without_zone(rules)
    ranked, others = [], []
    for code, name in REGIONS.items():
        files = by_region.get(code, [])
        if not files or not all(files[0].says_the_same(one) for one in files[1:]):
            others.append(_empty_row(code, CONTRADICTED if files else MISSING))
            continue
        told = files[0]
        stand = standing(told, edition, choices.cap)
        why, remark = _remark(told, stand, wanted, choices)
        row = {"rank": UNRANKED, "region": name, "code": code, **_shown(stand), "rules": _rules(told), "remark": remark}
        if why:
            others.append(row)
        else:
            ranked.append((stand, row))
    rows = [*_in_order(ranked), *others]
    table = FileTable(f"Peringkat {year}", _COLUMNS, rows)
    value = {"year": year, "rules": {"version": edition.version, "hash": wanted}, "cap": choices.cap,
             "small": choices.small, "rows": rows}  # fmt: skip
    return Comparison(table=table, value=value, refused=refused, unranked=len(others))


def _by_region(found: Iterable[Figures], year: int, refused: list[RefusedCell]) -> dict[str, list[Figures]]:
    by_region: dict[str, list[Figures]] = {}
    for one in found:
        if one.year == year:
            by_region.setdefault(one.region, []).append(one)
            continue
        error = AdapterError("sinau.other_year", "another year", year=one.year, wanted=year)
        refused.append(RefusedCell(one.row, "Tahun", error.code, error, one.file))
    return by_region


def _remark(told: Figures, stand: Standing, wanted: str, choices: Choices) -> tuple[bool, str]:
    """Whether there is no rank, and the remark."""
    if not told.rules:
        small = stand.employees < choices.small
        return not choices.sheets or small, SMALL if choices.sheets and small else SHEET
    if told.rules != wanted:
        return True, OTHER_RULES
    return (True, SMALL) if stand.employees < choices.small else (False, "")


def _in_order(ranked: Sequence[tuple[Standing, dict[str, object]]]) -> Iterator[dict[str, object]]:
    places = ranks(stand for stand, _row in ranked)
    rows = sorted(
        zip(places, (row for _stand, row in ranked), strict=True), key=lambda one: (one[0], str(one[1]["code"]))
    )
    for place, row in rows:
        yield {**row, "rank": str(place)}


def _shown(stand: Standing) -> dict[str, object]:
    """The figures as people read them, rounded down as in the audit."""
    return {
        "employees": stand.employees,
        "met": stand.met,
        "unmet": stand.employees - stand.met,
        "share_met": int(stand.share * _PERCENT),
        "capped": int(stand.capped),
        "mean": int(stand.mean),
    }


def _rules(told: Figures) -> str:
    """The rules as `1.2 (ab12cd34)`; a name that is the same may hide other cells."""
    return f"{told.version} ({told.rules[:_HASH]})" if told.rules else ""


def _empty_row(code: str, remark: str) -> dict[str, object]:
    numbers = dict.fromkeys(("employees", "met", "unmet", "share_met", "capped", "mean"))
    return {"rank": UNRANKED, "region": REGIONS[code], "code": code, **numbers, "rules": "", "remark": remark}
