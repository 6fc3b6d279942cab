"""The SCORM 1.2 zips of the example modules, as an LMS unpacks them: played, killed half way, resumed, passed."""

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from scorm_packager.build import build_package
from tests.e2e.player.hands import Hands
from tests.e2e.player.scorm_host import Lms, errors, misspelt, write_host
from tests.e2e.solver import course_of

pytestmark = [pytest.mark.e2e, pytest.mark.npm, pytest.mark.thorough]
ROOT = Path(__file__).parent.parent.parent.parent
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples" / "modul").glob("*/modul.toml"))


@pytest.fixture(params=EXAMPLES)
def lms(
    request: pytest.FixtureRequest, browser: Any, require: Callable[[str], str], tmp_path: Path, serve: str
) -> Iterator[Lms]:
    """An LMS that has unpacked the zip of an example module."""
    built = build_package(ROOT / "examples" / "modul" / request.param, output=tmp_path / "modul.zip")
    with zipfile.ZipFile(built.path) as package:
        package.extractall(tmp_path / "modul")
    write_host(tmp_path, Path(require("node_modules")))
    context = browser.new_context()
    yield Lms(context.new_page(), serve, Hands)
    context.close()


def learn(hands: Hands, pages: list[dict[str, Any]]) -> None:
    """These pages, every question answered right."""
    for page in pages:
        hands.frame.wait_for_selector(f"[data-page='{page['id']}']:visible")
        hands.answer()
        hands.next_page()


def test_an_example_zip_is_played_killed_resumed_and_passed(lms: Lms, kill: Callable[[Any], None]) -> None:
    hands = lms.launch()
    pages = course_of(hands.frame)["pages"]
    half = len(pages) // 2
    learn(hands, pages[:half])
    hands.frame.wait_for_selector(f"[data-page='{pages[half]['id']}']:visible")
    killed = lms.page
    lms.reopen()
    kill(killed)
    learn(lms.launch(), pages[half:])
    lms.leave()
    assert lms.written("cmi.core.lesson_status")[-1] == "passed"
    assert lms.written("cmi.core.score.raw")[-1] == "100"
    assert errors(lms.calls()) == []
    assert misspelt(lms.calls()) == []
