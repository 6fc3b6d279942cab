"""The keyboard that drives the pages finds what it is there to find: a page that is wrong does not get by."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.hands import Keyboard

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
GOOD = "<style>:focus-visible{outline:3px solid}</style>"
WRONG = {
    "shows no focus": "<style>*{outline:none!important}</style><button>Satu</button>",
    "has a place of its own": f"{GOOD}<button>Satu</button><button tabindex=3>Dua</button>",
    "is out of sight": f"{GOOD}<a href=# style='position:fixed;left:-999px'>Satu</a>",
    "a trap": f"{GOOD}<input onkeydown='event.preventDefault()'>",
    "does not reach": f"{GOOD}<button>Satu</button><span id=tujuan>Bukan tombol</span>",
}


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("problem", WRONG)
def test_a_page_that_a_keyboard_cannot_work_is_noticed(page: Page, problem: str) -> None:
    page.set_content(f"<!doctype html>{WRONG[problem]}{GOOD}<button id=akhir>Akhir</button>")
    with pytest.raises(AssertionError, match=problem):
        Keyboard(page).press(page.locator("#tujuan") if "tujuan" in WRONG[problem] else page.locator("#akhir"))


def test_a_good_page_is_worked_to_its_end_and_back(page: Page) -> None:
    page.set_content(f"""<!doctype html>{GOOD}<form><input id=nama><input type=radio name=a><input type=radio name=a
    id=dua><select id=pilih><option value=1>1<option value=2>2</select><input type=checkbox id=kotak>
    <button type=button id=tekan onclick="this.textContent = 'ditekan'">Tekan</button></form>""")
    hand = Keyboard(page)
    hand.check(page.locator("#kotak"))
    hand.fill(page.locator("#nama"), "Rina")
    hand.check(page.locator("#dua"))
    hand.select(page.locator("#pilih"), "2")
    hand.press(page.locator("#tekan"))
    said = [page.locator(f"#{name}").input_value() for name in ("nama", "pilih")]
    assert (said, page.locator("#tekan").inner_text()) == (["Rina", "2"], "ditekan")
