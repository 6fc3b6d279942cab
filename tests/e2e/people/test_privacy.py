"""A data protection officer suspends a person, corrects their data and hands over the copy; a learner takes theirs."""

import json
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import Office, Room, admin_part, in_content, sign_in, until
from tests.e2e.people.lms import open_module

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


def test_an_officer_suspends_a_person_corrects_their_data_and_hands_over_the_copy(office: Office, room: Room) -> None:
    name = office.learners[-1]
    person, nip = known(office, name)
    me = room.person("keyboard")
    page = me.page
    sign_in(me, office, "pdp", "admin")
    admin_part(me, "Data pribadi")
    me.press(page.get_by_role("link", name="Layani permintaan seseorang"))
    me.fill(page.get_by_label("Nama, NIP, atau nama samaran"), nip)
    me.press(page.get_by_role("search").get_by_role("button", name="Cari"))
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert nip not in page.url
    room.album(page, "orangnya")
    suspend(me, room, office, person)
    set_right(me, room, office, person)
    made = take_copy(me, room)
    assert made["person"]["nips"] == [nip]
    assert {line["action"] for line in made["processing"]} >= {"freeze", "correct"}
    admin_part(me, "Data pribadi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Data pribadi")
    assert nip not in page.content()
    assert room.watch.problems == []
    resume(me, office, person)


def known(office: Office, name: str) -> tuple[str, str]:
    with office.services() as services:
        found = next(one for one in services.people.roster(services.today) if one.name == name)
        return found.person, found.nip


def suspend(hand: Mouse, room: Room, office: Office, person: str) -> None:
    """Without a ground it is refused where the ground is asked for; with one nothing more is recorded."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Tunda pemrosesan"))
    hand.press(page.get_by_role("button", name="Tunda pemrosesan"))
    ground = page.get_by_label("Dasar atau nomor permintaan")
    expect(ground).to_be_focused()
    hand.fill(ground, "permintaan 12/2026")
    hand.press(page.get_by_role("button", name="Tunda pemrosesan"))
    expect(page.get_by_text("Pemrosesan ditunda").first).to_be_visible()
    assert in_content(page)
    room.album(page, "ditunda")
    with office.services() as services:
        assert services.people.is_frozen(person)


def set_right(hand: Mouse, room: Room, office: Office, person: str) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="Betulkan data"))
    hand.fill(page.get_by_label("Jabatan"), "Analis Kebijakan")
    hand.fill(page.get_by_label("Dasar atau nomor permintaan"), "salah ketik")
    room.album(page, "pembetulan")
    hand.press(page.get_by_role("button", name="Simpan pembetulan"))
    expect(page.get_by_text("Data dibetulkan.")).to_be_visible()
    with office.services() as services:
        assert services.people.employee(person).position == "Analis Kebijakan"


def take_copy(hand: Mouse, room: Room) -> dict:
    """The copy is made in the background and lies on the disk in the end."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Buat salinan"))
    hand.press(page.get_by_role("button", name="Buat salinan"))
    file = page.get_by_role("link", name="Unduh", exact=True)
    until(page, lambda: file.count() > 0)
    room.album(page, "salinan")
    return read_copy(hand.download(file, room.album.files()))


def read_copy(place: Path) -> dict:
    with zipfile.ZipFile(place) as packed:
        assert "baca.html" in packed.namelist()
        return json.loads(packed.read("data.json"))


def resume(hand: Mouse, office: Office, person: str) -> None:
    """The office is shared: whoever comes next may learn."""
    page = hand.page
    page.goto(f"{office.demo.tool}/admin/data-pribadi/orang/{person}")
    hand.press(page.get_by_role("link", name="Lanjutkan pemrosesan"))
    hand.fill(page.get_by_label("Dasar atau nomor permintaan"), "permintaan dicabut")
    hand.press(page.get_by_role("button", name="Lanjutkan pemrosesan"))
    expect(page.get_by_text("Diproses seperti biasa")).to_be_visible()


def test_a_learner_takes_away_what_is_kept_about_them(office: Office, room: Room) -> None:
    me = room.person("keyboard")
    frame = open_module(me, office, office.learners[-2])
    mine = me.on(me.tab(frame.get_by_role("button", name="JP saya")))
    mine.press(mine.page.get_by_role("link", name="Data saya: apa yang disimpan, dan salinannya"))
    room.album(mine.page, "data-saya")
    made = read_copy(mine.download(mine.page.get_by_role("button", name="Unduh salinan data saya"), room.album.files()))
    assert made["person"]["name"] == office.learners[-2]
    assert room.watch.problems == []
