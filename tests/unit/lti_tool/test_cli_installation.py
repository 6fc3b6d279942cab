"""A command in a wrong folder makes nothing and says where it looked; one that sets an installation up begins it."""

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main
from lti_tool.databases import UNFINISHED

ROOT = Path(__file__).parents[3]
CLI, EXAMPLES = ROOT / "lti_tool" / "cli", ROOT / "examples"
NIP = "198501012099031001"
ROSTER = f"NIP;Nama;OPD;Status\n{NIP};Siti Contoh;Dinas Kelautan;PNS\n"
NEED = (
    ("audit", "report"),
    ("people", "import", "pegawai.csv", "--dry-run"),
    ("backup", "cadangan.jampel"),
    ("doctor",),
    ("worker", "--once"),
)
NEED_TOO = (
    ("audit", "trail", NIP),
    ("audit", "rebuild"),
    ("modul", "list"),
    ("lti", "list"),
    ("lti", "keys", "list"),
    ("lrs", "credential", "list"),
    ("outbox", "status"),
    ("people", "roster"),
    ("subject", "log"),
    ("adapter", "runs"),
    ("adapter", "sheet", "pegawai.csv"),
    ("database", "copy", "--to", "postgresql://jampel@localhost/jampel"),
    ("doctor", "LMS Provinsi"),
)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`run("audit", "report")` runs `jampel` in a folder with a roster and nothing else."""
    (tmp_path / "pegawai.csv").write_text(ROSTER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str, language: str = "id", data: str | None = None) -> Result:
        environment = {"JAMPEL_DATA": data, "JAMPEL_LANG": language}
        return CliRunner().invoke(main, list(arguments), env=environment)

    return call


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(arguments, id=" ".join(arguments), marks=() if arguments in NEED else pytest.mark.thorough)
        for arguments in (*NEED, *NEED_TOO)
    ],
)
def test_a_command_that_needs_an_installation_makes_none(tmp_path: Path, run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (3, "")
    assert f"Tidak ada pemasangan Jampel di {tmp_path}/jampel-data" in done.stderr
    assert names(tmp_path) == ["pegawai.csv"]


@pytest.mark.parametrize(
    ("given", "data", "place", "reason"),
    [
        ((), None, "jampel-data", "the default folder"),
        ((), "lain", "lain", "the variable JAMPEL_DATA"),
        (("--data", "sana"), "lain", "sana", "given with --data"),
    ],
)
def test_the_refusal_says_who_chose_the_folder_and_what_to_do(tmp_path: Path, run, given, data, place, reason) -> None:
    done = run("audit", "report", *given, language="en", data=data)
    assert done.exit_code == 3
    assert f"There is no Jampel installation at {tmp_path}/{place}" in done.stderr
    assert all(word in done.stderr for word in (reason, "cd", "--data", "jampel serve", "jampel demo"))


def test_no_command_opens_databases_past_the_question_whether_there_is_an_installation() -> None:
    beside = [path.name for path in CLI.glob("*.py") if re.search(r"\bopen_services\b", path.read_text("utf-8"))]
    assert beside == ["installation.py"]


def test_settings_are_shown_with_who_chose_the_folder_and_nothing_is_made(tmp_path: Path, run) -> None:
    shown = json.loads(run("config", "show").stdout)
    assert (shown["data"], shown["sources"]["data"]) == (f"{tmp_path}/jampel-data", "bawaan")
    assert "data_from" not in shown
    assert json.loads(run("config", "show", data="lain").stdout)["sources"]["data"] == "JAMPEL_DATA"
    assert json.loads(run("config", "show", "--data", "lain").stdout)["sources"]["data"] == "--data"
    assert names(tmp_path) == ["pegawai.csv"]


def test_commands_that_need_no_data_make_no_folder(tmp_path: Path, run) -> None:
    shutil.copy(EXAMPLES / "radio" / "kelas.csv", tmp_path)
    for arguments in (
        ("modul", "new", "modul"),
        ("pack", "modul", "-o", "paket.zip"),
        ("check", "paket.zip"),
        ("repair", "paket.zip", "-o", "betul.zip"),
        ("convert", "paket.zip", "--format", "cmi5", "-o", "lain.zip"),
        ("audit", "rules", "show"),
        ("adapter", "list"),
        ("adapter", "show", "moodle"),
        ("adapter", "steps", "moodle", "paket.zip"),
        ("adapter", "form", "radio", "kelas.csv", "-o", "formulir", "--kind", "csv"),
    ):
        assert run(*arguments).exit_code == 0, arguments
    assert not (tmp_path / "jampel-data").exists()


def test_a_first_command_of_setting_up_begins_an_installation_and_says_where(tmp_path: Path, run) -> None:
    first, second = (run("admin", "link") for _ in range(2))
    beginning = f"Memulai pemasangan baru di {tmp_path}/jampel-data."
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert beginning in first.stderr
    assert beginning not in second.stderr


@pytest.mark.thorough
def test_a_folder_that_an_operator_has_prepared_is_an_installation(tmp_path: Path, run) -> None:
    (tmp_path / "jampel-data").mkdir()
    (tmp_path / "jampel-data" / "jampel.toml").write_text('[institution]\nname = "Provinsi Contoh"\n')
    assert run("outbox", "status").exit_code == 0


def test_an_interrupted_restore_is_told_as_that(tmp_path: Path, run) -> None:
    (tmp_path / "jampel-data").mkdir()
    (tmp_path / "jampel-data" / UNFINISHED).write_text("lrs.db")
    done = run("outbox", "status")
    assert done.exit_code == 3
    assert "Tidak ada pemasangan" not in done.stderr
