"""The Klungkung course from its schedule file to each participant's JP, by command and the real ledger."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from lti_tool.cli import main

EXAMPLE = Path(__file__).parents[3] / "examples" / "lan-elearning"
PASSED_AND_SHOWN = {
    "I Made Suartana", "Ni Luh Widiastuti", "I Ketut Darmayasa", "Ni Wayan Sukerti", "I Nyoman Gunarta",
    "Ni Made Ariani",
}  # fmt: skip
HELD = {"I Gede Pramana", "Ni Ketut Suryani", "I Wayan Sudiarsa"}
NOT_PASSED = {"Ni Nyoman Puspawati", "I Putu Wirawan", "Ni Komang Ratnadi"}


class House:
    """A data folder with the employees of the example, and a copy of the course to change."""

    def __init__(self, folder: Path) -> None:
        self.course = folder / "kursus"
        shutil.copytree(EXAMPLE, self.course)
        self._environment = {"JAMPEL_DATA": str(folder / "data"), "JAMPEL_LANG": "id"}
        self.run("people", "import", str(self.course / "pegawai.csv"))

    def run(self, *arguments: str, code: int = 0, language: str = "id"):
        done = CliRunner().invoke(main, list(arguments), env=self._environment | {"JAMPEL_LANG": language})
        assert done.exit_code == code, done.stderr
        return done

    def pull(self, *, code: int = 0, language: str = "id"):
        schedule = str(self.course / "jadwal.toml")
        return self.run("adapter", "pull", "lan_elearning", schedule, "--json", code=code, language=language)

    def jp(self, year: int = 2019) -> dict[str, tuple[int, int, int]]:
        """Declared, accepted and pending JP (hundredths) of each person, from the audit report."""
        self.run("outbox", "flush")
        shown = self.run("audit", "report", "--year", str(year), "--by", "pegawai", "--format", "json")
        return {
            row["name"]: (row["raw_jp"], row["accepted"], row["pending"]) for row in json.loads(shown.stdout)["rows"]
        }

    def change(self, file: str, before: str, after: str) -> None:
        text = (self.course / file).read_text(encoding="utf-8")
        assert before in text
        (self.course / file).write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_course_ends_in_an_audit_line_for_each_participant_and_is_held_until_it_is_approved(house: House) -> None:
    assert json.loads(house.pull().stdout)["recorded"] == 176
    lines = house.jp()
    assert {name for name, jp in lines.items() if jp == (4000, 4000, 0)} == PASSED_AND_SHOWN
    assert {name for name, jp in lines.items() if jp == (4000, 0, 4000)} == HELD
    assert {name for name, jp in lines.items() if jp == (0, 0, 0)} == NOT_PASSED

    again = json.loads(house.pull().stdout)
    assert (again["recorded"], again["unchanged"]) == (0, 176)

    house.change("implementasi.csv", "bukti-07.txt;Ditinjau;;", "bukti-07.txt;Disetujui;BKPSDM;20-12-2019")
    assert json.loads(house.pull().stdout)["recorded"] == 1
    assert house.jp()["I Gede Pramana"] == (4000, 4000, 0)
    assert house.jp()["Ni Ketut Suryani"] == (4000, 0, 4000)


def test_the_form_decides_the_jp_of_the_same_days(house: House) -> None:
    """12 to 19 November are 8 days of at most 3 JP when counted as e-learning; as technical training all 40 count."""
    house.change("jadwal.toml", 'bentuk = "pelatihan-teknis"', 'bentuk = "e-learning"')
    house.pull()
    assert house.jp()["I Made Suartana"] == (4000, 2400, 0)
    trail = house.run("audit", "trail", _nip("I Made Suartana"), "--year", "2019")
    assert "24" in trail.stdout


def test_a_schedule_with_other_jp_is_refused_until_it_says_its_revision_and_no_jp_counts_twice(house: House) -> None:
    house.pull()
    before = house.jp()
    house.change("jadwal.toml", "jp = 12", "jp = 20")
    refused = house.pull(code=1)
    assert json.loads(refused.stdout)["recorded"] == 0
    assert "Baris 2 (peserta.csv): " in refused.stderr
    assert "Catatan lama tidak ditimpa" in refused.stderr
    assert house.jp() == before

    house.change("jadwal.toml", 'zona = "WITA"', 'zona = "WITA"\nrevisi = 2')
    assert json.loads(house.pull().stdout)["recorded"] == 9
    assert house.jp()["I Made Suartana"][1] in (4000, 4800)  # one of the two, until the old one is taken back


def test_slips_are_told_in_both_languages_by_file_row_and_column_and_nothing_is_recorded(house: House) -> None:
    with (house.course / "kelas.csv").open("a", encoding="utf-8") as table:
        table.write("RM4-KELAS-1;197001012099011999;Orang Lain;hadir\n")
    told = house.pull(code=1)
    row = len((house.course / "kelas.csv").read_text(encoding="utf-8").splitlines())
    assert f"kelas.csv: Baris {row}, kolom NIP: Orang ini tidak ada di daftar peserta." in told.stderr
    english = house.pull(code=1, language="en").stderr
    assert f"kelas.csv: Row {row}, column NIP: This person is not in the list of participants." in english
    assert "197001012099011999" not in told.stderr + told.stdout + english
    assert all(jp == (0, 0, 0) for jp in house.jp().values())


def test_the_class_report_says_who_lacks_what_and_records_nothing(house: House, tmp_path: Path) -> None:
    house.change("peserta.csv", "I Putu Wirawan", "=I <b>Putu</b> Wirawan")
    page, book = tmp_path / "kelas.html", tmp_path / "kelas.xlsx"
    report = ("adapter", "class-report", "lan_elearning", str(house.course / "jadwal.toml"), "-o")
    told = house.run(*report, str(page), code=1)
    assert "peserta.csv: Baris 12, kolom Nama" in told.stderr
    assert not page.exists()

    house.change("peserta.csv", "=I <b>", "I <b>")
    for target in (page, book):
        house.run(*report, str(target))
    html = page.read_text(encoding="utf-8")
    assert "12 peserta, 9 lulus semua sesi; 40,00 JP sebagai pelatihan teknis." in html
    assert "I &lt;b&gt;Putu&lt;/b&gt; Wirawan" in html
    assert "RM2-CHAT-B (Live chat integritas, kelompok B): hadir 33 persen, paling sedikit 80 persen." in html
    assert "Implementasi rancangan belum disetujui: Perbaikan." in html
    cells = [str(cell.value) for row in _rows_of(book) for cell in row if cell.value]
    assert {"Lulus, JP ditahan", "Belum lulus", "RM.012/KLK/2019", "terlambat 94"} <= set(cells)
    for wrong in ("kelas.pdf", "kelas"):
        house.run(*report, wrong, code=1)
    assert "statement" not in json.loads(house.run("outbox", "status", "--json").stdout)["kinds"]


def _rows_of(book: Path):
    return [row for sheet in load_workbook(book).worksheets for row in sheet.rows]


def _nip(name: str) -> str:
    with (EXAMPLE / "peserta.csv").open(encoding="utf-8") as file:
        return next(row["NIP"] for row in csv.DictReader(file, delimiter=";") if row["Nama"] == name)


def test_the_exports_of_asn_unggul_end_in_audit_lines_too(house: House) -> None:
    """6 JP of e-learning in the two days that the table declares, and 10 JP of distance training by its grade."""
    for file in sorted((EXAMPLE.parent / "asn-unggul").iterdir()):
        if file.name != "kursus.csv":
            house.run("adapter", "pull", "asn_unggul", str(file))
    lines = house.jp(2026)
    assert lines["I Made Suartana"] == (1600, 1600, 0)
    assert lines["Ni Wayan Sukerti"] == (600, 600, 0)
    assert lines["Ni Luh Widiastuti"] == (0, 0, 0)
