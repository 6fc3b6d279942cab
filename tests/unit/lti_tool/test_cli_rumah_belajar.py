"""Rumah Belajar from its three tables to audit lines and to the map of competencies, by command and the real ledger."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from lti_tool.cli import main

EXAMPLE = Path(__file__).parents[3] / "examples" / "rumah-belajar"


class House:
    """A data folder with the employees of the example."""

    def __init__(self, folder: Path) -> None:
        self._environment = {"JAMPEL_DATA": str(folder / "data"), "JAMPEL_LANG": "id"}
        self.run("people", "import", str(EXAMPLE / "pegawai.csv"))

    def run(self, *arguments: str, code: int = 0, **environment: str):
        done = CliRunner().invoke(main, list(arguments), env=self._environment | environment)
        assert done.exit_code == code, done.stderr
        return done

    def pull_all(self) -> list[tuple[int, int]]:
        """What was recorded and what was unchanged, of each table."""
        told = []
        for name in ("baca.csv", "uji.csv", "pelatihan.csv"):
            done = json.loads(self.run("adapter", "pull", "rumah_belajar", str(EXAMPLE / name), "--json").stdout)
            told.append((done["recorded"], done["unchanged"]))
        self.run("outbox", "flush")
        return told

    def states(self, **environment: str) -> dict[str, dict[str, str]]:
        """The state of each competency of each person."""
        told = json.loads(self.run("audit", "competencies", "--format", "json", **environment).stdout)
        return {one["name"]: {item["code"]: item["state"] for item in one["items"]} for one in told}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_the_tables_end_in_audit_lines_with_two_jp_of_reading_a_day_and_in_a_map(house: House, tmp_path: Path) -> None:
    assert house.pull_all() == [(5, 0), (4, 0), (3, 0)]
    assert house.pull_all() == [(0, 5), (0, 4), (0, 3)]
    rows = json.loads(house.run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json").stdout)
    lines = {row["name"]: (row["raw_jp"], row["accepted"]) for row in rows["rows"]}
    # 2 and 2 JP of reading on one day are 2, the next day 0.88; and 12 JP of training.
    assert lines == {"Siti Rahmawati": (1688, 1488), "Budi Hartono": (1300, 1300), "Dewi Lestari": (0, 0)}

    house.run("people", "standards", str(EXAMPLE / "standar.csv"), "--source", "Contoh rekaan")
    assert house.states() == {
        "Siti Rahmawati": {"M.01": "low", "M.02": "learnt", "T.01": "tested", "T.03": "missing"},
        "Budi Hartono": {"M.01": "missing", "M.02": "learnt", "T.01": "learnt", "T.03": "missing"},
        "Dewi Lestari": {"M.01": "missing", "M.02": "tested", "T.02": "missing"},
    }
    strict = house.states(JAMPEL_COMPETENCY__CREDITS="false")
    assert strict["Budi Hartono"]["T.01"] == "missing"
    assert strict["Siti Rahmawati"]["T.01"] == "tested"

    book, table = tmp_path / "peta.xlsx", tmp_path / "peta.csv"
    for file in (book, table):
        house.run("audit", "competencies", "--opd", "Kantor Imigrasi Contoh", "-o", str(file))
    cells = [cell.value for row in load_workbook(book).active for cell in row]
    assert {"198803032099031003", "Pelayanan publik", "teruji"} <= set(cells)
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert [row["Keadaan"] for row in csv.DictReader(file, delimiter=";")] == [
            "belum ada bukti", "teruji", "belum ada bukti",
        ]  # fmt: skip


def test_standards_are_taken_whole_or_not_at_all_and_shown_with_their_source(house: House, tmp_path: Path) -> None:
    house.run("people", "standards", str(EXAMPLE / "standar.csv"), "--source", "Contoh rekaan")
    bad = tmp_path / "standar.csv"
    bad.write_text("Jabatan;Kompetensi;Tingkat\nAnalis Hukum;Integritas;tinggi\n;Etika;1\n", encoding="utf-8")
    told = house.run("people", "standards", str(bad), code=1).stderr
    assert "Baris 2, kolom Tingkat" in told
    assert "Baris 3, kolom Jabatan" in told
    kept = json.loads(house.run("people", "standards", "--json").stdout)
    assert (kept["source"], len(kept["lines"])) == ("Contoh rekaan", 7)
    assert "Contoh rekaan" in house.run("people", "standards").stderr
    house.run("people", "standards", str(EXAMPLE / "pegawai.csv"), "--dry-run", code=1)
