"""`jampel audit anomalies`, `--engine` and `export-parquet`: the same figures from each engine, and clear refusals."""

import csv
import io
import json
import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.audit.testing import credit

NIP = "198501012099031001"
ROSTER = f"NIP;Nama;OPD;Status;Jabatan\n{NIP};Siti Contoh;Dinas Kelautan;PNS;Penyuluh\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with one employee, an ordinary credit and one of 9 JP in two minutes."""
    folder = tmp_path_factory.mktemp("pasangan")
    roster = folder / "pegawai.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    run(folder / "data", "people", "import", str(roster))
    with open_services(load_settings(folder / "data")) as services:
        person = services.people.by_nip(NIP)
        for number, (jp, minutes) in enumerate(((800, 400), (900, 2)), start=1):
            at = f"2026-03-1{number}T03:00:00Z"
            statement = credit(number, 1, jp, "kursus", at=at, duration=f"PT{minutes}M")
            statement["actor"] = services.people.actor(person)
            services.lrs.post_statements(services.principal("launch"), msgspec.json.encode(statement))
    return folder / "data"


def run(data: Path, *arguments: str, language: str = "id") -> Result:
    environment = {"JAMPEL_DATA": str(data), "JAMPEL_LANG": language}
    return CliRunner().invoke(main, list(arguments), env=environment)


def test_what_is_found_names_person_rule_and_statement_and_the_exit_code_says_so(data: Path) -> None:
    found = run(data, "audit", "anomalies", "--year", "2026")
    assert found.exit_code == 1
    assert f"{NIP} Siti Contoh" in found.stdout
    assert "9,00 JP dinyatakan; waktu yang tercatat cukup untuk 0,04 JP" in found.stdout
    assert "JP melebihi waktu belajar (berat): 1" in found.stdout


@pytest.mark.parametrize("narrowed", [[], ["--opd", "Dinas Kelautan"], ["--engine", "duckdb"]])
def test_counts_alone_name_every_kind_and_nobody(data: Path, narrowed: list[str]) -> None:
    found = run(data, "audit", "anomalies", "--year", "2026", "--counts", *narrowed)
    assert found.exit_code == 1
    assert "1  berat   clock              JP melebihi waktu belajar" in found.stdout
    assert "0  ringan  pace" in found.stdout
    assert "Siti" not in found.stdout


def test_counts_for_programs_are_the_kinds_without_rows(data: Path) -> None:
    found = json.loads(run(data, "audit", "anomalies", "--year", "2026", "--counts", "--format", "json").stdout)
    assert {kind["kind"]: kind["count"] for kind in found["kinds"] if kind["count"]} == {"clock": 1}
    assert "rows" not in found
    sheet = run(data, "audit", "anomalies", "--year", "2026", "--counts", "--format", "csv", "--kind", "clock").stdout
    assert sheet.splitlines()[1] == "berat;clock;JP melebihi waktu belajar;1"


def test_nothing_found_is_exit_0(data: Path) -> None:
    found = run(data, "audit", "anomalies", "--year", "2026", "--kind", "overlap", "--kind", "bulk")
    assert (found.exit_code, "Tidak ditemukan" in found.stdout) == (0, True)


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_programs_get_every_kind_and_row(data: Path, engine: str) -> None:
    found = json.loads(run(data, "audit", "anomalies", "--year", "2026", "--format", "json", "--engine", engine).stdout)
    assert {kind["kind"]: kind["count"] for kind in found["kinds"] if kind["count"]} == {"clock": 1}
    (row,) = found["rows"]
    assert (row["nip"], row["amount"], row["bound"], row["severity"]) == (NIP, 900, 4, "high")


def test_a_spreadsheet_gets_the_nip_as_text(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "temuan.csv"
    run(data, "audit", "anomalies", "--year", "2026", "--format", "csv", "-o", str(target))
    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert [row[2] for row in rows] == ["NIP", f"'{NIP}"]


def test_a_report_is_the_same_from_an_export_and_from_the_ledger(data: Path, tmp_path: Path) -> None:
    exported = run(data, "audit", "export-parquet", str(tmp_path / "parquet"))
    assert exported.exit_code == 0
    assert "2 kredit dan 1 pegawai" in exported.stderr
    report = ("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json")
    from_file = run(data, *report, "--engine", "duckdb", "--parquet", str(tmp_path / "parquet"))
    made, again = json.loads(run(data, *report).stdout), json.loads(from_file.stdout)
    seal, other = made.pop("seal"), again.pop("seal")
    assert made == again
    assert {name for name in seal if seal[name] != other[name]} <= {"made", "signature"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--engine", "duckdb", "--parquet", "tidak-ada"], "Tidak ada ekspor di"),
        (["--parquet", "tidak-ada"], "--parquet dibaca oleh"),
        (["--engine", "spark", "--spark-master", "spark://127.0.0.1:1"], "sebutkan --parquet"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(data: Path, arguments: list[str], words: str) -> None:
    refused = run(data, "audit", "report", "--year", "2026", *arguments)
    assert refused.exit_code in (1, 2)
    assert words in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize(("engine", "module", "extra"), [("duckdb", "duckdb", "duckdb"), ("spark", "pyspark", "spark")])
def test_an_engine_that_is_not_installed_names_its_extra(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, module: str, extra: str
) -> None:
    run(data, "audit", "export-parquet", str(tmp_path / "parquet"))
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    refused = run(data, "audit", "report", "--year", "2026", "--engine", engine, "--parquet", str(tmp_path / "parquet"))
    assert refused.exit_code == 1
    assert f"pip install 'jampel[{extra}]'" in refused.stderr


def test_a_made_up_nation_is_summed_by_institution(tmp_path: Path) -> None:
    folder, target = tmp_path / "negeri", tmp_path / "instansi.csv"
    made = run(tmp_path, "audit", "simulate", "--asn", "13500", "--year", "2026", "--ledger-only", str(folder))
    assert (made.exit_code, "13500 pegawai" in made.stderr) == (0, True)
    summed = run(tmp_path, "audit", "nation", str(folder), "--year", "2026", "-o", str(target))
    assert (summed.exit_code, "Tidak disegel" in summed.stderr) == (0, True)
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert sum(int(row["employees"]) for row in rows) == 13_500
    assert all(int(row["met"]) + int(row["unmet"]) == int(row["employees"]) for row in rows)
    assert sum(int(row["credits"]) for row in rows) == int(made.stderr.split()[0])
    shared = run(tmp_path, "audit", "nation", str(folder), "--year", "2026", "--anomalies")
    rows = list(csv.DictReader(io.StringIO(shared.stdout)))
    assert (shared.exit_code, {row["amount"] for row in rows}) == (1, {"2"})
    assert all(row["institution"] != row["other_institution"] for row in rows)
    again = run(tmp_path, "audit", "simulate", "--asn", "5", "--ledger-only", str(folder))
    assert (again.exit_code, "tidak kosong" in again.stderr) == (2, True)
