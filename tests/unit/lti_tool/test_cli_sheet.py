"""`jampel adapter sheet` and `reconcile`: shown before it is recorded, once and whole, and it ends in the audit."""

import json
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main
from lti_tool.cli.sheet_ask import ask_for_columns
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.sheet_cells import SheetError
from xapi.sheet_layout import Layout

EXAMPLES = Path(__file__).parents[3] / "examples" / "lembar"
ANI = "198501012099031001"
HEAD = "NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;JP;Nomor sertifikat\n"
ROW = f"{ANI};Ani Contoh;Bimtek Arsip;BKPSDM;bimtek;02/03/2026;8;A-1\n"


@pytest.fixture
def run(tmp_path: Path, prepared: Path):
    runner = CliRunner()

    def call(*arguments: object, language: str = "id") -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return runner.invoke(main, [str(one) for one in arguments], env=environment)

    return call


@pytest.fixture
def sheet(tmp_path: Path):
    def write(text: str = HEAD + ROW) -> Path:
        path = tmp_path / "hadir.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def outcome(result: Result) -> tuple[int, dict]:
    return result.exit_code, json.loads(result.stdout)


def test_the_examples_end_in_audit_lines(run) -> None:
    assert run("people", "import", EXAMPLES / "daftar-pegawai.csv").exit_code == 0
    code, bps = outcome(run("adapter", "sheet", EXAMPLES / "bps.csv", "--json"))
    assert (code, bps["layout"], bps["recorded"], bps["notes"]) == (0, "bps", 4, {"spreadsheet.jp_differs": 1})
    sleman = run("adapter", "sheet", EXAMPLES / "sleman.csv", "--certificates", EXAMPLES / "sertifikat", "--json")
    code, sleman = outcome(sleman)
    assert (code, sleman["recorded"], sleman["left_out"]) == (0, 2, {"spreadsheet.rejected_there": 1})
    assert sleman["certificates"]["certificate"] == 1
    event = ("--set", "event=ATA Xplore 04", "--set", "organiser=LAN", "--json")
    code, zoom = outcome(run("adapter", "sheet", EXAMPLES / "zoom.csv", *event))
    assert (code, zoom["layout"], zoom["recorded"], zoom["left_out"]) == (0, "webinar", 2, {"spreadsheet.nobody": 1})
    assert run("outbox", "flush").exit_code == 0
    made = run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json")
    assert {row["name"]: row["pending"] for row in json.loads(made.stdout)["rows"]} == {
        "Ani Contoh": 800 + 2000 + 2400 + 400, "Budi Contoh": 200 + 2400 + 2000,
    }  # fmt: skip
    code, apart = outcome(run("adapter", "reconcile", EXAMPLES / "kaltim.csv", "--year", "2026", "--json"))
    assert (code, [one["difference"] for one in apart["apart"]]) == (1, [4500, 2400])
    assert ANI not in json.dumps(apart)


def test_a_preview_shows_what_would_be_recorded_and_records_nothing(run, sheet) -> None:
    shown = run("adapter", "sheet", sheet(), "--dry-run")
    assert shown.exit_code == 0
    assert all(text in shown.stdout for text in ("Nomor sertifikat", "Bimtek Arsip", "***************001", "baru"))
    assert ANI not in shown.output
    assert "8,00" in shown.stdout
    code, before = outcome(run("adapter", "sheet", sheet(), "--dry-run", "--json"))
    assert (code, before["new"], before["unknown_people"], before["recorded"]) == (0, 1, 1, 0)
    assert outcome(run("adapter", "sheet", sheet(), "--json"))[1]["recorded"] == 1


def test_a_second_run_changes_nothing_and_a_changed_row_is_refused_before_anything_is_recorded(run, sheet) -> None:
    run("adapter", "sheet", sheet())
    assert outcome(run("adapter", "sheet", sheet(), "--json"))[1]["unchanged"] == 1
    other = ROW.replace("Bimtek Arsip", "Bimtek Lain")
    changed = run("adapter", "sheet", sheet(HEAD + other + ROW.replace(";8;", ";9;")), "--json")
    code, told = outcome(changed)
    assert (code, told["recorded"], [bad["row"] for bad in told["refused"]]) == (1, 0, ["3"])
    assert outcome(run("adapter", "sheet", sheet(HEAD + other), "--json"))[1]["recorded"] == 1


def test_what_the_lrs_has_already_is_there_although_the_outbox_forgot_it(run, sheet, tmp_path: Path) -> None:
    run("adapter", "sheet", sheet())
    assert run("outbox", "flush").exit_code == 0
    for path in (tmp_path / "data").glob("queue.db*"):
        path.unlink()
    assert outcome(run("adapter", "sheet", sheet(), "--json"))[1]["unchanged"] == 1


def test_a_mapping_is_asked_for_once_and_remembered(run, sheet) -> None:
    path = sheet(HEAD.replace("JP", "Jam") + ROW)
    lacking = run("adapter", "sheet", path)
    assert lacking.exit_code == 1
    assert "Jam" in lacking.stderr
    assert run("adapter", "sheet", path, "--map", "jp=Jam", "--dry-run").exit_code == 0
    assert run("adapter", "sheet", path).exit_code == 1, "a preview is no confirmation"
    assert run("adapter", "sheet", path, "--map", "jp=Jam").exit_code == 0
    assert outcome(run("adapter", "sheet", path, "--json"))[1]["unchanged"] == 1


def test_what_was_the_same_for_a_whole_file_is_not_remembered_for_the_next(run, sheet) -> None:
    path = sheet("NIP;Nama;Penyelenggara;Bentuk;Tanggal mulai;Jam\n" + f"{ANI};Ani;BKPSDM;bimtek;2-3-2026;8\n")
    assert run("adapter", "sheet", path, "--map", "jp=Jam", "--set", "event=Bimtek Arsip").exit_code == 0
    next_month = run("adapter", "sheet", path)
    assert next_month.exit_code == 1
    assert "Kegiatan" in next_month.stderr


def test_a_certificate_that_comes_later_is_linked_and_its_absence_refuses_nothing(run, sheet, tmp_path: Path) -> None:
    run("adapter", "sheet", sheet())
    folder = tmp_path / "sertifikat"
    folder.mkdir()
    shutil.copy(next((EXAMPLES / "sertifikat").iterdir()), folder / f"a-1 {ANI}.pdf")
    late = run("adapter", "sheet", sheet(), "--certificates", folder)
    assert late.exit_code == 0
    assert "1 sertifikat menyusul" in late.stderr
    kept = [path.name for path in (tmp_path / "data" / "evidence").rglob("*") if path.is_file()]
    assert len(kept) == 3, "the file, who uses it, and the link"
    assert not any(ANI in name for name in kept)
    assert outcome(run("adapter", "sheet", sheet(), "--json"))[1]["unchanged"] == 1


def test_a_file_that_a_row_names_and_that_is_not_there_stands_in_the_way(run, sheet, tmp_path: Path) -> None:
    (tmp_path / "kosong").mkdir()
    path = sheet(HEAD.strip() + ";Berkas\n" + ROW.strip() + ";piagam.pdf\n")
    code, told = outcome(run("adapter", "sheet", path, "--certificates", tmp_path / "kosong", "--json"))
    assert (code, told["recorded"], told["refused"][0]["column"]) == (1, 0, "Berkas")


def test_a_plain_pull_tells_of_rows_that_it_leaves_out(run) -> None:
    pulled = run("adapter", "pull", "spreadsheet", EXAMPLES / "sleman.csv")
    assert pulled.exit_code == 0
    assert "Ditolak" in pulled.stderr


def test_a_person_is_compared_by_any_of_their_numbers(run, tmp_path: Path) -> None:
    run("people", "import", EXAMPLES / "daftar-pegawai.csv")
    with open_services(load_settings(tmp_path / "data", {})) as services:
        services.people.add_nip(services.people.person_of(ANI), "198501012099212001")
    _code, told = outcome(run("adapter", "reconcile", EXAMPLES / "kaltim.csv", "--year", "2026", "--json"))
    assert told["counts"] == {"differs": 2}


def test_an_adapter_that_reads_no_tables_is_told_so(run, sheet) -> None:
    refused = run("adapter", "sheet", sheet(), "--system", "moodle", language="en")
    assert refused.exit_code == 1
    assert "reads no tables" in refused.stderr


def test_a_person_is_asked_for_what_is_missing_until_nothing_is() -> None:
    def read(chosen: Layout) -> Layout:
        if missing := [one for one in ("JP", "Bentuk") if one not in {**chosen.columns, **chosen.fixed}.values()]:
            raise SheetError("sheet.columns_missing", file="a.csv", columns=", ".join(missing), unknown="-")
        return chosen

    @click.command
    def ask() -> None:
        _held, chosen = ask_for_columns(read, Layout(), {"jp": "JP", "form": "Bentuk"})
        click.echo(json.dumps([dict(chosen.columns), dict(chosen.fixed)]))

    answered = CliRunner().invoke(ask, input="Jam\n=Bentuk\nJP\n")
    assert json.loads(answered.stdout.splitlines()[-1]) == [{"jp": "JP"}, {"form": "Bentuk"}]
    given_up = CliRunner().invoke(ask, input="\n")
    assert isinstance(given_up.exception, SheetError)
