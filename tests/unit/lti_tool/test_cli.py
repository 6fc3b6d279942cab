"""The command: data on stdout, talk on stderr, one clear sentence for what is wrong, and its exit code."""

import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner, Result

from lti_tool.cli import main
from lti_tool.cli.late import Late

NIP = "198501012099031001"
ROSTER = f"NIP;Nama;OPD;Status;Jabatan\n{NIP};Siti Contoh;Dinas Kelautan;PNS;Penyuluh\n"


@pytest.fixture
def run(tmp_path: Path):
    """`run("audit", "report")` runs `jampel` on a fresh data folder."""
    runner = CliRunner()

    def call(*arguments: str, language: str = "id", **more: object) -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return runner.invoke(main, list(arguments), env=environment, **more)  # type: ignore[arg-type]

    return call


@pytest.fixture
def module(tmp_path: Path, run) -> Path:
    folder = tmp_path / "modul-saya"
    assert run("modul", "new", str(folder)).exit_code == 0
    return folder


def roster(tmp_path: Path, text: str = ROSTER) -> str:
    path = tmp_path / "pegawai.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_new_module_packs_and_checks_without_a_finding(tmp_path: Path, run, module: Path) -> None:
    target = tmp_path / "modul.zip"
    packed = run("pack", str(module), "-o", str(target))
    assert (packed.exit_code, packed.stdout.strip()) == (0, str(target))
    checked = run("check", str(target), "--json")
    verdict = json.loads(checked.stdout)
    assert (checked.exit_code, verdict["findings"], verdict["moodle45"]) == (0, [], [])
    assert (verdict["kind"], verdict["edition"], verdict["errors"], verdict["hosts"]) == ("scorm", "1.2", 0, [])


def test_a_preview_says_its_address_and_ends_cleanly(run, module: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lti_tool.cli.modul_preview.wait_for_end", interrupt)
    shown = run("modul", "preview", str(module), "--port", "0")
    assert shown.exit_code == 0
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", shown.stdout)


def test_a_broken_module_is_refused_with_file_and_line_and_nothing_is_written(
    tmp_path: Path, run, module: Path
) -> None:
    toml = module / "modul.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("judul", "jdul"), encoding="utf-8")
    target = tmp_path / "modul.zip"
    refused = run("pack", str(module), "-o", str(target))
    assert refused.exit_code == 1
    assert "modul.toml:" in refused.stderr
    assert "jdul" in refused.stderr
    assert not target.exists()


def test_every_fault_of_a_module_is_listed_not_only_the_first(run, module: Path) -> None:
    toml = module / "modul.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("judul", "jdul"), encoding="utf-8")
    page = next((module / "isi").glob("*.md"))
    page.write_text(page.read_text(encoding="utf-8") + "\n\n![gambar](gambar/tidak-ada.svg)\n", encoding="utf-8")
    refused = run("pack", str(module))
    assert "jdul" in refused.stderr
    assert "tidak-ada.svg" in refused.stderr


def test_a_file_that_is_no_package_is_found_wanting(tmp_path: Path, run) -> None:
    path = tmp_path / "bukan.zip"
    path.write_bytes(b"bukan zip")
    checked = run("check", str(path))
    assert checked.exit_code == 1
    assert "SALAH" in checked.stdout
    assert "bukan.zip" in checked.stderr


def test_an_unknown_lms_names_those_there_are(run, module: Path) -> None:
    refused = run("pack", str(module), "--lms", "moodel")
    assert refused.exit_code == 1
    assert "moodle45" in refused.stderr


def test_a_cartridge_asks_for_the_address_of_the_tool_and_then_is_written(tmp_path: Path, run, module: Path) -> None:
    target = tmp_path / "modul.imscc"
    refused = run("pack", str(module), "--format", "cc", "-o", str(target), language="en")
    assert (refused.exit_code, target.exists()) == (1, False)
    assert "--tool-url" in refused.stderr
    packed = run("pack", str(module), "--format", "cc", "--tool-url", "https://a.go.id", "-o", str(target))
    assert (packed.exit_code, packed.stdout.strip()) == (0, str(target))


def test_a_choice_that_the_format_does_not_know_is_refused(tmp_path: Path, run, module: Path) -> None:
    refused = run("pack", str(module), "--format", "tincan", "--multi-sco", "-o", str(tmp_path / "a.zip"))
    assert refused.exit_code == 1
    assert "--multi-sco" in refused.stderr
    assert not (tmp_path / "a.zip").exists()


def test_packing_again_gives_the_same_file_fresh_or_not(tmp_path: Path, run, module: Path) -> None:
    target, bodies = tmp_path / "a.zip", set()
    for more in ([], [], ["--fresh"]):
        assert run("pack", str(module), "--format", "scorm2004-4", "-o", str(target), *more).exit_code == 0
        bodies.add(target.read_bytes())
    assert len(bodies) == 1


def test_a_format_that_the_lms_cannot_play_is_a_warning(tmp_path: Path, run, module: Path) -> None:
    choices = ("--format", "cmi5", "--lms", "moodle45", "--json")
    packed = run("pack", str(module), *choices, "-o", str(tmp_path / "a.zip"))
    assert packed.exit_code == 0
    assert [row["code"] for row in json.loads(packed.stdout)["warnings"]] == ["package.lms_cannot"]


def test_several_scos_that_the_lms_does_not_record_are_a_warning(tmp_path: Path, run, module: Path) -> None:
    told = []
    for name in ("scorm12", "scorm2004-4"):
        choices = ("--format", name, "--lms", "moodle45", "--multi-sco", "--json")
        packed = run("pack", str(module), *choices, "-o", str(tmp_path / f"{name}.zip"))
        assert packed.exit_code == 0
        told.append([row["code"] for row in json.loads(packed.stdout)["warnings"]])
    assert told == [[], ["package.lms_one_sco"]]


def test_a_published_module_is_in_the_library(run, module: Path) -> None:
    assert run("modul", "publish", str(module)).exit_code == 0
    listed = json.loads(run("modul", "list", "--json").stdout)
    assert [found["id"] for found in listed] == [module.name]


def test_people_are_imported_and_counted_in_the_audit(tmp_path: Path, run) -> None:
    assert run("people", "import", roster(tmp_path)).exit_code == 0
    made = run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json")
    assert made.exit_code == 0
    assert [row["nip"] for row in json.loads(made.stdout)["rows"]] == [NIP]
    assert NIP in run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "csv").stdout


def test_a_bad_row_is_named_and_changes_nothing(tmp_path: Path, run) -> None:
    text = ROSTER + "1985010120990310;Budi Contoh;Dinas Kelautan;PNS;Staf\n"
    refused = run("people", "import", roster(tmp_path, text))
    assert refused.exit_code == 1
    assert "3" in refused.stderr
    rows = json.loads(run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json").stdout)["rows"]
    assert rows == []


@pytest.mark.usefixtures("prepared")
def test_the_trail_of_someone_unknown_is_one_sentence_without_the_number(run) -> None:
    run("audit", "rebuild")
    refused = run("audit", "trail", NIP, "--year", "2026")
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert NIP not in refused.stderr


def test_a_credential_is_shown_once_and_never_again(run) -> None:
    made = json.loads(run("lrs", "credential", "add", "perekam", "--json").stdout)
    listed = run("lrs", "credential", "list", "--json").stdout
    assert made["key"] in listed
    assert made["secret"] not in listed
    assert run("lrs", "credential", "revoke", made["key"]).exit_code == 0
    assert run("lrs", "credential", "revoke", "tidak-ada").exit_code == 1


def keys(run) -> list[dict]:
    return json.loads(run("lrs", "credential", "list", "--json").stdout)


def test_a_credential_of_a_module_carries_what_its_newest_version_gives(run, module: Path) -> None:
    assert run("modul", "publish", str(module)).exit_code == 0
    name = json.loads(run("modul", "list", "--json").stdout)[0]["id"]
    made = run("lrs", "credential", "add", "paket", "--module", name, "--json")
    (listed,) = keys(run)
    assert (listed["scopes"], listed["source"]) == (["module"], "package")
    assert listed["module"].endswith(f"/{name}")
    assert "tidak membawa JP" not in made.stderr
    other = run("lrs", "credential", "add", "luar", "--module", "https://contoh.go.id/kursus")
    assert other.exit_code == 0
    assert "tidak membawa JP" in other.stderr
    shown = run("lrs", "credential", "list").stdout
    assert "https://contoh.go.id/kursus" in shown
    assert json.loads(made.stdout)["secret"] not in shown


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--module", "tidak-ada"], "tidak-ada"),
        (["--scope", "module"], "modul"),
        (["--module", "https://contoh.go.id/kursus", "--scope", "all"], "module"),
        (["--module", "https://contoh.go.id/kursus", "--source", "lms_record"], "package"),
        (["--module", "https://contoh.go.id/kursus", "--allow-nip"], "NIP"),
        (["--expires", "2020-01-31"], "lewat"),
    ],
)
def test_a_credential_that_contradicts_itself_is_refused(run, options: list[str], said: str) -> None:
    refused = run("lrs", "credential", "add", "paket", *options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert said in refused.stderr
    assert keys(run) == []


def test_a_credential_tells_its_last_day_in_the_institutions_zone(run) -> None:
    run("lrs", "credential", "add", "uji", "--expires", "2099-12-31")
    (listed,) = keys(run)
    assert (listed["expires"], listed["state"]) == ("2099-12-31T17:00:00+00:00", "active")
    assert listed["created"] is not None
    assert listed["last_used"] is None
    assert "31 Des 2099 23.59 WIB" in " ".join(run("lrs", "credential", "list").stdout.split())
    assert run("lrs", "credential", "add", "uji", "--expires", "9999-12-31").exit_code == 0


def test_a_rotated_secret_is_shown_once_and_tells_how_long_the_old_one_works(run) -> None:
    old = json.loads(run("lrs", "credential", "add", "uji", "--json").stdout)
    rotated = run("lrs", "credential", "rotate", old["key"], "--grace", "7d", "--json")
    new = json.loads(rotated.stdout)
    assert new["key"] == old["key"]
    assert new["secret"] != old["secret"]
    assert "masih berlaku sampai" in rotated.stderr
    assert keys(run)[0]["old_secret_until"] is not None
    assert "sudah tidak berlaku" in run("lrs", "credential", "rotate", old["key"]).stderr
    assert keys(run)[0]["old_secret_until"] is None


@pytest.mark.parametrize("grace", ["7", "7w", "-1d", "91d", "99999d", "", "1.5d"])
def test_a_grace_that_cannot_be_is_refused_and_changes_nothing(run, grace: str) -> None:
    old = json.loads(run("lrs", "credential", "add", "uji", "--json").stdout)
    refused = run("lrs", "credential", "rotate", old["key"], f"--grace={grace}")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert keys(run)[0]["old_secret_until"] is None
    assert run("lrs", "credential", "rotate", "tidak-ada").exit_code == 1


def add_platform(run, *more: str) -> Result:
    values = {"name": "LMS", "issuer": "https://lms.example.go.id", "client-id": "abc"}
    values |= {name: f"https://lms.example.go.id/{name}" for name in ("auth-url", "token-url", "jwks-url")}
    return run("lti", "add", *[part for name, value in values.items() for part in (f"--{name}", value)], *more)


def test_a_platform_is_registered_once_with_what_to_enter_over_there(run) -> None:
    added = add_platform(run, "--deployment", "1")
    assert added.exit_code == 0
    assert "/lti/login" in added.stdout
    assert add_platform(run).exit_code == 1
    listed = json.loads(run("lti", "list", "--json").stdout)
    assert listed[0]["deployments"] == ["1 (approved)"]
    assert run("lti", "approve", listed[0]["id"], "2").exit_code == 0
    assert run("lti", "approve", "tidak-ada", "2").exit_code == 1


@pytest.mark.usefixtures("prepared")
def test_a_rotation_of_the_signing_key_is_announced_and_listed(run) -> None:
    old = json.loads(run("lti", "keys", "list", "--json").stdout)[0]
    rotated = run("lti", "keys", "rotate", "--after", "3")
    assert rotated.exit_code == 0
    listed = json.loads(run("lti", "keys", "list", "--json").stdout)
    assert [(key["kid"], key["state"]) for key in listed] == [
        (old["kid"], "active"), (rotated.stdout.strip(), "next")]  # fmt: skip
    assert listed[1]["fetched_by"] == []
    assert old["kid"] in run("lti", "keys", "list").stdout


@pytest.mark.usefixtures("prepared")
def test_a_rotation_without_a_wait_signs_at_once(run) -> None:
    rotated = json.loads(run("lti", "keys", "rotate", "--after", "0", "--json").stdout)
    assert rotated["state"] == "active"
    assert run("lti", "keys", "rotate", "--after", "91").exit_code == 2


def test_an_unknown_setting_ends_with_3_and_changes_nothing(tmp_path: Path, run) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "jampel.toml").write_text("[server]\nprot = 1\n")
    refused = run("outbox", "status")
    assert refused.exit_code == 3
    assert "prot" in refused.stderr
    assert [path.name for path in data.iterdir()] == ["jampel.toml"]


def test_data_may_stand_before_or_after_the_subcommand(tmp_path: Path, run) -> None:
    before, after = (str(tmp_path / name) for name in "ab")
    for arguments in (["--data", before, "admin", "link"], ["admin", "link", "--data", after]):
        assert run(*arguments).exit_code == 0
    assert (tmp_path / "a" / "house.db").exists()
    assert (tmp_path / "b" / "house.db").exists()


def test_the_first_admin_comes_by_a_link_and_others_with_a_password_that_is_asked_for(run) -> None:
    assert "/awal/" in run("admin", "link").stdout
    password = "kuda-laut-menari-di-teluk\n"
    assert run("admin", "create", "rina", "--role", "auditor", input=password * 2).exit_code == 0
    assert run("admin", "create", "rina", input=password * 2).exit_code == 1
    assert run("admin", "create", "budi", input="pendek\npendek\n").exit_code == 1


def test_attendance_is_read_once_and_waits_for_a_review(tmp_path: Path, run) -> None:
    run("people", "import", roster(tmp_path))
    sheet = tmp_path / "hadir.csv"
    sheet.write_text(
        "NIP;Nama;Kegiatan;Penyelenggara;Bentuk;Tanggal mulai;Tanggal selesai;JP\n"
        f"{NIP};Siti Contoh;Bimtek Arsip;BKPSDM;bimbingan-teknis;02/03/2026;03/03/2026;8\n",
        encoding="utf-8",
    )
    first = json.loads(run("adapter", "pull", "spreadsheet", str(sheet), "--json").stdout)
    assert (first["recorded"], first["unchanged"]) == (1, 0)
    assert json.loads(run("adapter", "pull", "spreadsheet", str(sheet), "--json").stdout)["unchanged"] == 1
    assert run("outbox", "flush").exit_code == 0
    made = run("audit", "report", "--year", "2026", "--by", "pegawai", "--format", "json")
    row = json.loads(made.stdout)["rows"][0]
    assert (row["accepted"], row["pending"]) == (0, 800)
    status = json.loads(run("outbox", "status", "--json").stdout)
    assert status["kinds"]["statement"]["done"] == 1


@pytest.mark.usefixtures("prepared")
def test_the_worker_does_what_waits_and_stops(run) -> None:
    assert run("worker", "--once").exit_code == 0


@pytest.mark.usefixtures("prepared")
def test_a_report_that_cannot_be_written_is_one_sentence_with_the_files_name(tmp_path: Path, run) -> None:
    refused = run("audit", "report", "--year", "2026", "-o", str(tmp_path / "tidak-ada" / "rekap.csv"))
    assert refused.exit_code == 3
    assert "rekap.csv" in refused.stderr
    assert isinstance(refused.exception, SystemExit)


def test_a_settings_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, run) -> None:
    (tmp_path / "data" / "jampel.toml").mkdir(parents=True)
    refused = run("audit", "report")
    assert refused.exit_code == 3
    assert "jampel.toml" in refused.stderr
    assert isinstance(refused.exception, SystemExit)


@pytest.mark.parametrize("name", ["house", "lrs", "people", "queue", "ledger"])
def test_a_damaged_database_is_one_sentence_and_stays_as_it_is(tmp_path: Path, run, name: str) -> None:
    damaged = tmp_path / "data" / f"{name}.db"
    damaged.parent.mkdir()
    damaged.write_bytes(b"not a database " * 100)
    refused = run("audit", "report")
    assert refused.exit_code == 3
    assert isinstance(refused.exception, SystemExit)
    assert damaged.read_bytes() == b"not a database " * 100


@pytest.mark.usefixtures("prepared")
def test_a_database_that_breaks_while_a_command_runs_is_one_sentence(tmp_path: Path, run) -> None:
    assert run("lti", "list").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "data" / "house.db")) as house:
        house.execute("DROP TABLE lti_platform")
    refused = run("lti", "list")
    assert refused.exit_code == 3
    assert isinstance(refused.exception, SystemExit)


@pytest.mark.usefixtures("prepared")
def test_doctor_finds_nothing_wrong_with_a_fresh_installation(run) -> None:
    assert run("doctor").exit_code == 0


def test_every_command_has_help_and_an_example_in_both_languages(run) -> None:
    seen = []

    def visit(command, path: list[str]) -> None:
        if command.hidden:
            return
        command = command.load() if isinstance(command, Late) else command
        seen.append(" ".join(path))
        indonesian, english = (run(*path, "--help", language=language).stdout for language in ("id", "en"))
        assert indonesian
        assert indonesian != english, path
        children = getattr(command, "commands", {})
        assert children or ("Contoh: " in indonesian and "Example: " in english), path
        for name, child in children.items():
            visit(child, [*path, name])

    visit(main, [])
    assert {"pack", "modul new", "modul size", "outbox scores", "lrs credential add"} <= set(seen)


@pytest.mark.parametrize(("language", "word"), [("id", "Periksa paket apa pun"), ("en", "Check any package")])
def test_the_list_of_commands_speaks_the_readers_language_in_one_line_each(run, language: str, word: str) -> None:
    shown = run("--help", language=language)
    assert word in shown.stdout
    assert "jampel check" not in shown.stdout
    assert "sandbox" not in shown.stdout


@pytest.mark.parametrize(
    ("typed", "found"),
    [("ch", ["check"]), ("modul s", ["size"]), ("lrs credential a", ["add"]), ("pack --mul", ["--multi-sco"])],
)
def test_the_shell_completes_commands_and_options_at_every_depth(typed: str, found: list[str]) -> None:
    *arguments, incomplete = typed.split()
    complete = ShellComplete(main, {}, "jampel", "_JAMPEL_COMPLETE")
    assert [item.value for item in complete.get_completions(arguments, incomplete)] == found
