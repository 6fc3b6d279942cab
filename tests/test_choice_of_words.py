"""One thing is called by one word in every text: the words that docs/konsep.md lists, and not their rivals."""

import re

import pytest

from tools import words

#: What stands in texts and is no word of ours: values, options, names of settings and what is shown as code.
NO_WORDS = re.compile(r"%\(\w+\)s|--[\w-]+|\[[\w.]+\]|`[^`]*`|\bjampel [a-z]+")
#: A word that is not used, and the one that is.
INDONESIAN = {
    r"anda": "Anda",
    r"instalasi": "pemasangan",
    r"[Cc]akupan": "hak",
    r"[Bb]yte|bait": "bita",
    r"KB": "kB",
    r"[Kk]ita|[Kk]ami": "Jampel",
    r"[Ee]-?mail": "surel",
    r"[Pp]assword": "kata sandi",
    r"[Ss]ilahkan": "silakan",
    r"merubah|dirubah": "mengubah",
    r"[Dd]imana": "di mana",
    r"[Pp]elajar": "peserta",
    r"[Dd]iska|cakram": "disk",
    r"[Oo]perator": "pengelola server",
    r"[Aa]gen": "pelaku",
    r"[Vv]erba": "kata kerja",
    r"[Pp]enyaring": "saringan",
    r"[Pp]embekuan|ditangguhkan": "penundaan, ditunda",
    r"tanda kutip": "tanda petik",
    r"strip": "tanda hubung",
    r"[Kk]uki": "cookie",
    r"[Pp]eladen": "server",
}
ENGLISH = {
    r"[Ss]ign(ed|s)? in": "log in",
    r"(?:[Aa]n|[Aa]nother|[Tt]he) admin": "administrator",
    r"[Ee]mail|(?<!-)mail address": "e-mail",
    r"KB": "kB",
    r"[Cc]ompetence map|map of competencies": "competency map",
}
#: Where the rival is right, and why.
ALLOWED = {
    "web.broken": "the people who run the server speak of themselves",
    "Kesalahan di pihak kami": "the same",
}


def texts(language: str) -> dict[str, list[str]]:
    """Every text in `language` under the key of its entry."""
    found: dict[str, list[str]] = {}
    for package in words.PACKAGES:
        for message in words.read_catalogue(package, language):
            said = [message.string] if isinstance(message.string, str) else list(message.string)
            found.setdefault(words._singular(message.id).removeprefix(words.ERROR), []).extend(said)
    if language == "id":
        translated = (
            words._singular(one.id) for package in words.PACKAGES for one in words.read_catalogue(package, "en")
        )
        found |= {key: [key] for key in translated if not key.startswith(words.ERROR)}
    return {key: said for key, said in found.items() if key and key not in ALLOWED}


@pytest.mark.parametrize(("language", "rivals"), [("id", INDONESIAN), ("en", ENGLISH)])
def test_one_thing_is_called_by_one_word(language: str, rivals: dict[str, str]) -> None:
    any_rival = re.compile(rf"\b(?:{'|'.join(rivals)})\b")
    found = {}
    for key, said in texts(language).items():
        if rival := any_rival.search(NO_WORDS.sub("", " ".join(said))):
            found[key] = next(f"{rival[0]}: say {word}" for one, word in rivals.items() if re.fullmatch(one, rival[0]))
    assert found == {}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_quotes_around_a_value_are_curly(language: str) -> None:
    straight = re.compile(r"""(?<!= )(["'])%\(\w+\)s\1""")
    assert [key for key, said in texts(language).items() if straight.search(" ".join(said))] == []
