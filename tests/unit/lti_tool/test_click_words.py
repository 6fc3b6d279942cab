"""Click's own words are in the language of the command: none is forgotten, and no other program hears of it."""

import inspect
import re
from io import BytesIO

import click
import click.core
import pytest
from babel.messages.extract import extract
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.click_words import COUNTED, METAVARS, MODULES, TEXTS
from tools import words

#: What nobody can see here, and why.
UNSEEN = {
    "deprecated": "no command of ours is",
    "DeprecationWarning: The command {name!r} is deprecated.{extra_message}": "no command of ours is",
    "DeprecationWarning: The {param_type} {name!r} is deprecated.{extra_message}": "no option of ours is",
    "Positional arguments": "our arguments have no help of their own",
    "Do you want to continue?": "we ask questions of our own",
    "Error: invalid input": "we ask questions of our own",
    "Confirm the action without prompting.": "we write that option ourselves",
    "%(prog)s, version %(version)s": "read by programs, the same in both languages",
    "Press any key to continue...": "nothing waits for a key",
    "Unknown color {colour!r}": "a mistake of a programmer",
    "Name '{name}' defined twice": "a mistake of a programmer",
    "Invalid start character for option ({option})": "a mistake of a programmer",
    "Boolean option {decl!r} cannot use the same flag for true/false.": "a mistake of a programmer",
    "Could not determine name for option with declarations {decls!r}": "a mistake of a programmer",
    "Arguments take exactly one parameter declaration, got {length}: {decls}.": "a mistake of a programmer",
    "No options defined but a name was passed ({name}). Did you mean to declare an argument instead? Did you mean to "
    "pass '--{name}'?": "a mistake of a programmer",
    "{len_type} values are required, but {len_value} was given.": "no option of ours takes a tuple",
    "Value must be an iterable.": "a mistake of a programmer",
    "Choice({choices})": "for programmers",
    "Missing {param_type}": "options and arguments have words of their own",
    "Missing parameter: {param_name}": "for programmers",
    "env var: {var}": "no option of ours reads a variable",
    "(dynamic)": "no default of ours is",
    "Argument {name!r} takes {nargs} values.": "no argument of ours takes a fixed number above one",
    "{name} {filename!r} is not executable.": "no command of ours asks for a program",
    "file": "left out of our sentences", "directory": "left out of our sentences", "path": "left out of our sentences",
}  # fmt: skip


def sentences() -> set[str]:
    """All that click asks gettext for in the modules that our commands use; of two forms the first."""
    found: set[str] = set()
    for module in MODULES:
        source = BytesIO(inspect.getsource(module).encode())
        for _line, message, _comments, _context in extract("python", source, {"_": None, "ngettext": (1, 2)}):
            found.add(message if isinstance(message, str) else message[0])
    return found - {""}


def test_every_sentence_of_click_has_our_words_or_is_never_seen() -> None:
    assert sentences() - {*TEXTS, *COUNTED, *UNSEEN} == set(), "click says more: see lti_tool/click_words.py"


def test_no_words_are_kept_for_what_click_no_longer_says() -> None:
    assert {*TEXTS, *COUNTED, *UNSEEN} - sentences() - {"required"} == set()


@pytest.mark.parametrize("known", [TEXTS, COUNTED], ids=["one", "several"])
def test_our_words_ask_for_nothing_that_click_does_not_fill_in(known: dict[str, str]) -> None:
    for theirs, ours in known.items():
        assert words.placeholders(ours) <= words.placeholders(theirs), ours


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--help"], "Pemakaian: main [OPSI] PERINTAH [ARGUMEN]..."),
        (["--help"], "Tampilkan bantuan ini."),
        (["pack", "--help"], "Opsi:"),
        (["pack", "--salah"], "Kesalahan: Opsi --salah tidak ada."),
        (["pck"], "Perintah pck tidak ada. Maksud Anda 'pack'?"),
        (["pack"], "Belum disebut: 'FOLDER'."),
        (["check", "/tidak/ada"], "/tidak/ada tidak ada."),
        (["serve", "--port", "x"], "x bukan bilangan yang benar."),
        (["serve", "--port", "99999"], "99999 di luar batas"),
        (["admin", "create", "rina", "--role", "tamu"], "bukan salah satu dari"),
    ],
)
def test_click_speaks_the_language_of_the_command(arguments: list[str], said: str) -> None:
    shown = CliRunner().invoke(main, arguments, env={"JAMPEL_LANG": "id"}).output
    assert said in shown
    assert not re.search(r"Usage|Options|Error|Commands|Try |Show this|\bvalid\b|exist", shown)


def test_the_same_in_english() -> None:
    shown = CliRunner().invoke(main, ["pack", "--salah"], env={"JAMPEL_LANG": "en"}).output
    assert "Usage: main pack [OPTIONS] FOLDER" in shown
    assert "Error: No such option '--salah'." in shown


def test_a_command_of_another_program_keeps_its_own_words() -> None:
    CliRunner().invoke(main, ["--help"], env={"JAMPEL_LANG": "id"})
    assert click.core._("Options") == "Options"  # type: ignore[attr-defined]


def test_what_stands_in_the_line_of_usage_is_what_click_writes() -> None:
    assert set(METAVARS) == {click.Command("x").options_metavar, click.Group("x").subcommand_metavar}
