"""A learner: from the LMS into the module, away and back, the score in the gradebook, and their own record as files."""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import MODULE, Office, Room, text_of, until
from tests.e2e.people.lms import answer_page, grades, open_module
from tests.e2e.solver import course_of
from xapi.vocabulary import PASSED

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


@pytest.mark.parametrize("how", ["mouse", "keyboard", "finger"])
def test_a_learner_comes_back_finishes_and_takes_their_record_home(office: Office, room: Room, how: str) -> None:
    me, name = room.person(how), office.learners[["mouse", "keyboard", "finger"].index(how)]
    frame = open_module(me, office, name)
    room.album(me.page, "modul")
    second = course_of(frame)["pages"][1]["id"]
    answer_page(me, frame, 0)
    frame.wait_for_selector(f"[data-page='{second}']")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    room.album(me.page, "latihan")
    me.page.wait_for_timeout(700)  # what was done is kept a moment later

    again = me.on(me.page.context.new_page())
    me.page.close()
    frame = open_module(again, office, name)
    answer_page(again, frame, 1)
    expect(frame.locator(".jp-result")).to_contain_text("100")
    room.album(again.page, "hasil")

    mine = again.on(again.tab(frame.get_by_role("button", name="JP saya")))
    until(mine.page, lambda: MODULE in mine.page.inner_text("main"))
    room.album(mine.page, "jp-saya")
    assert mine.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    take_home(mine, room, name)
    mine.press(mine.page.locator("main").get_by_role("link", name=MODULE))
    expect(mine.page.locator("main")).to_contain_text("Bagaimana dihitung")
    room.album(mine.page, "mengapa-dihitung")
    again.press(again.page.get_by_role("link", name="Pengembangan Kompetensi ASN"))
    until(again.page, lambda: "100,00 / 100" in again.page.inner_text("#gradebook"))
    assert grades(office, name) == [100]
    assert statements_of(office, name, PASSED) == 1
    assert room.watch.problems == []


def test_a_learner_without_a_nip_is_told_why_their_jp_do_not_count(office: Office, room: Room) -> None:
    me = room.person("keyboard")
    frame = open_module(me, office, "Peserta Tanpa NIP")
    mine = me.on(me.tab(frame.get_by_role("button", name="JP saya")))
    expect(mine.page.locator(".notice.wait")).to_contain_text("belum dicocokkan dengan daftar pegawai")
    room.album(mine.page, "belum-dihitung")
    mine.press(mine.page.get_by_role("button", name="Selesai, tutup sesi ini"))
    mine.page.get_by_role("link", name="Masuk").first.wait_for()
    mine.page.goto(f"{office.demo.tool}/saya/")
    expect(mine.page.locator("main")).not_to_contain_text("Peserta Tanpa NIP")
    room.album(mine.page, "sesi-tertutup")


def statements_of(office: Office, name: str, verb: str) -> int:
    """How many statements of the verb the disk of the tool holds about this employee."""
    with office.services() as services:
        person = next(one.person for one in services.people.roster(services.today) if one.name == name)
        kept = services.statements.after(services.institution.id, 0, 100_000)
        return sum(verb.encode() in one.body and person.encode() in one.body for one in kept)


def take_home(hand: Mouse, room: Room, name: str) -> None:
    """The transcript as PDF and CSV, whose bytes say the same as the page."""
    links, folder = hand.page.locator("main"), room.album.files()
    paper = hand.download(links.get_by_role("link", name="Unduh transkrip"), folder)
    text = text_of(paper)
    assert name.split()[0] in text
    assert MODULE in text
    table = hand.download(links.get_by_role("link", name="CSV", exact=True), folder)
    assert table.name == f"transkrip-jp-{date.today().year}.csv"
    assert MODULE in table.read_text(encoding="utf-8-sig")
