"""Every text for people exists in Indonesian and English, none is left over, and the two ask for the same values."""

import ast
import json
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from tests.telling import heard
from tools import words

PAIRS = [(package, language) for package in words.PACKAGES for language in words.LANGUAGES]
PLAYER = words.ROOT / "scorm_packager" / "player"
READ_WORDS = """
global.window = global;
for (const name of process.argv.slice(1)) require(name);
console.log(JSON.stringify(Jampel.words));
"""


def keys(catalogue: Catalog) -> set[str]:
    return {words._singular(message.id) for message in catalogue if message.id}


@cache
def wanted(package: str, language: str) -> set[str]:
    return words.codes_in(package) | (words.texts_in(package) if language == "en" else set())


def forms(message: Message) -> list[str]:
    """The translation, or each of its plural forms."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def unsaid(catalogue: Catalog) -> list[str]:
    """What is not translated, or only guessed at."""
    return [words._singular(one.id) for one in catalogue if one.id and (one.fuzzy or not all(forms(one)))]


def differing(indonesian: Catalog, english: Catalog) -> list[str]:
    """What asks for other values in one of its forms or languages than in the others."""
    theirs = {words._singular(one.id): one for one in indonesian if one.id}
    found = []
    for message in english:
        key = words._singular(message.id) if message.id else ""
        texts = [*forms(message), *(forms(theirs[key]) if key in theirs else [key])]
        if key and len({frozenset(words.placeholders(text)) for text in texts}) > 1:
            found.append(key)
    return found


def unfit(catalogue: Catalog) -> list[str]:
    """What cannot be filled in: a per cent sign that belongs to nothing."""
    return [words._singular(one.id) for one in catalogue if one.id and not all(map(fills, forms(one)))]


def fills(text: str) -> bool:
    """Whether `%` can fill the text in, where it has anything to fill in."""
    if "%(" not in text:
        return True
    try:
        text % dict.fromkeys(words.placeholders(text), 1)
    except (KeyError, TypeError, ValueError):
        return False
    return True


@pytest.mark.parametrize(("package", "language"), PAIRS)
def test_no_text_is_missing_or_left_over(package: str, language: str) -> None:
    catalogue = words.read_catalogue(package, language)
    assert wanted(package, language) - keys(catalogue) == set(), "missing: add them, then make words"
    assert keys(catalogue) - wanted(package, language) == set(), "unused: make words removes them"
    assert unsaid(catalogue) == []
    assert unfit(catalogue) == []


@pytest.mark.parametrize("package", words.PACKAGES)
def test_both_languages_ask_for_the_same_values(package: str) -> None:
    assert differing(words.read_catalogue(package, "id"), words.read_catalogue(package, "en")) == []


@pytest.mark.parametrize(("package", "language"), PAIRS)
def test_the_compiled_catalogue_is_fresh(package: str, language: str) -> None:
    path = words.catalogue_path(package, language)
    if wanted(package, language):
        assert path.with_suffix(".mo").read_bytes() == words.compiled(words._read(path)), "run make words"


@pytest.mark.parametrize(
    ("check", "identifier", "translation", "flags"),
    [
        (unsaid, "Selamat", "", ()),
        (unsaid, "Selamat", "Welcome", ("fuzzy",)),
        (unsaid, ("Satu", "Banyak"), ("One", ""), ()),
        (unfit, "%(n)s lagi", "%(n)s % more", ()),
        (lambda one: differing(Catalog(), one), "%(n)s lagi", "more", ()),
        (lambda one: differing(Catalog(), one), "Opsi {name}", "Option {nama}", ()),
        (lambda one: differing(Catalog(), one), ("%(n)s hal", "%(n)s hal"), ("one", "%(n)s things"), ()),
    ],
)
def test_each_fault_of_a_catalogue_is_seen(
    check: Callable[[Catalog], list[str]], identifier: object, translation: object, flags: tuple[str, ...]
) -> None:
    catalogue = Catalog(locale="en")
    catalogue.add("Baik", "Good")
    assert check(catalogue) == []
    catalogue.add(identifier, translation, flags=flags)  # type: ignore[arg-type]
    assert check(catalogue) == [words._singular(identifier)]


def test_a_text_in_the_code_is_found(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "xapi"
    (package / "templates").mkdir(parents=True)
    (package / "module.py").write_text(
        'gettext("Selamat")\nsay("Sudah %(n)s", n=1)\n'
        'translate("xapi", language, "Halo %(name)s", {})\nraise XError("a.b", "detail")\n'
    )
    (package / "templates" / "page.html").write_text("{{ _('Masuk') }}")
    monkeypatch.setattr(words, "ROOT", tmp_path)
    assert words.texts_in("xapi") == {"Selamat", "Sudah %(n)s", "Halo %(name)s", "Masuk"}
    assert words.codes_in("xapi") == {"error:a.b"}


@pytest.mark.parametrize("package", words.PACKAGES)
def test_a_text_is_looked_up_where_it_is_collected(package: str) -> None:
    """`translate("xapi", language, "a text")` outside xapi would be collected here and looked for there."""
    elsewhere = []
    for path in (words.ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call) and words._called(node) == "translate" and len(node.args) > 2:
                owner, text = node.args[0], node.args[2]
                written = isinstance(owner, ast.Constant) and isinstance(text, ast.Constant)
                if written and owner.value != package:  # type: ignore[union-attr]
                    elsewhere.append(f"{path.name}:{node.lineno}")
    assert elsewhere == []


@pytest.mark.parametrize("package", words.PACKAGES)
def test_each_catalogue_speaks_its_own_language(package: str) -> None:
    """One such word may be a name in another program; two are a sentence that nobody translated."""
    said = {"id": [text for one in words.read_catalogue(package, "id") if one.id for text in forms(one)], "en": []}
    for message in words.read_catalogue(package, "en"):
        if message.id:
            said["en"] += forms(message)
            said["id"] += [words._singular(message.id)] if not str(message.id).startswith(words.ERROR) else []
    assert [text for text in said["en"] if len(heard(text, "id")) > 1] == []
    assert [text for text in said["id"] if len(heard(text, "en")) > 1] == []


@pytest.fixture(scope="module")
def player_words(require: Callable[[str], str]) -> dict[str, dict[str, str]]:
    """The player's words by language, as its scripts put them together."""
    names = ["words.js", *sorted(path.name for path in PLAYER.glob("words-*.js"))]
    command = [require("node"), "-e", READ_WORDS, *(str(PLAYER / name) for name in names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, str]] = json.loads(done.stdout)
    return found


def test_the_player_says_the_same_in_both_languages(player_words) -> None:
    assert set(player_words) == set(words.LANGUAGES)
    indonesian, english = player_words["id"], player_words["en"]
    assert set(indonesian) == set(english)
    assert [key for key, text in [*indonesian.items(), *english.items()] if not text.strip()] == []
    assert [text for text in english.values() if len(heard(text, "id")) > 1] == []
    assert [text for text in indonesian.values() if len(heard(text, "en")) > 1] == []
    asks = re.compile(r"\{(\w+)\}")
    assert [key for key in indonesian if {*asks.findall(indonesian[key])} != {*asks.findall(english[key])}] == []


def test_every_word_of_the_player_is_used_and_every_one_that_is_used_is_there(player_words) -> None:
    scripts = "".join(_code(path) for path in PLAYER.glob("*.js") if not path.name.startswith("words"))
    literals = set(re.findall(r'"(\w+)"', scripts))
    asked = set(re.findall(r'\bsay\((?:\w+(?:\.\w+)*, )?"(\w+)"', scripts))
    there = set(player_words["id"])
    assert asked - there == set()
    assert there - literals == set()


def _code(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)


def test_scripts_of_pages_have_no_words_of_their_own() -> None:
    """What a script of a page says, the page gives it, in its own language."""
    spoken = {}
    for path in (words.ROOT / "lti_tool").rglob("static/*.js"):
        texts = re.findall(r'(?<!className = )"([^"\n]*)"', re.sub(r"//.*", "", _code(path)))
        spoken[path.name] = [text for text in texts if re.search(r"[A-Za-z]{3,} [a-z]{3,}", text)]
    assert {name: texts for name, texts in spoken.items() if set(texts) - {"use strict"}} == {}
