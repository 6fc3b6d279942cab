"""`jampel adapter steps`: what a person has to do, where no program can."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main


def run(folder: Path, system: str, language: str = "id"):
    package = folder / "paket.zip"
    package.write_bytes(b"PK")
    environment = {"JAMPEL_DATA": str(folder / "data"), "JAMPEL_LANG": language}
    return CliRunner().invoke(main, ["adapter", "steps", system, str(package)], env=environment)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_steps_are_numbered_and_name_the_package(tmp_path: Path, language: str) -> None:
    done = run(tmp_path, "moodle", language)

    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("1. ")
    assert "paket.zip" in done.stdout


def test_a_system_without_steps_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "spreadsheet")

    assert done.exit_code != 0
    assert "spreadsheet" in done.output
