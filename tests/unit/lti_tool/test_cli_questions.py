"""`jampel modul questions`: Markdown on stdout, losses on stderr, and an exit that a script may trust."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lti_tool.cli import main


@pytest.mark.parametrize(
    ("text", "code", "shown", "said"),
    [
        ("::Satu::Bumi bulat? {T}\n", 0, "::: soal benar-salah #bank-satu\nBumi bulat?\n\n= benar\n:::\n", ""),
        ("A? {~%50%a ~%50%b ~c}\n", 0, "::: soal pilihan-jamak #bank-1\n", "bank.gift:1"),
        ("A? {=a =b ~c}\n", 1, "", "bank.gift:1"),
        ("", 1, "", "bank.gift"),
    ],
)
def test_a_bank_becomes_markdown(text: str, code: int, shown: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "bank.gift"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["modul", "questions", str(path)], env={"COLUMNS": "200"})
    assert result.exit_code == code
    assert result.stdout.startswith(shown)
    assert bool(result.stdout) == bool(shown)
    assert said in result.stderr
