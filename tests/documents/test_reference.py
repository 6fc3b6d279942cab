"""The pages that are made from the code are as the code makes them now, and say all of it."""

import re

import pytest

from tools import reference, words


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_made_from_the_code_is_fresh(name: str) -> None:
    written = (reference.FOLDER / name).read_text(encoding="utf-8")
    assert written == reference.PAGES[name](), "run make reference"


def test_every_error_code_stands_there_with_both_sentences() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| (.+) \| (.+) \|$", reference.errors_page(), re.M)
    wanted = {code.removeprefix(words.ERROR) for package in words.PACKAGES for code in words.codes_in(package)}
    assert {code for code, _, _ in rows} == wanted


def test_every_command_and_option_stands_there_in_both_languages() -> None:
    page = reference.commands_page()
    assert {"## `jampel pack`", "### `jampel lrs forward add`", "### `jampel audit report`"} <= set(page.splitlines())
    empty = [row for row in re.findall(r"^\| `--?.*$", page, re.M) if re.search(r"\| +\|", row)]
    assert empty == []
