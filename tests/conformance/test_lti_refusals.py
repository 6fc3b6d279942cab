"""Every request that the reference page says is refused has a test that bears its number, and codes with a sentence."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.conftest import ROOT
from xapi.words import translate

pytestmark = pytest.mark.conformance
PAGE = ROOT / "docs" / "reference" / "peluncuran.md"
TESTS = ROOT / "tests"
NUMBERS = [f"N{number}" for number in range(1, 65)]
_ROW = re.compile(r"^\| (N\d+) \| .+ \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"test_n(\d+)_")
_CODE = re.compile(r"`([a-z_]+\.[a-z_]+)`")


def rows() -> dict[str, str]:
    """The answer by the number of the case."""
    return dict(_ROW.findall(PAGE.read_text(encoding="utf-8")))


def named_tests() -> Iterator[tuple[str, str]]:
    """The number and the name of each test that bears one, in files that pytest collects."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (found := _NAMED.match(node.name)):
                yield f"N{found.group(1)}", f"{path.relative_to(ROOT)}::{node.name}"


def test_the_page_lists_every_case_once_and_in_order() -> None:
    assert [number for number, _answer in _ROW.findall(PAGE.read_text(encoding="utf-8"))] == NUMBERS


def test_every_case_has_a_test_and_every_numbered_test_a_case() -> None:
    tested = {number for number, _name in named_tests()}
    assert set(NUMBERS) - tested == set()
    assert [name for number, name in named_tests() if number not in NUMBERS] == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_code_on_the_page_has_a_sentence(language: str) -> None:
    codes = {code for answer in rows().values() for code in _CODE.findall(answer)}
    assert len(codes) > 40
    assert [code for code in sorted(codes) if translate("lti_tool", language, f"error:{code}") == f"error:{code}"] == []
