"""A command speaks one language from the first line to the last, its numbers too."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lti_tool.cli import main


@pytest.fixture
def run(tmp_path: Path):
    def call(*arguments: str, language: str = "id") -> Result:
        environment = {"JAMPEL_DATA": str(tmp_path / "data"), "JAMPEL_LANG": language}
        return CliRunner().invoke(main, list(arguments), env=environment, prog_name="jampel")

    return call


def test_numbers_have_the_comma_or_the_point_of_the_language(run, tmp_path: Path) -> None:
    run("modul", "new", str(tmp_path / "modul"))
    run("pack", str(tmp_path / "modul"), "-o", str(tmp_path / "modul.zip"))

    for language, mark, other in (("id", "0,1 MB", "0.1 MB"), ("en", "0.1 MB", "0,1 MB")):
        shown = run("check", str(tmp_path / "modul.zip"), language=language).stdout
        assert (mark in shown, other in shown) == (True, False)
    assert ",0" not in run("modul", "size", str(tmp_path / "modul.zip"), language="en").stdout


def test_a_remark_on_a_rule_is_shown_without_signs_of_a_program(run) -> None:
    shown = run("audit", "rules", "show").stdout
    assert "[belum ditetapkan]" in shown
    assert "\\[" not in shown


def test_a_file_of_erasures_that_is_not_there_is_not_called_broken(run) -> None:
    done = run("subject", "reapply")
    assert done.exit_code == 1
    assert "erasures.jsonl tidak ada" in done.stderr


def test_what_a_file_says_is_shown_letter_by_letter(run, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "jampel.toml").touch()
    (tmp_path / "daftar.csv").write_text("NIP;a:x:b\n1;2\n", encoding="utf-8")
    assert "a:x:b" in run("people", "import", str(tmp_path / "daftar.csv")).stderr
