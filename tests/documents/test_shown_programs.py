"""The program that both READMEs show runs as it stands there; only its LRS is not in the world."""

import re
from pathlib import Path

import pytest

from xapi import Recorder

ROOT = Path(__file__).parents[2]
NOBODY = "http://127.0.0.1:9/xapi/"


def program(page: str) -> str:
    (found,) = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S)
    return found


def test_the_program_of_the_readme_keeps_its_statement_on_disk_when_no_lrs_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = program("README.md").replace("https://lrs.example.go.id/xapi/", NOBODY)

    exec(compile(shown, "README.md", "exec"), {})

    assert NOBODY in shown
    assert Recorder.open("outbox.db", endpoint=NOBODY, key="k", secret="s").status()["waiting"] == 1


def test_both_readmes_show_the_same_program() -> None:
    bare = [re.sub(r" *#.*", "", program(page)) for page in ("README.md", "README.id.md")]
    assert bare[0] == bare[1]
