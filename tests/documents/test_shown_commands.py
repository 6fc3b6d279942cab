"""Every command that the documents show works as written there, or says by a marker why it cannot be tried here."""

import os
import re
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lti_tool.cli import main
from lti_tool.cli.late import Late
from tools.shown_commands import ROOT, Shown, named_in, pages, shown_in

PAGES = {path.relative_to(ROOT).as_posix(): path for path in pages()}
SHOWN = {name: shown_in(path.read_text(encoding="utf-8")) for name, path in PAGES.items()}
#: The same commands as README.md shows, held to that below.
TWINS = {"README.id.md": "README.md"}
#: Commands that go on until somebody ends them, or that need a web server: where they are run instead.
ELSEWHERE = {
    ("serve",): "tests/unit/lti_tool/test_serve.py",
    ("worker",): "tests/unit/lti_tool/test_worker.py",
    ("demo",): "tests/e2e/test_demo_once.py",
    ("modul", "preview"): "tests/unit/lti_tool/test_cli.py",
}
#: A newcomer begins with nothing.
FROM_NOTHING = {"README.md"}
#: First lines of files and of the player's console.
NO_COMMANDS = {
    "jampel records: …",
    "jampel exchange file 1",
    "jampel exchange box",
    "jampel exchange sign",
    "jampel sealed 1",
    "jampel seal 1",
}


def resolved(words: list[str]) -> tuple[click.Command, list[str], list[str]]:
    """The command that `words` (after `jampel`) call, its path, and what is left for it."""
    command: click.Command = main
    path: list[str] = []
    rest = list(words)
    while isinstance(command, click.Group):
        while rest and rest[0] == "--data":
            rest = rest[2:]
        if not rest or rest[0] not in command.commands:
            break
        name = rest.pop(0)
        path.append(name)
        command = command.commands[name]
        command = command.load() if isinstance(command, Late) else command
    return command, path, rest


def jampel_words(words: list[str]) -> list[str] | None:
    """What follows `jampel` in a command, or None when another program is called."""
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    if not words or words[0].rsplit("/", 1)[-1] != "jampel":
        return None
    return [word for word in words[1:] if word != "&"]


def is_elsewhere(path: list[str]) -> bool:
    return any(tuple(path[: len(known)]) == known for known in ELSEWHERE)


def test_what_is_run_elsewhere_has_its_test() -> None:
    assert [test for test in ELSEWHERE.values() if not (ROOT / test).is_file()] == []


@pytest.mark.parametrize("name", [name for name, shown in SHOWN.items() if shown])
def test_a_shown_command_exists_with_its_options(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of those that are not run here; whether their files exist is not asked."""
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, ctx: Path(value))
    monkeypatch.setattr(click.File, "convert", lambda self, value, param, ctx: value)
    for shown in SHOWN[name]:
        words = jampel_words(shown.words)
        if words is None:
            assert shown.skipped, f"{name}:{shown.line}: not Jampel's; say in a marker why it is not run: {shown.text}"
            continue
        command, path, rest = resolved(words)
        assert path or not rest, f"{name}:{shown.line}: no such command: {shown.text}"
        if not isinstance(command, click.Group):
            with pytest.MonkeyPatch.context() as patch:
                if shown.skipped:  # its values may be blanks to fill in
                    patch.setattr(click.Parameter, "type_cast_value", lambda self, ctx, value: value)
                _parsed(command, rest, f"{name}:{shown.line}: {shown.text}")


def _parsed(command: click.Command, rest: list[str], where: str) -> None:
    rest = rest[: rest.index(">")] if ">" in rest else rest
    rest = [word for word in rest if word != "…"] if "…" in rest and "--" not in "".join(rest) else rest
    try:
        command.make_context(command.name, rest, obj={"data": None})
    except click.ClickException as error:
        pytest.fail(f"{where}: {error.format_message()}")


@pytest.mark.parametrize("name", PAGES)
def test_a_command_named_in_a_sentence_exists(name: str) -> None:
    for text in named_in(PAGES[name].read_text(encoding="utf-8")):
        if text in NO_COMMANDS:
            continue
        words = [word for word in text.split()[1:] if not re.search(r"[|\[\]…]", word)]
        command, path, rest = resolved(words)
        assert path or not rest or rest[0].startswith("-"), f"{name}: no such command: {text}"
        if isinstance(command, click.Group):
            assert not rest or not re.match("[a-z]", rest[0]) or "|" in text, f"{name}: no such command: {text}"
        options = {option for one in command.params for option in [*one.opts, *one.secondary_opts]} | {
            "--help",
            "--data",
        }
        unknown = [word for word in rest if re.fullmatch(r"--[a-z-]+", word) and word not in options]
        assert unknown == [], f"{name}: no such option: {text}"


@pytest.mark.parametrize(("twin", "name"), TWINS.items())
def test_both_languages_show_the_same_commands(twin: str, name: str) -> None:
    shown = [[_untranslated(one.words) for one in SHOWN[page]] for page in (twin, name)]
    assert shown[0] == shown[1]


def _untranslated(words: list[str]) -> list[str]:
    return [word for word in words if not re.fullmatch(r"[A-Z:]+", word)]


@pytest.mark.parametrize("name", [name for name, shown in SHOWN.items() if shown and name not in TWINS])
def test_the_commands_of_a_page_work_in_their_order(name: str, workplace: Path) -> None:
    if name in FROM_NOTHING:
        shutil.rmtree(workplace)
        workplace.mkdir()
        os.chdir(workplace)
    if name.startswith("examples/") and name.count("/") > 1:  # its commands speak of the files beside it
        shutil.copytree(PAGES[name].parent, workplace, dirs_exist_ok=True)
    for shown in SHOWN[name]:
        words = jampel_words(shown.words)
        if shown.skipped or words is None or is_elsewhere(resolved(words)[1]):
            continue
        _run(shown, words, name, workplace)


def _run(shown: Shown, words: list[str], name: str, workplace: Path) -> None:
    words = [re.sub(r"^/(cadangan|srv)/", rf"{workplace}/\1/", word) for word in words]
    target = words[words.index(">") + 1] if ">" in words else None
    words = words[: words.index(">")] if target else words
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code in shown.codes, (
        f"{name}:{shown.line}: {shown.text}\n{done.stdout[-800:]}{done.stderr[-1500:]}"
    )
    if target:
        Path(target).write_text(done.stdout, encoding="utf-8")
