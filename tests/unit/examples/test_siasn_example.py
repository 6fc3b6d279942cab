"""The example of SIASN: from a sheet to the record, each once, and back to a line of the audit."""

import csv
import json
import runpy
from pathlib import Path

from openpyxl import load_workbook

SCRIPT = Path(__file__).parents[3] / "examples" / "siasn" / "kirim_ke_siasn.py"
SITI, BUDI, RINA = "198501012099031001", "198612312099032002", "199002022099121003"


def test_a_sheet_ends_in_siasn_once_and_in_the_audit_and_in_a_file_for_simpeg(tmp_path: Path, capsys) -> None:
    runpy.run_path(str(SCRIPT))["main"](tmp_path)
    said = capsys.readouterr().out

    for sentence in (
        "3 kehadiran dari lembar, menunggu ditinjau",
        "12,5 JP dikirim sebagai 12 jam: dibulatkan ke bawah",
        "Kirim: 4 dari 4 kredit: 3 terkirim, 1 sudah ada",
        "Kirim: 0 dari 4 kredit: 0 terkirim, 0 sudah ada",
        "Di SIASN: 4 riwayat, satu di antaranya diketik orang",
        "Temuan double_entry: Budi Contoh: Sudah ada catatan LMS",
        "Audit 2026: Siti Contoh: 12.5 JP diakui, 0 JP ditinjau",
        "Audit 2026: Budi Contoh: 15.5 JP diakui, 6 JP ditinjau",
    ):
        assert sentence in said
    assert not [nip for nip in (SITI, BUDI, RINA) if nip in said]

    records = json.loads((tmp_path / "rencana.json").read_text(encoding="utf-8"))["records"]
    head, *rows = load_workbook(tmp_path / "rencana.xlsx").active.iter_rows(values_only=True)
    with (tmp_path / "rencana.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    assert sorted((record["nip"], record["path"]) for record in records) == [
        (SITI, "kursus/save"), (BUDI, "kursus/save"), (BUDI, "kursus/save"), (RINA, "diklat/save"),
    ]  # fmt: skip
    assert all(record["body"]["pnsOrangId"] is None for record in records)
    assert [head[0], *sorted(row[0] for row in rows)] == ["NIP", SITI, BUDI, BUDI, RINA]
    assert sorted(line["NIP"] for line in lines) == [f"'{nip}" for nip in (SITI, BUDI, BUDI, RINA)]
    assert {line["Jumlah jam"] for line in lines} == {"12", "3", "900"}
