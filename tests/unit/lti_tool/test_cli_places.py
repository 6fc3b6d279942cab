"""Places without an LMS or a link, by command: from a form or a sheet to a line of the audit, each once."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from adapters.recording import take_each
from adapters.records import LearningRecord
from lti_tool.cli import main
from lti_tool.reviews import Decision, record_review
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.systems.connections import own_modules
from lti_tool.systems.pull import desk_of
from lti_tool.worker import Work
from xapi.identity import parse_nip
from xapi.intake import Identity
from xapi.vocabulary import PASSED
from xapi.vocabulary.adl import TYPE_LESSON

EXAMPLES = Path(__file__).parents[3] / "examples"
YOSINA, MARKUS = "198203152099031001", "198711202099031002"
ROSMALA, HENDRA = "198404122099031011", "199007252099121012"


class House:
    """An installation in `folder`, with a copy of an example to change."""

    def __init__(self, folder: Path, example: str) -> None:
        self.folder, self.data = folder / example, folder / "data"
        if not self.folder.exists():
            shutil.copytree(EXAMPLES / example, self.folder)
        self.run("people", "import", str(self.folder / "pegawai.csv"))

    def run(self, *arguments: str, code: int = 0, language: str = "id") -> Result:
        environment = {"JAMPEL_DATA": str(self.data), "JAMPEL_LANG": language}
        done = CliRunner().invoke(main, list(arguments), env=environment)
        assert done.exit_code == code, done.output
        return done

    def pull(self, system: str, file: str, *, code: int = 0) -> tuple[int, int]:
        """How many records were new and how many were there."""
        told = json.loads(self.run("adapter", "pull", system, str(self.folder / file), "--json", code=code).stdout)
        return told["recorded"], told["unchanged"]

    def launched(self, module: str, nip: str) -> None:
        """The LMS recorded that the same person passed the same module."""
        with open_services(load_settings(self.data, {})) as services:
            own = own_modules(services.library)[module]
            passed = LearningRecord(
                key=("lms", own.iri), who=Identity(nip=parse_nip(nip)), place="1", verb=PASSED, activity=own.iri,
                activity_type=TYPE_LESSON, title=own.title, at=datetime(2026, 6, 1, 3, tzinfo=UTC), passed=True,
                completed=True, jp=own.jp, form=own.form,
            )  # fmt: skip
            assert take_each([passed], desk_of(services), "lms_record").recorded == 1

    def approve(self, year: int = 2026) -> None:
        """A validator accepts whatever waits."""
        with open_services(load_settings(self.data, {})) as services:
            _deliver(services)
            for row in services.ledger.pending(year, 100):
                decision = Decision(statement_id=str(row["statement_id"]), status="Disetujui", reason="Asli dilihat",
                                    reviewer="a" * 32, role="BKPSDM")  # fmt: skip
                record_review(services, decision)
            _deliver(services)

    def accepted(self) -> dict[str, float]:
        """The JP that was accepted of each person, from the report of the audit."""
        shown = self.run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json")
        return {row["name"].split()[0]: row["accepted"] / 100 for row in json.loads(shown.stdout)["rows"]}


def _deliver(services) -> None:
    work = Work(services)
    while work.run_once():
        pass
    services.bring_ledger_up_to_date()


@pytest.fixture
def radio(tmp_path: Path) -> House:
    return House(tmp_path, "radio")


def test_forms_are_printed_typed_in_and_end_in_the_audit_with_their_photo(radio: House, tmp_path: Path) -> None:
    forms = tmp_path / "formulir"
    told = radio.run("adapter", "form", "radio", str(radio.folder / "kelas.csv"), "-o", str(forms), "--json")
    assert len(json.loads(told.stdout)["written"]) == 3 * 4
    book = load_workbook(forms / "formulir-R1-RBQ9-JKRW.xlsx")
    rows = {str(row[1].value): row for row in book.active.iter_rows() if row[0].value == "RBQ9-JKRW"}
    for number, present in (("1", "ya"), ("2", "ya"), ("3", "tidak")):
        rows[number][4].value = present
    rows["2"][5].value = "09.14"
    book.save(radio.folder / "terisi.xlsx")
    (radio.folder / "rbq9-jkrw.jpg").write_bytes(b"foto")

    assert radio.pull("radio", "terisi.xlsx") == (2, 0)
    assert radio.pull("radio", "terisi.xlsx") == (0, 2)
    radio.approve()
    assert radio.accepted() == {"Yosina": 2, "Markus": 2, "Dorkas": 0, "Naomi": 0, "Yulius": 0}
    trail = radio.run("audit", "trail", MARKUS, "--year", "2026").stdout
    assert "Pelayanan publik di distrik (R1)" in trail
    assert "Bukti (sha256)" in trail


def test_a_filled_sheet_is_never_overwritten_and_a_printed_form_is_the_same_each_time(
    radio: House, tmp_path: Path
) -> None:
    print_forms = ("adapter", "form", "radio", str(radio.folder / "kelas.csv"), "-o", str(tmp_path / "f"), "--json")
    radio.run(*print_forms, "--kind", "csv", "--kind", "pdf")
    sheet, paper = tmp_path / "f" / "formulir-R1-RBQ9-JKRW.csv", tmp_path / "f" / "formulir-R1-RBQ9-JKRW.pdf"
    before = paper.read_bytes()
    sheet.write_text("sudah diisi", encoding="utf-8")
    again = json.loads(radio.run(*print_forms, "--kind", "csv", "--kind", "pdf").stdout)
    assert (len(again["written"]), len(again["kept"])) == (3, 3)
    assert sheet.read_text(encoding="utf-8") == "sudah diisi"
    assert paper.read_bytes() == before
    radio.run(*print_forms, "--kind", "docx", code=1)
    radio.run("adapter", "form", "moodle", *print_forms[3:], code=1)


def test_the_example_sheets_give_jp_to_those_in_time_and_say_who_was_late(radio: House) -> None:
    told = radio.run("adapter", "pull", "radio", str(radio.folder / "hadir-r1.csv"))
    assert "Datang 40 menit sesudah mulai" in told.stderr
    assert radio.pull("radio", "hadir-r2.csv") == (3, 0)
    radio.approve()
    assert radio.accepted() == {"Yosina": 4, "Markus": 2, "Dorkas": 2, "Naomi": 2, "Yulius": 2}


def test_a_sheet_that_goes_by_stick_and_is_typed_again_in_town_counts_once(radio: House, tmp_path: Path) -> None:
    town = House(tmp_path / "kota", "radio")
    (key, stick) = tmp_path / "kota.key", tmp_path / "kelas.jampel"
    town.run("outbox", "key", "-o", str(key))
    radio.pull("radio", "hadir-r1.csv")
    radio.run("outbox", "export", str(stick), "--to", str(key))
    assert YOSINA.encode() not in stick.read_bytes()
    town.run("outbox", "import", str(stick))
    town.pull("radio", "hadir-r1.csv")
    town.approve()
    assert town.accepted() == {"Yosina": 2, "Markus": 0, "Dorkas": 0, "Naomi": 2, "Yulius": 2}


def test_a_sheet_with_slips_is_refused_whole_by_row_and_column_in_both_languages(radio: House) -> None:
    sheet = radio.folder / "hadir-r1.csv"
    text = sheet.read_text(encoding="utf-8")
    sheet.write_text(text.replace("RBQ9-JKRW;2", "RBQ9-JKWR;2").replace("bt7 qq4g;2", "bt7 qq4g;1"), encoding="utf-8")
    told = radio.run("adapter", "pull", "radio", str(sheet), code=1).stderr
    assert "Baris 3, kolom Kode formulir: “RBQ9-JKWR” salah tulis" in told
    assert "Baris 6, kolom NIP: Baris 1 di formulir ini milik orang lain." in told
    assert "miswritten" in radio.run("adapter", "pull", "radio", str(sheet), code=1, language="en").stderr
    assert not [nip for nip in (YOSINA, MARKUS) if nip in told]
    radio.approve()
    assert set(radio.accepted().values()) == {0}


def test_coaching_internship_and_a_module_studied_with_and_without_a_link_end_in_the_audit_once(tmp_path: Path) -> None:
    babel = House(tmp_path, "babel")
    refused = babel.run("adapter", "pull", "babel", str(babel.folder / "kegiatan.csv"), code=1)
    assert "Baris 7, kolom Modul: Modul “penanganan-hasil-laut” tidak ada di pustaka" in refused.stderr
    babel.run("modul", "publish", str(EXAMPLES / "modul" / "penanganan-hasil-laut"))

    told = babel.run("adapter", "pull", "babel", str(babel.folder / "kegiatan.csv"))
    assert "baris 4, kolom Tanggal mulai: Hanya 2 kali coaching sebulan yang dihitung." in told.stderr
    assert "baris 9, kolom Bukti: Belum ada berkas bukti." in told.stderr
    assert babel.pull("babel", "kegiatan.csv") == (0, 8)
    babel.launched("penanganan-hasil-laut", HENDRA)
    babel.approve()
    assert babel.accepted() == {"Rosmala": 4, "Hendra": 22.7, "Fitriani": 3.5}
    trail = babel.run("audit", "trail", ROSMALA, "--year", "2026").stdout
    assert "Membaca hasil percobaan" in trail
    checked = babel.run("adapter", "check", "babel").stdout
    assert "coaching: 2 JP setiap kali, paling banyak 2 kali sebulan." in checked
    assert "Pustaka: 1 modul" in checked
