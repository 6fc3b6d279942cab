"""A personnel admin: a list of employees with faulty rows, and who is who, decided and taken back."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import UNKNOWN, Office, Room, admin_part, in_content, jampel, new_name, sign_in
from tests.e2e.people.lms import open_module
from xapi.people import Employee

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
NIP, NEW = "198704052099031077", "198704052099031078"
HEADER = ("NIP", "Nama", "OPD", "Status", "Jabatan")


def sheet(file: Path, *rows: tuple[str, ...]) -> Path:
    """The list as it comes from an office: Excel."""
    book = Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(file)
    return file


def test_a_personnel_admin_imports_employees_and_decides_who_is_who(office: Office, room: Room, tmp_path: Path) -> None:
    learner = room.person("mouse")
    open_module(learner, office, UNKNOWN)
    good = (NIP, UNKNOWN, "Dinas Kelautan", "PNS", "Analis")
    import_list(office, tmp_path, good)

    me = room.person("keyboard")
    sign_in(me, office, "kepegawaian", "admin")
    page = me.page
    import_on_page(me, office, room, tmp_path)
    admin_part(me, "Peserta menunggu")
    room.album(page, "menunggu")
    admin_part(me, "Usulan pencocokan")
    row = page.get_by_role("row").filter(has_text="Dinas Kelautan").filter(has_text=UNKNOWN).first
    room.album(page, "usulan")
    me.press(row.get_by_role("button", name="Satu orang"))
    expect(page.get_by_text("Digabungkan.")).to_be_visible()
    assert in_content(page)
    assert NIP not in page.content()
    assert persons(office) == 1
    me.press(page.get_by_role("row").filter(has_text=UNKNOWN).get_by_role("button", name="Batalkan").first)
    expect(page.get_by_role("row").filter(has_text="Dibatalkan").first).to_be_visible()
    room.album(page, "dibatalkan")
    assert persons(office) == 2
    by_hand(me, office, room)
    assert room.watch.problems == []


def import_list(office: Office, folder: Path, good: tuple[str, ...]) -> None:
    """Two faulty rows change nothing and are named with their place, without the number; the mended list is taken."""
    bad = sheet(folder / "pegawai.xlsx", good, ("12345", "Salah Nomor", "Dinas", "PNS", "Staf"), (NIP, "", "", "", ""))
    refused = jampel(office, "people", "import", bad, "--json")
    assert refused.exit_code == 1, refused.output
    told = json.loads(refused.stdout)
    assert (told["written"], {one["row"] for one in told["refused"]}) == (False, {3, 4})
    assert NIP not in refused.output
    assert persons(office) == 1
    taken = jampel(office, "people", "import", sheet(folder / "benar.xlsx", good))
    assert taken.exit_code == 0, taken.output
    assert persons(office) == 2


def import_on_page(hand: Mouse, office: Office, room: Room, folder: Path) -> None:
    """The same from the page: what would change is seen first, the refused row is taken home, the good one is taken."""
    page, name = hand.page, new_name()
    file = sheet(
        folder / "dari-simpeg.xlsx", (NEW, name, "Bappeda", "PNS", "Analis"), ("12345", "Salah", "", "PNS", "")
    )
    admin_part(hand, "Impor pegawai")
    hand.attach(page.get_by_label("Daftar pegawai (XLSX, CSV, atau ODS)"), file)
    hand.press(page.get_by_role("button", name="Periksa daftar"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa daftar pegawai")
    expect(page.locator(".figures")).to_contain_text("1")
    room.album(page, "daftar-diperiksa")
    refused = hand.download(page.get_by_role("link", name="Unduh CSV"), room.album.files())
    assert "NIP" in refused.read_text(encoding="utf-8-sig")
    assert not any(one.name == name for one in roster(office))
    hand.press(page.get_by_role("button", name="Masukkan yang benar, lewati 1 baris"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Daftar sudah dimasukkan")
    room.album(page, "daftar-dimasukkan")
    assert NEW not in page.content()
    assert any(one.name == name for one in roster(office))


def roster(office: Office) -> list[Employee]:
    with office.services() as services:
        return services.people.roster(services.today)


def by_hand(hand: Mouse, office: Office, room: Room) -> None:
    """What no rule is asked for: the participant who waits is found among the employees and matched."""
    page = hand.page
    admin_part(hand, "Peserta menunggu")
    hand.press(page.get_by_role("main").get_by_role("link", name=UNKNOWN))
    hand.fill(page.get_by_label("Cari nama, OPD, atau awal NIP"), "Tanpa Nomor")
    hand.press(page.get_by_role("search").get_by_role("button", name="Cari"))
    room.album(page, "mencocokkan")
    hand.press(page.get_by_role("row").filter(has_text="Dinas Kelautan").get_by_role("button", name="Ini orangnya"))
    expect(page.locator(".flash")).to_be_visible()
    assert persons(office) == 1


def persons(office: Office) -> int:
    """How many persons the disk of the tool knows by this name, the roster and the LMS together."""
    with office.services() as services:
        account = services.people.by_account(office.demo.sandbox, "uji-tanpa-nip")
        employed = {one.person for one in services.people.roster(services.today) if one.name == UNKNOWN}
        return len({services.people.canonical().get(one, one) for one in employed | ({account} - {None})})
