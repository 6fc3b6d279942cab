"""An account: in by the single sign-on of the province or by a password, sessions that end, guesses that are slowed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Watch
from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import PASSWORD, Album, Room, admin_part, in_content
from tests.e2e.people.provider import House
from tests.ports import free_ports

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
WRONG, NEW = "bukan kata sandinya", "perahu-jukung-biru-kembali"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path / "data", free_ports())
    yield found
    found.close()


@pytest.fixture
def room(house: House, chromium: Browser, album: Album, request: pytest.FixtureRequest) -> Iterator[Room]:
    found = Room(chromium, Watch({house.tool, house.issuer}), album)
    yield found
    found.leave(failed=getattr(request.node, "failed", False))


def sign_on(hand: Mouse, house: House, name: str) -> None:
    """From the start page to the provider, and back."""
    page = hand.page
    page.goto(house.tool)
    hand.press(page.locator(".who").get_by_role("link", name="Masuk"))
    hand.press(page.get_by_role("link", name="Masuk dengan Akun Provinsi"))
    hand.press(page.get_by_role("button", name=name))


def test_the_single_sign_on_lets_in_whom_a_group_names_and_sessions_end(house: House, room: Room) -> None:
    me, elsewhere = room.person("keyboard"), room.person("mouse")
    for hand in (elsewhere, me):
        sign_on(hand, house, "Rina Auditor")
        hand.page.get_by_role("link", name="Rina Auditor").wait_for()
    (account,) = house.services.house.accounts.list()
    assert (account.username, account.role) == ("rina", "auditor")
    me.press(me.page.get_by_role("link", name="Rina Auditor"))
    room.album(me.page, "sesi")
    me.press(me.page.get_by_role("button", name="Akhiri", exact=True))
    expect(me.page.get_by_role("button", name="Akhiri", exact=True)).to_have_count(0)
    elsewhere.page.goto(f"{house.tool}/audit/")
    expect(elsewhere.page.get_by_role("heading", level=1)).to_have_text("Masuk")
    me.press(me.page.get_by_role("button", name="Keluar", exact=True))
    room.album(me.page, "keluar")
    me.press(me.page.get_by_role("link", name="Keluar juga dari masuk tunggal"))
    expect(me.page.get_by_role("heading", level=1)).to_have_text("Anda keluar dari masuk tunggal")
    assert house.accounts.sessions(account.id) == []
    assert room.watch.problems == []


def test_whom_no_group_names_waits_for_an_admin_who_decides(house: House, room: Room) -> None:
    house.accounts.create("kepala", "Kepala Bidang", "admin", PASSWORD)
    newcomer, admin = room.person("keyboard"), room.person("keyboard")
    sign_on(newcomer, house, "Tono Tanpa Kelompok")
    expect(newcomer.page.get_by_role("heading", level=1)).not_to_have_text("Masuk")
    room.album(newcomer.page, "menunggu")
    password(admin, house, "kepala", PASSWORD)
    page = admin.page
    admin_part(admin, "Akun petugas")
    admin.select(page.get_by_label("Peran untuk Tono Tanpa Kelompok"), "author")
    admin.press(page.get_by_role("button", name="Beri akun"))
    expect(page.get_by_role("row").filter(has_text="tono")).to_be_visible()
    room.album(page, "diberi")
    sign_on(newcomer, house, "Tono Tanpa Kelompok")
    newcomer.page.get_by_role("link", name="Tono Tanpa Kelompok").wait_for()
    assert {one.username: one.role for one in house.services.house.accounts.list()}["tono"] == "author"


def password(hand: Mouse, house: House, username: str, secret: str) -> None:
    """Signs in with a password, or tries to."""
    page = hand.page
    page.goto(f"{house.tool}/masuk")
    if not page.get_by_label("Kata sandi").is_visible():
        hand.press(page.get_by_text("Masuk dengan kata sandi Jampel"))
    hand.fill(page.get_by_label("Nama pengguna"), username)
    hand.fill(page.get_by_label("Kata sandi"), secret)
    hand.press(page.locator("main").get_by_role("button", name="Masuk"))


def test_guesses_are_slowed_and_a_new_password_ends_the_other_sessions(house: House, room: Room) -> None:
    account = house.accounts.create("budi", "Budi Penyusun", "author", PASSWORD)
    me, thief = room.person("keyboard"), room.person("mouse")
    password(me, house, "budi", PASSWORD)
    page = me.page
    me.press(page.get_by_role("link", name="Budi Penyusun"))
    me.fill(page.get_by_label("Kata sandi sekarang"), WRONG)
    me.fill(page.get_by_label("Kata sandi baru"), NEW)
    me.press(page.get_by_role("button", name="Ganti kata sandi"))
    expect(page.get_by_role("alert")).to_be_visible()
    assert in_content(page)
    room.album(page, "kata-sandi-salah")
    me.fill(page.get_by_label("Kata sandi sekarang"), PASSWORD)
    me.fill(page.get_by_label("Kata sandi baru"), NEW)
    me.press(page.get_by_role("button", name="Ganti kata sandi"))
    expect(page.get_by_text("Kata sandi baru berlaku.")).to_be_visible()
    assert in_content(page)
    assert len(house.accounts.sessions(account.id)) == 1
    for _ in range(2):
        password(thief, house, "budi", PASSWORD)
        expect(thief.page.get_by_role("alert")).to_be_visible()
    house.guess("budi", times=8)
    password(thief, house, "budi", NEW)
    expect(thief.page.get_by_role("alert")).to_contain_text("detik")
    assert in_content(thief.page)
    room.album(thief.page, "diperlambat")
    log = [(line.action, line.account) for line in house.services.house.log.last(20)]
    assert ("login.braked", "") in log
    assert ("account.password", account.id) in log
