"""`jampel audit verify` and `key`: every form is proven, a changed figure has a place, and the exit code tells."""

import json
import shutil
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from lti_tool.cli import main
from lti_tool.seal_keys import SealKeys
from lti_tool.seal_place import changed_place
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi import vocabulary as words
from xapi.audit.seal.files import read_sealed, seal_path
from xapi.audit.seal.inclusion import RowProof
from xapi.audit.testing import credit
from xapi.database import open_database, writing
from xapi.testing import encoded

NIP, OTHER = "198501012099031001", "198501012099211002"
ROSTER = (
    f"NIP;Nama;OPD;Status;Jabatan\n{NIP};Siti Uji;Dinas Kelautan;PNS;Staf\n{OTHER};Budi Uji;Dinas Sosial;PPPK;Staf\n"
)
FORMS = ("csv", "json", "xlsx", "pdf")


def call(data: Path, *arguments: str, **more: str) -> Result:
    environment = {"JAMPEL_DATA": str(data), "JAMPEL_LANG": "id", **more}
    return CliRunner().invoke(main, list(arguments), env=environment)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with data, a report in every form, and the public key; nobody may write into it."""
    folder = tmp_path_factory.mktemp("segel")
    data = folder / "data"
    (folder / "pegawai.csv").write_text(ROSTER, encoding="utf-8")
    assert call(data, "people", "import", str(folder / "pegawai.csv")).exit_code == 0
    with open_services(load_settings(data)) as services:
        for number, (nip, jp) in enumerate(((NIP, 1200), (OTHER, 300)), start=1):
            one = credit(number, jp=jp, home_page=services.people.home_page)
            one["actor"]["account"]["name"] = services.people.by_nip(nip)  # type: ignore[index]
            services.lrs.post_statements(services.principal("launch"), encoded(one), version="1.0.0")
    for form in FORMS:
        written = call(data, "audit", "report", "--year", "2026", "--by", "pegawai", "-o", str(folder / f"r.{form}"))
        assert written.exit_code == 0, written.output
    assert call(data, "audit", "key", "show", "-o", str(folder / "kunci.txt")).exit_code == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(made, tmp_path / "salinan")


@pytest.mark.parametrize("form", FORMS)
def test_a_report_in_every_form_is_proven(made: Path, form: str) -> None:
    file = made / f"r.{form}"
    assert seal_path(file).exists() == (form != "json")
    found = call(made / "data", "audit", "verify", str(file), "--json")
    told = json.loads(found.stdout)
    assert (found.exit_code, told["holds"], told["not_checked"], told["counts"]["statements"]) == (0, True, [], 2)


def zipped(file: Path, target: Path) -> Path:
    """A report and its seal in one zip, as the pages give them."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(file, file.name)
        packed.write(seal_path(file), seal_path(file).name)
    return target


def test_the_zip_of_a_page_is_proven_as_it_was_downloaded(made: Path, tmp_path: Path) -> None:
    packed = zipped(made / "r.xlsx", tmp_path / "r.xlsx.zip")
    found = call(made / "data", "audit", "verify", str(packed), "--json")
    assert (found.exit_code, json.loads(found.stdout)["counts"]["statements"]) == (0, 2)


def test_a_changed_report_in_a_zip_is_told(folder: Path) -> None:
    (folder / "r.csv").write_bytes((folder / "r.csv").read_bytes().replace(b"12,00", b"22,00", 1))
    found = call(folder / "data", "audit", "verify", str(zipped(folder / "r.csv", folder / "r.csv.zip")))
    assert (found.exit_code, "baris 2 (Siti Uji)" in found.stderr) == (1, True)


@pytest.mark.parametrize("name", ["lain.pdf", "lain.zip"])
def test_a_proven_report_hidden_behind_another_proves_nothing(made: Path, tmp_path: Path, name: str) -> None:
    true = zipped(made / "r.pdf", tmp_path / "r.pdf.zip").read_bytes()
    (tmp_path / name).write_bytes(b"%PDF-1.7 palsu\n" + true)
    found = call(made / "data", "audit", "verify", str(tmp_path / name))
    assert (found.exit_code, "Tidak ada segel" in found.stderr) == (1, True)


@pytest.mark.parametrize("at", [200, -40])
def test_a_damaged_zip_is_refused(made: Path, tmp_path: Path, at: int) -> None:
    packed = zipped(made / "r.xlsx", tmp_path / "r.xlsx.zip")
    content = bytearray(packed.read_bytes())
    content[at:] = bytes(len(content[at:])) if at < 0 else content[at:][::-1]
    packed.write_bytes(content)
    found = call(made / "data", "audit", "verify", str(packed))
    assert (found.exit_code, isinstance(found.exception, SystemExit)) == (1, True)


def test_one_row_is_proven_to_somebody_who_sees_no_other(made: Path) -> None:
    shown = call(made / "data", "audit", "verify", str(made / "r.pdf"), "--row", NIP)
    row = msgspec.json.decode(shown.stdout, type=RowProof)
    assert row.root == read_sealed(made / "r.pdf").opened.seal.figures.root
    assert row.holds()
    assert json.loads(row.data)["accepted"] == 1200
    assert not msgspec.structs.replace(row, data=row.data.replace("1200", "2200")).holds()
    assert (NIP in shown.output, "Siti" in shown.output) == (False, False)
    nobody = call(made / "data", "audit", "verify", str(made / "r.pdf"), "--row", "198501012099031999")
    assert (nobody.exit_code, "198501012099031999" in nobody.output) == (1, False)


def test_an_outsider_checks_signature_and_file_and_is_told_what_was_not(made: Path, tmp_path: Path) -> None:
    found = call(tmp_path / "lain", "audit", "verify", str(made / "r.pdf"), "--key", str(made / "kunci.txt"))
    assert found.exit_code == 0
    assert "Tidak diperiksa: aturan, daftar pegawai, pernyataan, cara hitung, angka." in found.stderr
    assert not (tmp_path / "lain").exists()


@pytest.mark.parametrize(
    ("form", "before", "after", "place"),
    [
        ("csv", "12,00", "22,00", "baris 2 (Siti Uji)"),
        ("json", '"accepted": 1200', '"accepted": 2200', "baris 1 (Siti Uji)"),
    ],
)
def test_an_edited_figure_is_named_by_its_row(folder: Path, form: str, before: str, after: str, place: str) -> None:
    file = folder / f"r.{form}"
    text = file.read_bytes().decode()
    assert before in text
    file.write_bytes(text.replace(before, after, 1).encode())
    found = call(folder / "data", "audit", "verify", str(file))
    assert found.exit_code == 1
    assert place in found.stderr
    assert NIP not in found.stderr


def test_a_row_whose_very_name_was_edited_is_named_as_it_was_sealed(folder: Path) -> None:
    file = folder / "opd.csv"
    assert call(folder / "data", "audit", "report", "--year", "2026", "--by", "opd", "-o", str(file)).exit_code == 0
    text = file.read_bytes().decode()
    assert "Dinas Kelautan" in text
    file.write_bytes(text.replace("Dinas Kelautan", "Dinas Lain", 1).encode())
    found = call(folder / "data", "audit", "verify", str(file))
    assert (found.exit_code, "berbeda: baris 2 (Dinas Kelautan)" in found.stderr) == (1, True), found.stderr


def test_an_edited_cell_of_a_workbook_is_named(folder: Path) -> None:
    file = folder / "r.xlsx"
    with zipfile.ZipFile(file) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<v>12</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<v>12</v>", b"<v>22</v>", 1)
    with zipfile.ZipFile(file, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    found = call(folder / "data", "audit", "verify", str(file))
    assert found.exit_code == 1
    assert "sel " in found.stderr


def test_a_changed_pdf_and_an_edited_seal_are_noticed_also_by_an_outsider(folder: Path) -> None:
    file, key = folder / "r.pdf", str(folder / "kunci.txt")
    file.write_bytes(file.read_bytes() + b" ")
    assert call(folder / "data", "audit", "verify", str(file)).exit_code == 1
    assert call(folder, "audit", "verify", str(file), "--key", key).exit_code == 1
    beside = seal_path(folder / "r.csv")
    beside.write_text(beside.read_text().replace('"year": 2026', '"year": 2025'))
    found = call(folder, "audit", "verify", str(folder / "r.csv"), "--key", key)
    assert found.exit_code == 1
    assert "tanda tangannya tidak cocok" in found.stderr


def test_a_new_key_signs_and_the_old_seals_still_verify(folder: Path) -> None:
    data = folder / "data"
    assert call(data, "audit", "key", "rotate").exit_code == 0
    assert call(data, "audit", "verify", str(folder / "r.csv")).exit_code == 0
    again = folder / "lagi.csv"
    assert call(data, "audit", "report", "--year", "2026", "-o", str(again)).exit_code == 0
    keys = json.loads(call(data, "audit", "key", "show", "--json").stdout)
    assert read_sealed(again).opened.seal.key.id == keys["id"]
    assert [one["id"] for one in keys["retired"]] == [read_sealed(folder / "r.csv").opened.seal.key.id]
    foreign = call(folder, "audit", "verify", str(again), "--key", str(folder / "kunci.txt"))
    assert foreign.exit_code == 1
    assert "kunci lain" in foreign.stderr


def test_an_interrupted_rotation_loses_no_public_key(folder: Path, clock, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = SealKeys(folder / "data" / "secrets", "a" * 32, "uji")
    first = keys.signing().public

    def cut(*_: object) -> None:
        raise OSError("the power failed")

    with monkeypatch.context() as patch:
        patch.setattr("lti_tool.seal_keys.secrets.token_bytes", cut)
        with pytest.raises(OSError, match="power"):
            keys.rotate(clock())
    assert keys.signing().public.id == first.id
    second = keys.rotate(clock()).public
    assert [one.key.id for one in keys.retired()] == [first.id]
    assert {one.id for one in keys.known()} == {first.id, second.id}


def test_rotations_at_once_come_one_after_the_other_and_lose_no_key(tmp_path: Path, clock) -> None:
    keys = SealKeys(tmp_path, "a" * 32, "uji")
    first = keys.signing().public.id
    with ThreadPoolExecutor(4) as pool:
        made = [one.public.id for one in pool.map(lambda _: keys.rotate(clock()), range(12))]
    retired = [one.key.id for one in keys.retired()]
    assert (len(retired), len(set(made))) == (12, 12)
    assert {*retired, keys.signing().public.id} == {first, *made}


def test_rotating_keeps_the_public_key_of_every_institution_of_the_folder(tmp_path: Path, clock) -> None:
    ours, theirs = SealKeys(tmp_path, "a" * 32, "provinsi"), SealKeys(tmp_path, "b" * 32, "kota")
    before = theirs.signing().public.id
    ours.rotate(clock(), [("a" * 32, "provinsi"), ("b" * 32, "kota")])
    assert before in {one.id for one in theirs.known()}
    assert len(ours.retired()) == 2


def test_a_restored_backup_verifies(folder: Path) -> None:
    backup = folder / "cadangan.jampel"
    saved = call(folder / "data", "backup", str(backup), "--with-secrets")
    assert saved.exit_code == 0, saved.output
    restored = call(folder / "pulih", "restore", str(backup))
    assert restored.exit_code == 0, restored.output
    assert call(folder / "pulih", "audit", "verify", str(folder / "r.xlsx")).exit_code == 0


def test_a_report_beside_plans_is_proven_and_a_changed_plan_is_a_row_that_differs(folder: Path) -> None:
    data, file, plans = folder / "data", folder / "rencana.csv", folder / "rencana-jp.csv"
    for jp, found in (("20", 0), ("30", 1)):
        plans.write_text(f"NIP;Rencana JP\n'{NIP};{jp}\n")
        assert call(data, "audit", "plan", "import", str(plans), "--year", "2026").exit_code == 0
        if found == 0:
            report = call(data, "audit", "report", "--year", "2026", "--by", "rencana", "-o", str(file))
            assert report.exit_code == 0, report.output
        assert call(data, "audit", "verify", str(file)).exit_code == found


@pytest.mark.parametrize("also_statements", ["true", "false"])
def test_an_erasure_by_law_is_told_apart_from_a_removal(folder: Path, also_statements: str) -> None:
    data = folder / "data"
    setting = {"JAMPEL_PRIVACY__ERASE_STATEMENTS": also_statements}
    erased = call(data, "subject", "erase", NIP, "--reason", "uji", "--although-employed", "--yes", **setting)
    assert erased.exit_code == 0, erased.output
    found = call(data, "audit", "verify", str(folder / "r.json"), "--json")
    told = json.loads(found.stdout)
    kinds = [one["kind"] for one in told["differences"]]
    expected = ["roster_erased", *(["erased"] if also_statements == "true" else []), "figures_erased"]
    assert (found.exit_code, kinds) == (0, expected)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE statement SET body = '{}' WHERE id = :id",
        "UPDATE statement SET stored = 'kemarin' WHERE id = :id",
        "UPDATE statement SET stored = -99999999999999999 WHERE id = :id",
        "UPDATE statement SET id = x'010203' WHERE id = :id",
    ],
)
def test_a_row_that_is_no_statement_any_more_is_named_and_stops_nothing(folder: Path, change: str) -> None:
    tamper(folder / "data" / "lrs.db", change, id=(1).to_bytes(16, "big"))
    found = call(folder / "data", "audit", "verify", str(folder / "r.csv"))
    assert (found.exit_code, type(found.exception)) == (1, SystemExit)
    assert "00000000-0000-0000-0000-000000000001" in found.stderr
    assert "bukan pernyataan" in found.stderr


def test_a_removal_that_is_dressed_as_an_erasure_by_law_needs_the_record_of_processing(folder: Path) -> None:
    data, number = folder / "data", "00000000-0000-0000-0000-000000000001"
    tamper(data / "lrs.db", "DELETE FROM statement WHERE id = :id", id=(1).to_bytes(16, "big"))
    with open_services(load_settings(data)) as services:
        services.people.subjects.mark([number], services.clock())
    found = call(data, "audit", "verify", str(folder / "r.csv"))
    assert found.exit_code == 1
    assert f"{number} ditandai dihapus menurut hukum" in found.stderr


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_grew_to_a_gigabyte_is_told_at_once(folder: Path, form: str) -> None:
    file = folder / f"r.{form}"
    with file.open("r+b") as grown:
        grown.truncate(1024**3)
    begin = time.process_time()
    found = call(folder / "data", "audit", "verify", str(file))
    assert (found.exit_code, type(found.exception)) == (1, SystemExit)
    assert time.process_time() - begin < 5


def test_an_argument_that_is_no_text_is_a_wrong_use(made: Path) -> None:
    found = call(made / "data", "audit", "report", "--opd", "\udcff", "-o", str(made / "x.csv"))
    assert (found.exit_code, "UTF-8" in found.stderr) == (2, True)


def test_what_came_after_the_cut_off_is_counted_aloud(folder: Path) -> None:
    """A ledger that was made to stop early gives reports that follow, of less than there is: the proof says so."""
    with open_services(load_settings(folder / "data")) as services:
        for number in (7, 8, 9):
            services.lrs.post_statements(services.principal("launch"), encoded(credit(number)), version="1.0.0")
    found = call(folder / "data", "audit", "verify", str(folder / "r.csv"))
    assert (found.exit_code, "; 3 pernyataan datang sesudahnya" in found.stderr) == (0, True)


def test_a_ledger_whose_rules_were_garbled_says_what_to_do(folder: Path) -> None:
    tamper(folder / "data" / "ledger.db", "UPDATE ledger_state SET rules = '{}'")
    found = call(folder / "data", "audit", "report", "--year", "2026")
    assert (found.exit_code, "jampel audit rebuild" in found.stderr) == (1, True)
    assert call(folder / "data", "audit", "rebuild").exit_code == 0
    assert call(folder / "data", "audit", "report", "--year", "2026").exit_code == 0


def tamper(database: Path, change: str, **values: object) -> None:
    """Writes into a database behind the back of everyone."""
    engine = open_database(database)
    with writing(engine) as connection:
        connection.execute(text(change), values)
    engine.dispose()


def test_statements_that_came_by_export_and_import_are_those_that_were_sealed(folder: Path) -> None:
    """The new LRS sets `stored` and authority anew; with --moved the content is compared."""
    data = folder / "data"
    file = str(folder / "pernyataan.jsonl")
    assert call(data, "lrs", "export", file).exit_code == 0
    for path in data.glob("lrs.db*"):
        path.unlink()
    arrived = call(data, "lrs", "import", file, "--keep-sources", "--as-is")
    assert arrived.exit_code == 0, arrived.output
    found = call(data, "audit", "verify", str(folder / "r.csv"), "--moved", "2999-01-01T00:00:00Z")
    assert found.exit_code == 0, found.output
    assert call(data, "audit", "verify", str(folder / "r.csv")).exit_code == 1


def test_exit_codes_tell_usage_findings_and_a_machine_that_is_not_ready(made: Path, tmp_path: Path) -> None:
    data = made / "data"
    bare = tmp_path / "polos.csv"
    bare.write_text("a,b\r\n")
    none = call(data, "audit", "verify", str(bare))
    assert (none.exit_code, "--seal" in none.stderr) == (1, True)
    seal_path(bare).write_text("{}")
    assert call(data, "audit", "verify", str(bare)).exit_code == 1
    assert call(data, "audit", "verify", str(bare), "--key", str(bare)).exit_code == 1
    assert call(data, "audit", "verify", str(tmp_path / "tidak-ada.csv")).exit_code == 2
    assert call(data, "audit", "verify", str(made / "r.csv"), "--moved", "kemarin").exit_code == 2
    away = call(data, "audit", "verify", str(made / "r.csv"), JAMPEL_DATABASE__URL="postgresql://127.0.0.1:1/x")
    assert away.exit_code == 3


def test_no_private_key_and_no_nip_is_shown(made: Path) -> None:
    data = made / "data"
    seed = (data / "secrets" / "seal.key").read_bytes()
    shown = call(data, "audit", "key", "show", "--json").output + seal_path(made / "r.csv").read_text()
    assert seed.hex() not in shown
    assert (NIP in shown, "Siti" in shown) == (False, False)
    assert words.JAMPEL not in shown


@pytest.mark.parametrize("after", [b"", b"\xff\xfe", b"PK\x03\x04", b'{"rows": 5}', b'"' * 10, b"[" * 9000])
@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_any_bytes_in_place_of_a_report_are_only_different(made: Path, form: str, after: bytes) -> None:
    before = read_sealed(made / f"r.{form}").content
    place = changed_place(form, before, after)
    assert place is not None
    assert NIP not in place[1]
