"""Every request that the reference page says is refused has a test that bears its number, and codes with a sentence."""

import re

import pytest

from tests.conftest import ROOT
from xapi.words import translate

pytestmark = pytest.mark.conformance
PAGE = ROOT / "docs" / "reference" / "peluncuran.md"
TESTS = ROOT / "tests"
NUMBERS = [f"N{number}" for number in range(1, 65)]
_ROW = re.compile(r"^\| (N\d+) \| .+ \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"^def (test_n\d+_\w+)\(", re.MULTILINE)
_CODE = re.compile(r"`([a-z_]+\.[a-z_]+)`")


def rows() -> dict[str, str]:
    """The answer by the number of the case."""
    return dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))


def named_tests() -> dict[str, str]:
    """The file of each test that bears a number, by its name."""
    return {
        name: path.relative_to(ROOT).as_posix()
        for path in sorted(TESTS.rglob("test_*.py"))
        for name in _NAMED.findall(path.read_text(encoding="utf-8"))
    }


def test_the_page_lists_every_case_once_and_in_order() -> None:
    assert [number for number, _answer in _ROW.findall(PAGE.read_text(encoding="utf-8"))] == NUMBERS


def test_every_case_has_a_test_and_every_numbered_test_a_case() -> None:
    tested = {f"N{name.split('_')[1][1:]}" for name in named_tests()}
    assert sorted(tested, key=lambda number: int(number[1:])) == NUMBERS


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_code_on_the_page_has_a_sentence(language: str) -> None:
    codes = {code for answer in rows().values() for code in _CODE.findall(answer)}
    assert len(codes) > 40
    assert [code for code in sorted(codes) if translate("lti_tool", language, f"error:{code}") == f"error:{code}"] == []
