"""The examples of SiPetis and Sinau Bareng: from an OPD's file to an audit line, and 35 regions to a league."""

import json
import re
import runpy
from pathlib import Path

from click.testing import CliRunner
from openpyxl import load_workbook

from lti_tool.cli import main

EXAMPLES = Path(__file__).parents[3] / "examples"


def run_example(name: str, folder: Path):
    return runpy.run_path(str(EXAMPLES / name))["main"](folder)


def test_files_of_opds_end_in_audit_lines_in_a_recap_and_in_the_league(tmp_path: Path, capsys) -> None:
    run_example("sipetis/dari_opd_ke_rekap.py", tmp_path)
    said = capsys.readouterr().out
    for sentence in (
        "dinkes.json, kali pertama: 4 baru, 0 sudah ada, 0 ditolak",
        "disdukcapil.csv, kali kedua: 0 baru, 3 sudah ada, 0 ditolak",
        "Audit 2026: Dinas Kesehatan: 2 dari 3 terpenuhi, 66 JP, rata-rata 22",
        "Audit 2026: Kecamatan Slawi: 0 dari 1 terpenuhi, 0 JP, rata-rata 0",
    ):
        assert sentence in said

    recap = json.loads((tmp_path / "rekap.json").read_text(encoding="utf-8"))
    assert [(row["opd"], row["met"], row["jp"]) for row in recap["opd"]][1] == ("Dinas Kesehatan", 2, 6600)
    book = load_workbook(tmp_path / "rekap.xlsx", read_only=True)
    assert book.sheetnames == ["Rekap OPD", "Pegawai", "Kredit", "Aturan"]
    assert len(recap["credits"]) == len({one["key"] for one in recap["credits"]}) == book["Kredit"].max_row - 1 == 7
    assert all(isinstance(row[0], str) and len(row[0]) == 18 for row in list(book["Kredit"].values)[1:])

    runner, environment = CliRunner(), {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "id"}

    def run(*arguments: str):
        return runner.invoke(main, ["adapter", *arguments, "--year", "2026"], env=environment)

    again = tmp_path / "lagi.json"
    assert run("recap", "sipetis", "-o", str(again)).exit_code == 0
    assert again.read_bytes() == (tmp_path / "rekap.json").read_bytes()
    assert again.stat().st_mode & 0o077 == 0, "it names people"
    assert run("recap", "sipetis", "-o", str(tmp_path / "rekap.csv")).exit_code == 1
    assert not (tmp_path / "rekap.csv").exists()
    assert run("recap", "moodle", "-o", str(again)).exit_code == 1

    ranked = run("league", "sinau_bareng", str(tmp_path / "tegal.json"), "--json")
    row = next(one for one in json.loads(ranked.stdout)["rows"] if one["region"] == "Kabupaten Tegal")
    assert (ranked.exit_code, row["employees"], row["met"], row["remark"]) == (1, 8, 4, "Pegawai terlalu sedikit")
    assert sum(one["met"] for one in recap["opd"]) == row["met"], "the province counts as the audit does"


def test_thirty_five_regions_stand_in_a_league_of_one_rule_version(tmp_path: Path, capsys) -> None:
    made = run_example("sinau-bareng/bandingkan_35.py", tmp_path)
    said = capsys.readouterr().out
    assert "30 berperingkat, 5 tanpa peringkat" in said
    rows = {row["region"]: row for row in made.table.rows}
    assert [row["rank"] for row in made.table.rows][:3] == ["1", "1", "3"]
    assert {rows[name]["rank"] for name in ("Kabupaten Kudus", "Kota Magelang")} == {"1"}
    assert {name: row["remark"] for name, row in rows.items() if row["rank"] == "–"} == {
        "Kabupaten Blora": "Lembar tanpa tabel aturan",
        "Kabupaten Jepara": "Dua berkas dengan angka berbeda",
        "Kabupaten Brebes": "Tabel aturan lain",
        "Kota Salatiga": "Belum mengirim",
        "Kota Pekalongan": "Pegawai terlalu sedikit",
    }

    table = tmp_path / "peringkat.xlsx"
    (tmp_path / "kiriman" / "~$33.01.xlsx").write_bytes(b"kunci Excel")
    (tmp_path / "kiriman" / "rusak.json").write_bytes(b"{")
    command = ["adapter", "league", "sinau_bareng", str(tmp_path / "kiriman"), "--year", "2026", "-o", str(table)]
    told = CliRunner().invoke(main, command, env={"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "id"})
    assert told.exit_code == 1
    assert "rusak.json" in told.stderr
    assert "~$" not in told.stderr
    english = CliRunner().invoke(main, command[:-2], env={"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "en"})
    assert {"Rank", "Too few employees", "Other rule table"} <= {
        cell.strip() for line in english.stdout.splitlines() for cell in re.split("[│┃]", line)
    }
    head, first, *_ = load_workbook(table, read_only=True).active.iter_rows(values_only=True)
    assert (head[:2], first[:2]) == (("Peringkat", "Kabupaten/Kota"), ("1", "Kabupaten Kudus"))
