"""`jampel lti invite|invites|export|import`: invites by command, and platforms as a file that comes back as it was."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main

ADD = (
    "lti", "add", "--name", "LMS Provinsi", "--issuer", "https://lms.example.go.id", "--client-id", "abc",
    "--auth-url", "https://lms.example.go.id/auth", "--token-url", "https://lms.example.go.id/token",
    "--jwks-url", "https://lms.example.go.id/certs", "--profile", "moodle", "--deployment", "1",
    "--deployment", "dua kata",
)  # fmt: skip
GOOD = {
    "name": "LMS Kampus", "issuer": "https://kampus.example", "client_id": "k1", "auth_url": "https://kampus.example/a",
    "token_url": "https://kampus.example/t", "jwks_url": "https://kampus.example/j",
}  # fmt: skip


@pytest.fixture
def run(tmp_path: Path):
    """`run("lti", "list")` runs `jampel` on a data folder, `data` names another."""
    runner = CliRunner()

    def call(*arguments: str, data: str = "data") -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / data), "JAMPEL_LANG": "id"}
        found = runner.invoke(main, list(arguments), env=environment)
        assert found.exception is None or isinstance(found.exception, SystemExit)
        return found

    return call


def written(path: Path, *platforms: dict) -> str:
    path.write_text(json.dumps({"kind": "jampel-lti-platforms", "version": 1, "platforms": platforms}))
    return str(path)


def test_an_invite_is_one_address_on_stdout(run) -> None:
    made = run("lti", "invite", "Provinsi Contoh", "--days", "14")
    assert made.exit_code == 0
    assert made.stdout.count("\n") == 1
    assert "/lti/register/" in made.stdout
    token = made.stdout.strip().rsplit("/", 1)[1]
    listed = run("lti", "invites", "list")
    assert "Provinsi Contoh" in listed.stdout
    assert token not in listed.stdout + listed.stderr


def test_an_invite_can_be_read_by_a_program_and_ended(run) -> None:
    made = json.loads(run("lti", "invite", "Kampus", "--json").stdout)
    assert run("lti", "invites", "end", made["id"]).exit_code == 0
    (listed,) = json.loads(run("lti", "invites", "list", "--json").stdout)
    assert (listed["id"], listed["state"], listed["expires"]) == (made["id"], "ended", made["expires"])
    again = run("lti", "invites", "end", made["id"])
    assert again.exit_code == 1
    assert made["id"] in again.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("x", "--days", "0"), 2), (("x", "--days", "366"), 2), (("  ",), 1), (("x" * 121,), 1),
     (("x", "--platform", "tidak-ada"), 1)],
)  # fmt: skip
@pytest.mark.usefixtures("prepared")
def test_a_wrong_invite_is_not_made(run, arguments: tuple[str, ...], code: int) -> None:
    assert run("lti", "invite", *arguments).exit_code == code
    assert json.loads(run("lti", "invites", "list", "--json").stdout) == []


@pytest.mark.parametrize("form", ["json", "csv"])
def test_what_is_exported_comes_back_the_same_and_a_second_time_changes_nothing(run, tmp_path, form: str) -> None:
    assert run(*ADD).exit_code == 0
    file = tmp_path / f"platform.{form}"
    assert run("lti", "export", "--format", form, "-o", str(file)).exit_code == 0
    first = run("lti", "import", str(file), "--json", data="lain")
    assert first.exit_code == 0
    assert [row["result"] for row in json.loads(first.stdout)["platforms"]] == ["added"]
    second = run("lti", "import", str(file), data="lain")
    assert second.stdout == "tetap\tLMS Provinsi\tabc\n"
    assert run("lti", "export", data="lain").stdout == run("lti", "export").stdout


def test_an_export_has_no_secret(run) -> None:
    run(*ADD)
    run("lti", "invite", "Provinsi")
    (platform,) = json.loads(run("lti", "export").stdout)["platforms"]
    assert set(platform) == {
        "name", "issuer", "client_id", "auth_url", "token_url", "jwks_url", "token_audience", "service_hosts",
        "algorithms", "anonymous", "profile", "active", "approved", "pending", "refused",
    }  # fmt: skip
    assert platform["approved"] == ["1", "dua kata"]


def test_an_import_changes_what_differs_and_takes_no_deployment_away(run, tmp_path) -> None:
    run(*ADD)
    (platform,) = json.loads(run("lti", "export").stdout)["platforms"]
    changed = platform | {
        "token_url": "https://lms.example.go.id/baru",
        "approved": [],
        "refused": ["3"],
        "active": False,
    }
    answer = run("lti", "import", written(tmp_path / "p.json", changed))
    assert answer.stdout == "berubah\tLMS Provinsi\tabc\n"
    (after,) = json.loads(run("lti", "export").stdout)["platforms"]
    assert after == changed | {"approved": ["1", "dua kata"]}


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"name": ""}, "name"),
        ({"name": ["LMS"]}, "name"),
        ({"name": True}, "name"),
        ({"issuer": "kampus"}, "issuer"),
        ({"jwks_url": "javascript:alert(1)"}, "jwks_url"),
        ({"token_url": "https://a@kampus.example/t"}, "token_url"),
        ({"client_id": "x" * 256}, "client_id"),
        ({"client_id": 7}, "client_id"),
        ({"algorithms": ["none"]}, "algorithms"),
        ({"algorithms": "RS256"}, "algorithms"),
        ({"profile": "tidak-ada"}, "profile"),
        ({"anonymous": "mungkin"}, "anonymous"),
        ({"approved": ["1"], "refused": ["1"]}, "approved"),
        ({"approved": ["x" * 256]}, "approved"),
        ({"approved": {"id": 1}}, "approved"),
    ],
)
def test_a_bad_row_is_named_and_nothing_of_the_file_is_written(run, tmp_path, wrong: dict, column: str) -> None:
    other = GOOD | {"client_id": "k2"}
    file = written(tmp_path / "p.json", other, GOOD | wrong)
    answer = run("lti", "import", file)
    assert answer.exit_code == 1
    assert f"Baris 2, kolom {column}:" in answer.stderr
    assert json.loads(run("lti", "export").stdout)["platforms"] == []
    assert run("lti", "import", file, "--skip-bad").exit_code == 1
    assert [one["client_id"] for one in json.loads(run("lti", "export").stdout)["platforms"]] == ["k2"]


def test_a_row_that_stands_there_twice_is_refused(run, tmp_path) -> None:
    answer = run("lti", "import", written(tmp_path / "p.json", GOOD, GOOD))
    assert answer.exit_code == 1
    assert "baris 1" in answer.stderr


@pytest.mark.parametrize(
    "text",
    ["", "{", "{}", '{"kind":"lain","platforms":[]}', '{"kind":"jampel-lti-platforms","version":2,"platforms":[]}',
     "nama,umur\na,1\n", '{"kind":"jampel-lti-platforms","version":1,"platforms":[1]}', "{" * 100_000],
)  # fmt: skip
def test_a_file_of_something_else_is_refused_in_a_sentence(run, tmp_path, text: str) -> None:
    file = tmp_path / "p.json"
    file.write_text(text)
    answer = run("lti", "import", str(file))
    assert answer.exit_code == 1
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr


def test_a_csv_cell_never_begins_like_a_formula_and_still_comes_back(run, tmp_path) -> None:
    run(*("=1+1" if one == "LMS Provinsi" else one for one in ADD))
    file = tmp_path / "p.csv"
    run("lti", "export", "--format", "csv", "-o", str(file))
    (row,) = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert row["name"] == "'=1+1"
    run("lti", "import", str(file), data="lain")
    assert json.loads(run("lti", "export", data="lain").stdout)["platforms"][0]["name"] == "=1+1"
