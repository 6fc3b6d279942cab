"""Every link between the documents leads to a page, a picture or a heading that is there."""

import re
from pathlib import Path

import pytest

from tools.shown_commands import ROOT, pages

LINK = re.compile(r"(?<!\\)\]\((?!https?:|mailto:)([^)\s]+)\)")
IN_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.S)


def anchors(path: Path) -> set[str]:
    """The headings of a page as GitHub names them."""
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in found}


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(IN_CODE.sub("", path.read_text(encoding="utf-8"))):
        place, _, heading = link.partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), f"{link} leads nowhere"
        if heading and target.suffix == ".md":
            assert heading in anchors(target), f"{link}: no such heading"


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "how-to").glob("*.md")), ids=lambda path: path.stem)
def test_every_how_to_tells_in_english_too(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.search(r"^## In English|^\*In English|English", text, re.M), "add a part ## In English"
