"""The examples for programmers: each runs alone, away from the source tree, and ends as its story says."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lti_tool.services import open_services
from lti_tool.settings import load_settings
from lti_tool.simulation import simulate

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"


@pytest.fixture
def tell(tmp_path: Path):
    """`tell(script, *arguments)` is what a copy of the script says; deprecations that it meets are errors."""

    def run(script: str, *arguments: str | Path, beside: tuple[str, ...] = ()) -> str:
        for name in (script, *beside):
            shutil.copy2(EXAMPLES / name, tmp_path)
        env = {name: value for name, value in os.environ.items() if not name.startswith("JAMPEL_")}
        env |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error::DeprecationWarning", "TMPDIR": str(tmp_path)}
        command = [sys.executable, script, *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_what_is_recorded_without_a_link_is_taken_by_the_lrs_once(tell, tmp_path: Path) -> None:
    said = tell("rekam_pernyataan.py", tmp_path, beside=("lrs_di_flask.py",))

    assert "(statement.iri)" in said
    assert "2 pernyataan menunggu di disk" in said
    assert "2 diterima LRS, 0 menunggu, 0 ditolak LRS" in said


def test_a_course_is_packed_in_four_formats_without_a_finding(tell, tmp_path: Path) -> None:
    said = tell("kemas_modul.py", EXAMPLES / "modul" / "berakhlak-adaptif", tmp_path / "hasil")

    assert said.count("  0 temuan, SHA-256 ") == 3
    assert sorted(path.name for path in (tmp_path / "hasil").iterdir()) == [
        f"berakhlak-adaptif-{name}" for name in ("cmi5.zip", "scorm12.zip", "scorm2004-4.zip", "web")
    ]


def test_the_lrs_answers_beside_the_pages_of_another_application(tell) -> None:
    said = tell("lrs_di_flask.py").splitlines()

    assert said == [
        "/: Halaman aplikasi ini tetap seperti semula.",
        "POST /xapi/statements: 200",
        "GET /xapi/statements: 200 http://adlnet.gov/expapi/verbs/completed",
        "Tanpa kredensial: 401",
    ]


def test_another_application_is_launched_once_and_by_the_right_lms_alone(tell) -> None:
    said = tell("luncur_di_flask.py").splitlines()

    assert said[:3] == ["Tanpa LMS: 403", "Diluncurkan: 200 Latsar: peserta 2, peran learner", "Diulang: 403"]
    assert said[3].startswith("Dipalsukan: 400 ")
    assert said[3].endswith("(launch.signature)")


def test_a_notebook_audits_the_folder_of_an_installation(tell, tmp_path: Path) -> None:
    with open_services(load_settings(tmp_path / "data", {})) as services:
        simulate(services, 8, 2025)

    said = tell("audit_buku_catatan.py", tmp_path / "data", "2025")

    assert "catatan buatan" not in said
    assert " dari 8 pegawai belum mencapai target" in said
    assert "JP dari target 20 JP, aturan lan-10-2018" in said
    assert (tmp_path / "rekap-2025.xlsx").stat().st_size > 5_000


def test_the_table_of_examples_names_every_script() -> None:
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    named = {line.split("`")[1] for line in readme.splitlines() if line.startswith("| `") and ".py`" in line}

    assert {path.name for path in EXAMPLES.glob("*.py")} <= named
    assert all((EXAMPLES / name).is_file() for name in named)
