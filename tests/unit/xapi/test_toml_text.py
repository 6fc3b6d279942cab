"""TOML is read as ever; a key that would take hours is refused at once."""

import time
import tomllib

import pytest

from xapi.toml_text import MOST_PARTS, read_toml

MANY = 120_000


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * MANY + " = 1",
        "[a" + " . a" * MANY + "]",
        "x = { a" + ".a" * MANY + " = 1 }",
        '"a"' + '."a"' * MANY + " = 1",
        "'a'" + ".'a'" * MANY + " = 1",
        's = """ \\""" \n"""\na' + ".a" * MANY + " = 1",
    ],
    ids=["key", "table", "inline", "quoted", "literal", "after a text"],
)
def test_a_key_of_thousands_of_parts_is_refused_at_once(text: str) -> None:
    began = time.process_time()
    with pytest.raises(RecursionError):
        read_toml(text)
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    "text", ['"\\' * MANY, '"""\\' * MANY, "'" * (MANY + 1), '"""\\', "'''x", '"\\"' * MANY, "\\" * MANY], ids=range(7)
)
def test_what_is_never_closed_takes_no_longer(text: str) -> None:
    began = time.process_time()
    with pytest.raises(tomllib.TOMLDecodeError):
        read_toml(text)
    assert time.process_time() - began < 2


def test_dots_in_texts_and_comments_part_no_key() -> None:
    dots = "." * 500
    text = f"a.b = \"{dots}\" # {dots}\nc = '{dots}'\nd = \"\"\"\n{dots}\n\"\"\"\ne = '''\n{dots}'''\nf = [1.5, 2.5]\n"
    text += "".join(f"{'.'.join(['k'] * (MOST_PARTS - 1))}.n{number} = {number}.5\n" for number in range(3))
    assert read_toml(text) == tomllib.loads(text)
