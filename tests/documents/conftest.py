"""The folder in which the commands of the documents are run: what their pages speak of is there."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from lti_tool.cli import main

ROOT = Path(__file__).parents[2]
ANI, BUDI = "198501012099031001", "198612312099032002"
#: What stands in the files that the pages name.
TEXTS = {
    "rekap.csv": f"No. Pegawai;Nama;SATKER;Total JP\n{ANI};Ani Contoh;Dinas Perikanan;24\n",
    "bank.gift": "::Es:: Es melebur pada suhu nol derajat. {TRUE}\n",
    "id.txt": "",
    "rahasia.txt": "rahasia-pertama-yang-cukup-panjang\n",
    "rahasia-baru.txt": "rahasia-kedua-yang-cukup-panjang\n",
    "standar.csv": "Jabatan;Kode standar;Kode kompetensi;Kompetensi;Tingkat\n*;SKJ-UMUM;M.09;Pelayanan publik;1\n",
    "kredensial.json": '{"key": "kunci-modul", "secret": "rahasia-modul-yang-panjang"}\n',
}
SHEETS = {
    "pegawai.xlsx": [["NIP", "Nama", "OPD", "Status"], [ANI, "Ani Contoh", "Dinas Contoh", "PNS"]],
    "rekap.xlsx": [
        ["NIP", "NAMA", "JABATAN", "BIDANG", "SUBBIDANG", "TOTAL JP"],
        [ANI, "Ani Contoh", "", "", "", "24"],
    ],
    "rencana.xlsx": [["NIP", "Rencana JP"], [ANI, "24"]],
    "hadir.xlsx": [
        ["NIP", "Nama", "Kegiatan", "Bentuk", "Penyelenggara", "Mulai", "Selesai", "JP"],
        [ANI, "Ani Contoh", "Seminar Data", "Seminar", "BPS Provinsi", "2026-02-16", "2026-02-16", "8"],
    ],
}
#: Examples that pages name as if they were the reader's own.
COPIES = {
    "lembar/zoom.csv": "peserta.csv",
    "sinau-bareng/lembar-blora.csv": "kiriman/blora.csv",
}
SETTINGS = '[adapters.sinau_bareng]\nregion = "Kabupaten Tegal"\n'
PLATFORM = (
    *("lti", "add", "--name", "LMS Provinsi", "--profile", "moodle", "--client-id", "jampel"),
    *("--issuer", "https://lms.contoh.go.id", "--auth-url", "https://lms.contoh.go.id/mod/lti/auth.php"),
    *("--token-url", "https://lms.contoh.go.id/mod/lti/token.php"),
    *("--jwks-url", "https://lms.contoh.go.id/mod/lti/certs.php"),
)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an installation in `jampel-data`, a module, its package, and the files of the pages."""
    folder = tmp_path_factory.mktemp("dokumen")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    for source, name in COPIES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / "examples" / source, folder / name)
    (folder / "jampel-data").mkdir()
    (folder / "jampel-data" / "jampel.toml").write_text(SETTINGS, encoding="utf-8")
    for name, rows in SHEETS.items():
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / name)
    (folder / "soal").mkdir()
    (folder / "srv").mkdir()
    (folder / "cadangan").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("JAMPEL_LANG", "id")
        for arguments in (
            ("modul", "new", "modul-saya"),
            ("modul", "new", "pelayanan-publik"),
            ("modul", "publish", "pelayanan-publik"),
            ("pack", "modul-saya", "--format", "scorm2004-3", "-o", "paket.zip"),
            ("audit", "simulate", "--asn", "20", "--year", "2026"),
            ("people", "import", str(ROOT / "examples" / "lembar" / "daftar-pegawai.csv")),
            PLATFORM,
        ):
            done = CliRunner().invoke(main, arguments)
            assert done.exit_code == 0, (arguments, done.stderr)
    return folder


@pytest.fixture
def workplace(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, and the place in which commands run."""
    place = tmp_path / "kerja"
    shutil.copytree(prepared, place)
    (place / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(place)
    monkeypatch.setenv("JAMPEL_LANG", "id")
    return place
