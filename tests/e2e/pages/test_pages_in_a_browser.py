"""Every page in a real browser, in both languages and both colour schemes, wide and narrow."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.pages.eyes import Eyes
from tests.e2e.pages.house import House
from tests.e2e.pages.visits import all_visits

pytestmark = [pytest.mark.e2e, pytest.mark.npm, pytest.mark.thorough]


@pytest.fixture
def eyes(chromium: Any, houses: dict[str, House], require: Callable[[str], str]) -> Iterator[Eyes]:
    context = chromium.new_context(locale="id-ID", reduced_motion="reduce")
    context.add_init_script(path=Path(require("node_modules")) / "axe-core" / "axe.min.js")
    yield Eyes(context, houses)
    context.close()


@pytest.mark.timeout(900)
@pytest.mark.parametrize("language", ["id", "en"])
def test_nothing_is_wrong_on_any_page(language: str, eyes: Eyes) -> None:
    """WCAG 2.2 AA and good practice by axe, no scrolling sideways on a phone, no error, nothing from elsewhere."""
    for visit in all_visits():
        eyes.visit(visit, language, narrow_first=language == "en")
    assert eyes.found == [], "\n".join(eyes.found)
