"""The commands of people and their rights: what they say, what they never say, and how they end."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main

ANI, BUDI, NEW = "198501012099031001", "198612312099032002", "198501012099041007"
HEAD = "NIP;Nama;OPD;Status;Mulai\n"


@pytest.fixture
def run(tmp_path: Path):
    """`run("people", …)` runs `jampel` on a fresh data folder; nothing that it says holds a whole number."""
    runner = CliRunner()

    def call(*arguments: str, **more: object) -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "id"}
        result = runner.invoke(main, list(arguments), env=environment, **more)  # type: ignore[arg-type]
        assert not any(number in result.output for number in (ANI, BUDI, NEW))
        return result

    return call


@pytest.fixture
def roster(tmp_path: Path) -> str:
    path = tmp_path / "pegawai.csv"
    path.write_text(
        f"{HEAD}{ANI};Ani Lestari;Dinkes;PPPK;\n{BUDI};Budi Santoso;Dinkes;PNS;\n"
        f"{NEW};Ani Lestari;Bappeda;PNS;1/3/2026\n"
    )
    return str(path)


@pytest.mark.usefixtures("prepared")
def test_a_roster_is_looked_at_imported_and_seen_as_of_a_day(run, roster: str) -> None:
    tried = run("people", "import", roster, "--dry-run")
    assert (tried.exit_code, "Hanya percobaan" in tried.output) == (0, True)
    assert json.loads(run("people", "roster", "--json").stdout) == []
    assert json.loads(run("people", "import", roster, "--json").stdout)["added"] == 3
    assert "sudah tercatat" in run("people", "import", roster).output
    at = {
        day: json.loads(run("people", "roster", "--as-of", day, "--json").stdout) for day in ("2026-02-28", "1-3-2026")
    }
    assert [len(found) for found in at.values()] == [2, 3]
    assert at["2026-02-28"][0]["nip"] == "*" * 15 + "001"
    history = json.loads(run("people", "history", NEW, "--json").stdout)
    assert [(stay["start"], stay["opd"]) for stay in history] == [("2026-03-01", "Bappeda")]
    assert run("people", "import", roster, "--full", "--skip-bad").exit_code == 2
    assert run("people", "history", "198501012099031999").exit_code == 1


def test_a_match_is_listed_confirmed_and_undone(run, roster: str) -> None:
    run("people", "import", roster)
    listed = run("people", "matches", "list", "--json")
    (one,) = json.loads(listed.stdout)
    assert (listed.exit_code, one["rule"]) == (1, "new_number")
    assert run("people", "matches", "confirm", one["id"]).exit_code == 0
    assert run("people", "matches", "list", "--json").exit_code == 0
    assert len(json.loads(run("people", "roster", "--json").stdout)) == 2
    (merge,) = json.loads(run("people", "matches", "merges", "--json").stdout)
    assert run("people", "matches", "undo", str(merge["seq"])).exit_code == 0
    assert run("people", "matches", "refuse", one["id"]).exit_code == 0
    assert run("people", "matches", "confirm", one["id"]).exit_code == 1


def test_the_rights_of_a_person_from_the_copy_to_the_erasure(run, roster: str, tmp_path: Path) -> None:
    run("people", "import", roster)
    assert run("subject", "export", ANI, "-o", str(tmp_path / "a.zip")).exit_code == 0
    assert run("subject", "freeze", ANI, "--reason", "permintaan 1").exit_code == 0
    assert [one["frozen"] for one in json.loads(run("people", "roster", "--json").stdout)].count(True) == 1
    assert run("subject", "unfreeze", ANI, "--reason", "dicabut").exit_code == 0
    assert (
        run("subject", "correct", ANI, "--set", "nama=Ani L.", "--set", "status=p3k", "--reason", "salah").exit_code
        == 0
    )
    assert run("subject", "correct", ANI, "--set", "status=honorer", "--reason", "salah").exit_code == 1
    assert run("subject", "refuse", ANI, "--request", "erase", "--reason", "pasal 15").exit_code == 0
    refused = run("subject", "erase", ANI, "--reason", "permintaan 2", "--yes")
    assert (refused.exit_code, "pasal 15" in refused.output) == (1, True)
    stopped = run("subject", "erase", ANI, "--reason", "permintaan 2", "--although-employed", input="ya\n")
    assert stopped.exit_code == 1
    done = run("subject", "erase", ANI, "--reason", "permintaan 2", "--although-employed", input="HAPUS\n")
    assert done.exit_code == 0
    assert run("subject", "export", ANI, "-o", str(tmp_path / "b.zip")).exit_code == 1
    record = json.loads(run("subject", "log", "--json").stdout)
    wanted = ["erase", "refuse", "refuse", "correct", "unfreeze", "freeze", "export", "import"]
    assert ([line["action"] for line in record["lines"]], record["broken_at"]) == (wanted, None)
    assert "Ani" not in json.dumps(record)
    assert run("subject", "reapply").exit_code == 0


def test_periods_affected_people_and_the_register_are_told(run, roster: str, tmp_path: Path) -> None:
    run("people", "import", roster)
    shown = run("subject", "retention", "--dry-run")
    assert (shown.exit_code, "arsiparis" in shown.output) == (0, True)
    assert run("subject", "retention", "--dry-run", "--apply").exit_code == 2
    assert {one["past"] for one in json.loads(run("subject", "retention", "--json").stdout)} == {0}
    target = tmp_path / "terdampak.csv"
    found = run("subject", "affected", "--from", "2026-01-01", "--to", "2026-12-31", "-o", str(target), "--json")
    assert json.loads(found.stdout) == []
    assert os.stat(target).st_mode & 0o777 == 0o600
    assert run("subject", "affected", "--from", "2026-01-01").exit_code == 2
    assert json.loads(run("subject", "record", "--json").stdout)[0]["records"] == 3
