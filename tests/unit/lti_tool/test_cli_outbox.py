"""`jampel outbox`: what is stopped is said, one is put back by its id, and statements travel by file."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.services import open_services
from lti_tool.settings import load_settings
from xapi.queue import Halt, Worker
from xapi.recorder import KIND

NIP = "198501012099031001"
ROSTER = f"NIP;Nama;OPD;Status;Jabatan\n{NIP};Siti Contoh;Dinas Kelautan;PNS;Penyuluh\n"
SHEET = (
    "NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;Tanggal selesai;JP\n"
    f"{NIP};Siti Contoh;Bimtek Arsip;BKPSDM;bimbingan-teknis;02/03/2026;03/03/2026;8\n"
)


class House:
    """A data folder and the command on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._runner = CliRunner()

    def run(self, *arguments: str, language: str = "id", **more):
        environment = {"JAMPEL_DATA": str(self.data), "JAMPEL_LANG": language}
        return self._runner.invoke(main, list(arguments), env=environment, **more)

    def json(self, *arguments: str):
        return json.loads(self.run(*arguments, "--json").stdout)

    def services(self):
        return open_services(load_settings(self.data, {}))


@pytest.fixture
def village(tmp_path):
    house = House(tmp_path / "desa")
    for name, text in (("pegawai.csv", ROSTER), ("hadir.csv", SHEET)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert house.run("people", "import", str(tmp_path / "pegawai.csv")).exit_code == 0
    assert house.run("adapter", "pull", "spreadsheet", str(tmp_path / "hadir.csv")).exit_code == 0
    return house


@pytest.fixture
def province(tmp_path):
    house = House(tmp_path / "provinsi")
    (tmp_path / "pegawai.csv").write_text(ROSTER, encoding="utf-8")
    assert house.run("people", "import", str(tmp_path / "pegawai.csv")).exit_code == 0
    return house


def test_a_class_travels_by_stick_and_its_receipt_back(village, province, tmp_path):
    key, file = str(tmp_path / "provinsi.key"), str(tmp_path / "kelas.jampel")
    assert province.run("outbox", "key", "-o", key).exit_code == 0
    assert village.run("outbox", "export", file, "--to", key).exit_code == 0
    assert village.json("outbox", "status")["kinds"]["statement"]["waiting"] == 1

    taken = province.json("outbox", "import", file)
    assert (taken["new"], taken["known"], taken["refused"]) == (1, 0, 0)
    again = province.json("outbox", "import", file)
    assert (again["new"], again["known"]) == (0, 1)
    assert province.run("outbox", "flush").exit_code == 0
    report = json.loads(province.run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json").stdout)
    assert [row["pending"] for row in report["rows"]] == [800]

    back = village.json("outbox", "import", taken["receipt"])
    assert back == {"delivered": 1, "known": 0, "refused": 0}
    (receipt,) = village.json("outbox", "receipts")
    assert receipt["how"] == "exchange"
    assert village.json("outbox", "status")["kinds"]["statement"]["done"] == 1


def test_a_signed_file_is_trusted_only_when_its_key_is_given(village, province, tmp_path):
    own, other, file = (str(tmp_path / name) for name in ("desa.key", "provinsi.key", "kelas.jampel"))
    village.run("outbox", "key", "-o", own)
    province.run("outbox", "key", "-o", other)
    village.run("outbox", "export", file)
    refused = province.run("outbox", "import", file, "--from", other)
    assert refused.exit_code == 1
    assert "ditandatangani" in refused.stderr
    assert province.json("outbox", "import", file, "--from", own)["trusted"] is True


def test_a_passphrase_is_asked_for_and_a_wrong_one_changes_nothing(village, province, tmp_path):
    file = str(tmp_path / "kelas.jampel")
    short = village.run("outbox", "export", file, "--passphrase", input="pendek\npendek\n")
    assert short.exit_code == 1
    phrase = "ikan laut biru dalam\n"
    assert village.run("outbox", "export", file, "--passphrase", input=phrase * 2).exit_code == 0
    wrong = province.run("outbox", "import", file, input="ikan laut biru dangkal\n")
    assert wrong.exit_code == 1
    assert "Kata sandinya salah" in wrong.stderr
    assert "dangkal" not in wrong.output
    assert province.json("outbox", "status")["kinds"] == {}
    (tmp_path / "sandi").write_text(phrase, encoding="utf-8")
    assert province.run("outbox", "import", file, "--passphrase-file", str(tmp_path / "sandi")).exit_code == 0


@pytest.mark.parametrize(("language", "sentence"), [("id", "rusak atau terpotong"), ("en", "damaged or cut off")])
def test_a_damaged_file_is_one_clear_sentence(village, province, tmp_path, language, sentence):
    file = tmp_path / "kelas.jampel"
    village.run("outbox", "export", str(file))
    file.write_bytes(file.read_bytes()[:-5])
    refused = province.run("outbox", "import", str(file), language=language)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
    assert "Traceback" not in refused.output


def test_an_export_overwrites_nothing(village, tmp_path):
    file = tmp_path / "kelas.jampel"
    file.write_bytes(b"dokumen penting")
    assert village.run("outbox", "export", str(file)).exit_code == 1
    assert file.read_bytes() == b"dokumen penting"


def test_a_marked_export_leaves_nothing_waiting(village, tmp_path):
    assert village.run("outbox", "export", str(tmp_path / "kelas.jampel"), "--mark").exit_code == 0
    assert village.json("outbox", "status")["kinds"]["statement"]["waiting"] == 0
    assert village.run("outbox", "export", str(tmp_path / "lagi.jampel")).exit_code == 1


def test_a_refused_credential_is_told_in_the_status(village):
    with village.services() as services:
        halt = lambda jobs: [Halt("HTTP 401", refused=True)] * len(jobs)  # noqa: E731
        Worker(services.queue, {KIND: halt}, lambda: datetime.now(UTC), "w").run_once()
    told = village.run("outbox", "status")
    assert "BERHENTI" in told.stderr
    assert "HTTP 401" in told.stderr
    (stopped,) = village.json("outbox", "status")["stopped"]
    assert (stopped["kind"], stopped["refused"]) == (KIND, True)
    assert village.run("outbox", "flush").exit_code == 0
    assert village.json("outbox", "status")["stopped"] == []


def test_one_statement_is_put_back_by_its_number_or_its_id(village):
    with village.services() as services:
        (job,) = services.queue.lease([KIND], "w", datetime.now(UTC), 60.0, 1)
        services.queue.quarantine(job, "HTTP 400")
    (held,) = village.json("outbox", "status")["quarantined"]
    unknown = village.run("outbox", "retry", "4711")
    assert unknown.exit_code == 1
    assert "4711" in unknown.stderr
    assert village.run("outbox", "retry", "tidak-ada").exit_code == 1
    assert village.json("outbox", "retry", held["key"].upper()) == {"requeued": 1}
    assert village.json("outbox", "status")["quarantined"] == []


def test_the_receipt_of_one_statement_is_found_or_its_absence_told(village):
    absent = village.run("outbox", "receipts", "6690e6c9-3ef0-4ed3-8b37-7f3964730bee")
    assert absent.exit_code == 1
    village.run("outbox", "flush")
    (receipt,) = village.json("outbox", "receipts")
    assert (receipt["by"], receipt["how"]) == ("embedded", "posted")
    assert village.json("outbox", "receipts", receipt["key"]) == [receipt]
    assert "embedded" in village.run("outbox", "receipts").stdout


def test_the_private_key_is_its_owners_alone_and_stays_the_same(village):
    first, second = village.json("outbox", "key"), village.json("outbox", "key")
    assert first == second
    secret = village.data / "secrets" / "exchange.key"
    assert secret.stat().st_mode & 0o077 == 0
    assert secret.read_bytes().hex() not in json.dumps(first)
