"""The commands on PostgreSQL: what is shown of its address, what is said when it is away, and moves and backups."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main

AWAY = "postgresql://jampel:kata-sandi@127.0.0.1:1/jampel"
ROSTER = "NIP;Nama;OPD;Status;Jabatan\n198501012099031001;Siti Contoh;Dinas Kelautan;PNS;Penyuluh\n"


@pytest.fixture
def run(tmp_path: Path):
    """`run("doctor", url=…)` runs `jampel` on a fresh data folder and the database at `url`."""

    def call(*arguments: str, url: str = "", data: Path = tmp_path / "data") -> Result:
        environment = {"JAMPEL_DATA": str(data), "JAMPEL_LANG": "id"} | ({"JAMPEL_DATABASE__URL": url} if url else {})
        return CliRunner().invoke(main, list(arguments), env=environment)

    return call


def import_people(run, tmp_path: Path, url: str = "") -> None:
    path = tmp_path / "pegawai.csv"
    path.write_text(ROSTER, encoding="utf-8")
    assert run("people", "import", str(path), url=url).exit_code == 0


@pytest.mark.parametrize(
    "url",
    ["postgresql://jampel:kata-sandi@db.example.go.id/jampel", "postgresql://db/jampel?password=kata-sandi",
     "postgresql://jampel:kata-sandi@db:bukan-porta/jampel"],
)  # fmt: skip
def test_the_settings_are_shown_without_a_password(run, url: str) -> None:
    shown = run("config", "show", url=url)
    assert shown.exit_code == 0
    assert "kata-sandi" not in shown.stdout
    assert json.loads(shown.stdout)["database"]["url"]


@pytest.mark.parametrize("command", [("doctor",), ("serve",), ("outbox", "status"), ("worker", "--once")])
@pytest.mark.usefixtures("prepared")
def test_a_server_that_is_away_is_one_sentence_without_its_password(run, command: tuple[str, ...]) -> None:
    refused = run(*command, url=AWAY)
    assert refused.exit_code == 3
    assert isinstance(refused.exception, SystemExit)
    assert "127.0.0.1" in refused.stderr
    assert "kata-sandi" not in refused.output
    good = 2 if command == ("doctor",) else 0  # settings and time zone, which it has looked at by then
    assert len(refused.stderr.strip().splitlines()) - good == 1


@pytest.mark.usefixtures("prepared")
def test_doctor_says_which_database_is_in_use(run, postgres) -> None:
    assert "PostgreSQL 1" in run("doctor", url=postgres.new_database()).stderr
    files = run("doctor").stderr
    assert ("SQLite 3" in files, "PostgreSQL" in files) == (True, False)


@pytest.mark.usefixtures("prepared")
def test_a_database_of_a_name_that_is_not_there_is_told(run, postgres) -> None:
    url = postgres.new_database().replace("/uji_", "/tidak_ada_")
    refused = run("doctor", url=url)
    assert (refused.exit_code, "tidak_ada_" in refused.stderr) == (3, True)


def test_databases_move_to_a_server_and_back(run, tmp_path: Path, postgres) -> None:
    import_people(run, tmp_path)
    url = postgres.new_database()
    moved = run("database", "copy", "--to", url, "--json")
    assert moved.exit_code == 0
    assert {"database": "people", "table": "person", "rows": 1} in [
        {name: one[name] for name in ("database", "table", "rows")} for one in json.loads(moved.stdout)["verified"]
    ]
    again = run("database", "copy", "--to", url)
    assert (again.exit_code, "tidak ada yang diubah" in again.stderr) == (1, True)
    assert run("database", "copy", "--from", url, data=tmp_path / "kembali").exit_code == 0
    assert (tmp_path / "kembali" / "people.db").exists()
    back = run("database", "copy", "--from", url)
    assert (back.exit_code, "tidak ada yang diubah" in back.stderr) == (1, True)


@pytest.mark.parametrize("arguments", [(), ("--to", "x"), ("--to", "postgresql://a/b", "--from", "postgresql://a/b")])
def test_a_move_without_a_clear_direction_is_refused(run, arguments: tuple[str, ...]) -> None:
    assert run("database", "copy", *arguments).exit_code == 2


def test_a_backup_of_a_server_comes_back_into_files(run, tmp_path: Path, postgres) -> None:
    url, file = postgres.new_database(), str(tmp_path / "c.jampel")
    import_people(run, tmp_path, url)
    made = run("backup", file, "--json", url=url)
    assert (made.exit_code, json.loads(made.stdout)["source"]) == (0, "PostgreSQL")
    assert run("backup", "--verify", file).exit_code == 0
    restored = run("restore", file, "--into", str(tmp_path / "latihan"), "--json", url=url)
    assert restored.exit_code == 0
    assert {"database": "people", "table": "nip", "rows": 1} in [
        {name: one[name] for name in ("database", "table", "rows")} for one in json.loads(restored.stdout)["verified"]
    ]
    assert "secrets" in restored.stderr
    again = run("restore", file, "--into", str(tmp_path / "latihan"))
    assert (again.exit_code, "tidak ada yang diubah" in again.stderr) == (1, True)


def test_a_file_that_is_no_backup_is_one_sentence(run, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"bukan cadangan" * 100)
    for command in (("backup", "--verify", str(tmp_path / "x")), ("restore", str(tmp_path / "x"))):
        refused = run(*command)
        assert refused.exit_code == 1
        assert isinstance(refused.exception, SystemExit)


def test_a_folder_that_is_no_installation_makes_no_backup(run, tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path / "c"), data=tmp_path / "kosong")
    assert refused.exit_code == 3
    assert not (tmp_path / "c").exists()
    assert not (tmp_path / "kosong").exists()


def test_options_of_a_backup_that_exclude_each_other_are_refused(run, tmp_path: Path) -> None:
    assert run("backup", str(tmp_path / "c"), "--only", "people", "--without", "people").exit_code == 2
    assert run("backup", str(tmp_path / "c"), "--verify", "--with-secrets").exit_code == 2


def test_the_demo_never_fills_the_database_of_somebody_else(run, tmp_path: Path, postgres) -> None:
    url = postgres.new_database()
    import_people(run, tmp_path, url)
    refused = run("demo", "--once", "--port", "1080", url=url, data=tmp_path / "demo")
    assert (refused.exit_code, "Demo" in refused.stderr) == (1, True)
