"""Sinau Bareng: 35 regions by one rule version, ranked from figures without names, or shown without a rank."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from adapters.errors import AdapterError
from adapters.sinau_bareng import ADAPTER
from adapters.sinau_bareng.exchange import file_of
from adapters.sinau_bareng.figures import Figures, Standing, ranks, standing
from adapters.sinau_bareng.regions import REGIONS, region_of
from adapters.testing import NIP, connection
from adapters.yearly import YearBook, YearPerson
from lti_tool.systems.year_files import write_tables
from xapi.audit.rule_set import without_zone
from xapi.audit.rules import load_rules
from xapi.sheet import plain_name

RULES = load_rules()
HASH = without_zone(RULES)
YEAR = 2026
TEGAL, KOTA_TEGAL, KUDUS = "33.28", "33.76", "33.19"
HEAD = "Kabupaten/Kota;Tahun;Status;JP;Pegawai;NIP\n"


def figures(region: str, spread: dict, rules: str = HASH, year: int = YEAR) -> Figures:
    return Figures(region=region, year=year, version="lan", rules=rules, spread=spread, file="")


def sent(folder: Path, kind: str = ".json", **told) -> Path:
    made = file_of(figures(**told))
    path = folder / f"{told['region']}-{len(list(folder.iterdir()))}{kind}"
    with path.open("wb") as file:
        write_tables(file, kind, made.tables, made.value)
    return path


def compare(*paths: Path, **options: str):
    return ADAPTER.exchange.compare(paths, YEAR, connection({"small": "2"} | options))


def rows(made) -> dict[str, dict]:
    return {row["code"]: row for row in made.table.rows}


@pytest.mark.parametrize("kind", [".json", ".xlsx", ".csv"])
def test_what_a_region_writes_the_province_reads_whatever_the_kind(tmp_path, kind) -> None:
    spread = {("PNS", 2050): 3, ("PNS", 0): 2, ("PPPK", 1275): 5}
    row = rows(compare(sent(tmp_path, kind, region=TEGAL, spread=spread)))[TEGAL]
    assert (row["rank"], row["employees"], row["met"], row["share_met"]) == ("1", 10, 3, 3000)
    assert (row["mean"], row["capped"]) == ((2050 * 3 + 1275 * 5) // 10, (2000 * 3 + 1275 * 5) // 10)


def test_equal_regions_share_a_rank_and_the_next_one_counts_both() -> None:
    def stand(met: int, employees: int, capped: int) -> Standing:
        return Standing(employees, met, Fraction(capped), Fraction(capped))

    assert ranks([stand(1, 2, 10), stand(2, 4, 10), stand(1, 3, 99), stand(1, 2, 11)]) == [2, 2, 4, 1]
    assert ranks([stand(5691, 10_000, 1), stand(56_911, 100_000, 1)]) == [2, 1], "no figure is rounded first"


def test_one_person_with_many_jp_does_not_lift_an_office() -> None:
    edition = RULES.of_year(YEAR)
    modest = figures(TEGAL, {("PNS", 1000): 10})
    lifted = figures(TEGAL, {("PNS", 1000): 9, ("PNS", 200_000): 1})
    assert standing(lifted, edition, None).mean > 10 * standing(modest, edition, None).mean
    assert standing(lifted, edition, None).capped == Fraction(9 * 1000 + 2000, 10)
    assert standing(lifted, edition, 4000).capped == Fraction(9 * 1000 + 4000, 10)


def test_a_region_by_other_rules_is_shown_without_a_rank_and_nobody_else_is_held_up(tmp_path) -> None:
    other = sent(tmp_path, region=TEGAL, spread={("PNS", 9000): 5}, rules="0" * 64)
    made = compare(other, sent(tmp_path, region=KUDUS, spread={("PNS", 0): 5}))
    assert (rows(made)[TEGAL]["rank"], rows(made)[TEGAL]["remark"]) == ("–", "Tabel aturan lain")
    assert rows(made)[KUDUS]["rank"] == "1"
    assert (made.unranked, made.refused) == (34, [])


def test_a_small_office_and_one_that_sent_nothing_have_no_rank(tmp_path) -> None:
    small = sent(tmp_path, region=KUDUS, spread={("PNS", 2000): 29})
    made = rows(compare(small, small="30"))
    assert (made[KUDUS]["remark"], made[TEGAL]["remark"]) == ("Pegawai terlalu sedikit", "Belum mengirim")
    assert rows(compare(small, small="29"))[KUDUS]["rank"] == "1"


def test_the_same_file_twice_counts_once_and_two_that_differ_are_both_set_aside(tmp_path) -> None:
    spread = {("PNS", 2000): 5}
    once, again = (sent(tmp_path, kind, region=TEGAL, spread=spread) for kind in (".json", ".csv"))
    assert rows(compare(once, again))[TEGAL]["employees"] == 5
    other = sent(tmp_path, region=TEGAL, spread={("PNS", 2000): 6})
    row = rows(compare(once, again, other))[TEGAL]
    assert (row["rank"], row["employees"], row["remark"]) == ("–", None, "Dua berkas dengan angka berbeda")


def test_a_sheet_of_an_office_without_jampel_is_marked_and_ranked_only_when_the_settings_say_so(tmp_path) -> None:
    sheet = tmp_path / "lembar.csv"
    sheet.write_text(f"{HEAD}Kab. Kudus;2026;PNS;20;1;{NIP}\nPemkab Kudus;2026;PPPK;12,5;3;\n", encoding="utf-8")
    row = rows(compare(sheet))[KUDUS]
    assert (row["rank"], row["employees"], row["met"], row["remark"]) == ("–", 4, 1, "Lembar tanpa tabel aturan")
    row = rows(compare(sheet, sheets="ya"))[KUDUS]
    assert (row["rank"], row["remark"]) == ("1", "Lembar tanpa tabel aturan")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Kabupaten Bantul;2026;PNS;20;1;", "sinau.region_unknown"),
        ("Tegal;2026;PNS;20;1;", "sinau.region_unknown"),
        ("Kota Tegal;2026;PNS;banyak;1;", "spreadsheet.jp_no_number"),
        ("Kota Tegal;2026;PNS;20;1,5;", "cell.number"),
        ("Kota Tegal;2026;PNS;20;;", "cell.empty"),
        (f"Kota Tegal;2026;PNS;20;2;{NIP}", "sinau.one_person"),
        ("Kudus;2025;PNS;20;1;", "sinau.rules_mixed"),
        (f"Kudus;2026;PNS;20;1;{NIP}", "spreadsheet.row_twice"),
    ],
)
def test_a_bad_row_is_told_and_nothing_of_its_file_is_used(tmp_path, line, code) -> None:
    sheet = tmp_path / "lembar.csv"
    sheet.write_text(f"{HEAD}Kudus;2026;PNS;20;1;{NIP}\n{line}\n", encoding="utf-8")
    made = compare(sheet, sent(tmp_path, region=TEGAL, spread={("PNS", 0): 5}))
    assert [(cell.row, cell.code, cell.file) for cell in made.refused] == [(3, code, "lembar.csv")]
    assert (rows(made)[KUDUS]["remark"], rows(made)[TEGAL]["rank"]) == ("Belum mengirim", "1")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": "lain"}, "sinau.no_figures"),
        ({"spread": "banyak"}, "sinau.no_figures"),
        ({"totals": {"employees": 6, "jp": 10_000}}, "sinau.sums_differ"),
        ({"spread": [{"status": "PNS", "jp": -1, "people": 1}]}, "sinau.strange_figures"),
        ({"region": "Kota Tegal"}, "sinau.code_differs"),
        ({"code": "33.99"}, "sinau.region_unknown"),
        ({"year": 2025}, "sinau.other_year"),
    ],
)
def test_a_json_that_was_edited_or_is_of_another_year_is_refused(tmp_path, change, code) -> None:
    path = sent(tmp_path, region=TEGAL, spread={("PNS", 2000): 5})
    path.write_text(json.dumps(json.loads(path.read_text()) | change), encoding="utf-8")
    made = compare(path)
    assert [cell.code for cell in made.refused] == [code]
    assert rows(made)[TEGAL]["employees"] is None


def test_every_region_is_known_by_its_code_and_by_the_ways_people_write_it() -> None:
    assert len(REGIONS) == 35
    assert all(region_of(name) == code == region_of(code) for code, name in REGIONS.items())
    assert {region_of(text) for text in ("Pemkab Tegal", "Kab. Tegal", "Pemerintah Kabupaten Tegal")} == {TEGAL}
    assert {region_of(text) for text in ("kota tegal", "PEMKOT TEGAL", "Pemerintah Kota Tegal")} == {KOTA_TEGAL}
    assert region_of("Solo") == region_of("Kota Solo") == region_of("Surakarta") == "33.72"
    twice = {plain_name(name).split()[1] for name in REGIONS.values() if name.startswith("Kota")} - {
        "surakarta", "salatiga",
    }  # fmt: skip
    for name in twice:
        with pytest.raises(AdapterError):
            region_of(name)


def test_the_file_of_a_region_names_nobody_and_an_institution_of_elsewhere_has_none() -> None:
    someone = YearPerson(nip=NIP, name="Siti Contoh", opd="Dinas", status="PNS", jp=2000, target=2000, met=True)
    book = YearBook(institution="Kabupaten Kudus", year=YEAR, rules_version="lan", rules_hash=HASH,
                    people=[someone], credits=[])  # fmt: skip
    made = ADAPTER.exchange.year_file(book, connection())
    assert not made.personal
    assert not [text for text in (NIP, "Siti", "Dinas") if text in json.dumps(made.value) + str(made.tables)]
    elsewhere = YearBook(institution="Kabupaten Bantul", year=YEAR, rules_version="lan", rules_hash=HASH,
                         people=[someone], credits=[])  # fmt: skip
    with pytest.raises(AdapterError) as told:
        ADAPTER.exchange.year_file(elsewhere, connection())
    assert told.value.code == "sinau.no_region"
    assert ADAPTER.exchange.year_file(elsewhere, connection({"region": "Kudus"})).value["code"] == KUDUS


@pytest.mark.parametrize("options", [{"cap": "banyak"}, {"cap": "0"}, {"small": "-1"}])
def test_a_setting_that_is_no_number_is_told_by_the_check_and_stops_the_comparison(options) -> None:
    assert [line.state for line in ADAPTER.check.lines(connection(options))] == ["ok", "failed"]
    with pytest.raises(AdapterError) as told:
        compare(**options)
    assert told.value.code == "sinau.setting"
