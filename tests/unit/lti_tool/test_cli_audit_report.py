"""`jampel audit report`, `plan import` and `league`: files whole or not there, forms by the name of the file."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from xapi.audit import report_xlsx

SITI, BUDI = "198501012099031001", "198501012099031002"
ROSTER = (
    "NIP;Nama;OPD;Status;Jabatan;Golongan;Tanggal mulai\n"
    f"{SITI};Siti;Dinas A;PNS;Analis;III/c;2020-01-01\n{BUDI};Budi;Dinas B;PPPK;Guru;IX;2020-01-01\n"
)


@pytest.fixture
def run(tmp_path: Path):
    """`run("report", …)` runs `jampel audit` on a folder with two employees."""
    roster, runner = tmp_path / "pegawai.csv", CliRunner()
    roster.write_text(ROSTER, encoding="utf-8")
    environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "id"}
    assert runner.invoke(main, ["people", "import", str(roster)], env=environment).exit_code == 0
    return lambda *arguments: runner.invoke(main, ["audit", *arguments], env=environment)


def test_the_name_of_the_file_says_the_form_and_options_narrow_the_rows(run, tmp_path: Path) -> None:
    for name, magic in (("rekap.xlsx", b"PK"), ("rekap.pdf", b"%PDF"), ("rekap.csv", "\ufeffNIP;".encode())):
        target = tmp_path / name
        done = run("report", "--year", "2026", "--by", "pegawai", "--below", "-o", str(target))
        assert (done.exit_code, target.read_bytes().startswith(magic)) == (0, True), done.stderr
    narrowed = run("report", "--year", "2026", "--by", "pegawai", "--golongan", "IX", "--format", "json")
    assert [row["name"] for row in json.loads(narrowed.stdout)["rows"]] == ["Budi"]


def test_a_report_that_fails_leaves_the_file_as_it_was(run, tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "rekap.xlsx"
    target.write_bytes(b"yang lama")
    monkeypatch.setattr(report_xlsx, "write_xlsx", _full_disk)
    failed = run("report", "--year", "2026", "-o", str(target))
    assert (failed.exit_code, "disk penuh" in failed.stderr) == (3, True)
    assert target.read_bytes() == b"yang lama"
    assert not list(tmp_path.glob(".*.part"))


def test_a_name_that_says_nothing_we_write_is_refused_before_anything_is_written(run, tmp_path: Path) -> None:
    refused = run("report", "--year", "2026", "-o", str(tmp_path / "rekap.docx"))
    assert (refused.exit_code, ".xlsx" in refused.stderr, list(tmp_path.glob("rekap*"))) == (2, True, [])


def _full_disk(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_plan_stands_in_the_report_and_a_bad_one_ends_with_one(run, tmp_path: Path) -> None:
    good, bad = tmp_path / "rencana.csv", tmp_path / "salah.csv"
    good.write_text(f"NIP;Rencana JP\n{SITI};24\n", encoding="utf-8")
    bad.write_text(f"NIP;Rencana JP\n{BUDI};banyak\n", encoding="utf-8")
    assert json.loads(run("plan", "import", str(good), "--year", "2026", "--json").stdout)["added"] == 1
    refused = run("plan", "import", str(bad), "--year", "2026")
    assert (refused.exit_code, "Baris 2, kolom Rencana JP" in refused.stderr, BUDI in refused.stderr) == (
        1,
        True,
        False,
    )
    rows = json.loads(run("report", "--year", "2026", "--by", "rencana", "--format", "json").stdout)["rows"]
    assert {row["name"]: row["planned"] for row in rows} == {"Siti": 2400, "Budi": None}


def test_the_league_names_the_institution_and_its_rules(run) -> None:
    run("report", "--year", "2026")
    found = run("league", "--year", "2026", "--format", "json")
    (row,) = json.loads(found.stdout)["rows"]
    assert (found.exit_code, row["rank"], row["employees"]) == (0, "1", 2)
    assert "lan-10-2018" in row["rules"]


def test_a_transcript_is_written_by_the_name_of_the_file(run, tmp_path: Path) -> None:
    target = tmp_path / "transkrip.pdf"
    assert run("trail", SITI, "--year", "2026", "-o", str(target)).exit_code == 0
    assert target.read_bytes().startswith(b"%PDF")
