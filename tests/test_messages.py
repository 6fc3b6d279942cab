"""Every text for people exists in Indonesian and English, none is left over, and the two ask for the same values."""

import pytest
from babel.messages.catalog import Catalog

from tools import words

PAIRS = [(package, language) for package in words.PACKAGES for language in words.LANGUAGES]


def keys(catalogue: Catalog) -> set[str]:
    return {words._singular(message.id) for message in catalogue if message.id}


def wanted(package: str, language: str) -> set[str]:
    return words.codes_in(package) | (words.texts_in(package) if language == "en" else set())


@pytest.mark.parametrize(("package", "language"), PAIRS)
def test_no_text_is_missing_or_left_over(package: str, language: str) -> None:
    catalogue = words.read_catalogue(package, language)
    assert wanted(package, language) - keys(catalogue) == set(), "missing: add them, then make words"
    assert keys(catalogue) - wanted(package, language) == set(), "unused: make words removes them"
    assert [message.id for message in catalogue if message.id and not message.string] == []


@pytest.mark.parametrize("package", words.PACKAGES)
def test_both_languages_ask_for_the_same_values(package: str) -> None:
    indonesian = {words._singular(m.id): m.string for m in words.read_catalogue(package, "id") if m.id}
    for message in words.read_catalogue(package, "en"):
        if not message.id:
            continue
        key = words._singular(message.id)
        other = indonesian.get(key, message.id)
        assert words.placeholders(message.string) == words.placeholders(other), key


@pytest.mark.parametrize(("package", "language"), PAIRS)
def test_the_compiled_catalogue_is_fresh(package: str, language: str) -> None:
    path = words.catalogue_path(package, language)
    if wanted(package, language):
        assert path.with_suffix(".mo").read_bytes() == words.compiled(words._read(path)), "run make words"


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
