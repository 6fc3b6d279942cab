"""`jampel audit simulate` fills a folder through the recorder, adds nothing twice, and leaves real people alone."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main


@pytest.fixture
def run(tmp_path: Path):
    def call(*arguments: str) -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": "en"}
        return CliRunner().invoke(main, ["audit", *arguments], env=environment)

    return call


def employees(run) -> list[dict[str, object]]:
    return json.loads(run("report", "--year", "2025", "--by", "pegawai", "--format", "json").stdout)["rows"]


def test_more_people_are_added_to_those_who_are_there_and_nothing_twice(run) -> None:
    made = run("simulate", "--asn", "20", "--year", "2025")
    assert (made.exit_code, made.stdout) == (0, "")
    before = employees(run)
    assert len(before) == 20
    assert sum(row["accepted"] > 0 for row in before) > 10
    assert " 0 new records" in run("simulate", "--asn", "20", "--year", "2025").stderr
    assert run("simulate", "--asn", "30", "--year", "2025").exit_code == 0
    after = {row["nip"]: row["accepted"] for row in employees(run)}
    assert len(after) == 30
    assert all(after[row["nip"]] == row["accepted"] for row in before)


def test_a_folder_with_real_people_is_refused(run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("simulate", "--asn", "3", "--year", "2025").exit_code == 0
    before = employees(run)
    monkeypatch.setattr("lti_tool.simulation.MADE_UP", "2098")  # those that are there are then not made up
    refused = run("simulate", "--asn", "10", "--year", "2025")
    assert refused.exit_code == 1
    assert "real people" in refused.stderr
    assert employees(run) == before
