"""An LMS admin: an LMS joins by invitation, a refusal is explained and mended, keys change, a score is sent again."""

import json
from dataclasses import dataclass

import msgspec
import pytest
import requests
from playwright.sync_api import Locator, expect

from lti_tool.sandbox.config import open_platform
from lti_tool.sandbox.model import LEARNER
from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import Office, Room, admin_part, in_content, new_name, sign_in, until
from tests.e2e.people.lms import TEACHER, finish, grades, open_course, open_module, tool_frame

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


@dataclass
class Two:
    """The admin of the tool and the admin of the LMS, who is a teacher there, each with a browser and a keyboard."""

    office: Office
    room: Room
    me: Mouse
    them: Mouse

    def part(self, name: str) -> None:
        """Goes to a part of the administration by its links."""
        admin_part(self.me, name)

    def platform(self, name: str) -> None:
        """Goes to the page of an LMS."""
        self.part("LMS")
        self.me.press(self.me.page.get_by_role("main").get_by_role("link", name=name).first)
        expect(self.me.page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.fixture
def two(office: Office, room: Room) -> Two:
    found = Two(office, room, room.person("keyboard"), room.person("keyboard"))
    sign_in(found.me, office, "adminlms", "admin")
    return found


def test_an_lms_joins_is_refused_for_a_reason_and_let_in(two: Two) -> None:
    name = new_name()
    address = invite(two, name)
    install(two, address)
    two.platform(name)
    me, page = two.me, two.me.page
    me.press(page.get_by_role("link", name="Catatan peluncuran"))
    me.press(page.get_by_role("button", name="Nyalakan"))
    two.platform(name)
    me.press(page.get_by_role("button", name="Tolak", exact=True))
    expect(page.get_by_text("Deployment ditolak.")).to_be_visible()
    assert in_content(page)
    open_picker(two)
    expect(tool_frame(two.them.page).get_by_text("launch.")).to_be_visible()
    two.room.album(two.them.page, "ditolak")
    expect(record(two, name).locator(".notice.bad")).to_contain_text("ditolak oleh admin Jampel")
    two.room.album(page, "catatan")
    two.platform(name)
    me.press(page.get_by_role("button", name="Setujui"))
    expect(page.get_by_text("Deployment disetujui.")).to_be_visible()
    open_picker(two)
    expect(tool_frame(two.them.page).get_by_role("button", name="Tambahkan ke kursus")).to_be_visible()
    two.room.album(two.them.page, "diterima")
    keep(two, name)
    doctor_and_roles(two, name)
    assert two.room.watch.problems == []


def invite(two: Two, name: str) -> str:
    """An invitation, refused once for its length; returns the address, which the next page does not show."""
    me, page = two.me, two.me.page
    two.part("Undangan")
    me.fill(page.get_by_label("Untuk siapa"), name)
    me.fill(page.get_by_label("Berlaku berapa hari"), "9999")
    me.press(page.get_by_role("button", name="Buat undangan"))
    expect(page.get_by_label("Berlaku berapa hari")).to_be_focused()
    two.room.album(page, "undangan-salah")
    me.fill(page.get_by_label("Berlaku berapa hari"), "7")
    me.press(page.get_by_role("button", name="Buat undangan"))
    address = page.locator("code.secret").inner_text()
    two.room.album(page, "undangan")
    me.press(page.get_by_role("link", name="Sudah saya salin"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Undangan mendaftarkan LMS")
    assert address not in page.content()
    return address


def install(two: Two, address: str) -> None:
    """The admin of the LMS pastes the address, looks at what is asked for, and installs."""
    them, page = two.them, two.them.page
    open_course(them, two.office, TEACHER)
    them.press(page.get_by_role("link", name="Alat LTI"))
    them.fill(page.get_by_label("URL pendaftaran"), address)
    them.press(page.get_by_role("button", name="Tambah"))
    frame = tool_frame(page)
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Pasang Jampel")
    two.room.album(page, "pasang")
    them.press(frame.get_by_role("button", name="Pasang"))
    expect(frame.get_by_role("heading", level=1)).to_contain_text("terdaftar")
    two.room.album(page, "terpasang")
    them.press(frame.get_by_role("button", name="Selesai"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Alat LTI")
    expect(page.locator("ul.cards li").last).to_contain_text("aktif")


def open_picker(two: Two) -> None:
    """A teacher wants to add a module by the tool that was installed last."""
    open_course(two.them, two.office, TEACHER)
    two.them.press(two.them.page.get_by_role("link", name="Tambah modul dari Jampel").last)


def record(two: Two, name: str) -> Locator:
    """The newest entry of the record of launches."""
    two.platform(name)
    two.me.press(two.me.page.get_by_role("link", name="Catatan peluncuran"))
    return two.me.page.locator("details.card").first


def keep(two: Two, name: str) -> None:
    """The launch that went well is kept as a file, which names nobody."""
    entry = record(two, name)
    expect(entry).to_contain_text("Diterima")
    file = two.me.download(entry.get_by_role("button", name="Simpan sebagai berkas"), two.room.album.files())
    assert json.loads(file.read_bytes())
    assert TEACHER not in file.read_text(encoding="utf-8")


def doctor_and_roles(two: Two, name: str) -> None:
    """The connection is examined, and a role of this LMS gets another meaning."""
    two.platform(name)
    me, page = two.me, two.me.page
    me.press(page.get_by_role("link", name="Periksa sambungan"))
    me.press(page.get_by_role("button", name="Periksa sekarang"))
    expect(page.get_by_role("status").filter(has_text="baik")).to_be_visible(timeout=30_000)
    two.room.album(page, "periksa")
    two.platform(name)
    me.press(page.get_by_role("link", name="Peran dan peluncuran tanpa nama"))
    me.fill(page.get_by_label("Peran dari LMS, dipisah koma"), "Instructor")
    me.press(page.get_by_role("button", name="Uji"))
    expect(page.get_by_role("status")).to_contain_text("pengajar")
    me.fill(page.get_by_label("Peran", exact=True), "Pelatih")
    me.select(page.get_by_label("Dihitung sebagai"), "teacher")
    me.press(page.get_by_role("button", name="Simpan"))
    expect(page.get_by_role("row").filter(has_text="Pelatih")).to_contain_text("pengajar")
    two.room.album(page, "peran")


def test_keys_change_while_the_old_one_is_still_announced(two: Two) -> None:
    me, page, jwks = two.me, two.me.page, f"{two.office.demo.tool}/lti/jwks"
    before = {key["kid"] for key in requests.get(jwks, timeout=20).json()["keys"]}
    two.part("Kunci LTI")
    me.press(page.get_by_role("button", name="Ganti kunci"))
    expect(page.locator("main table").first.locator("tbody tr")).to_have_count(len(before) + 1)
    two.room.album(page, "kunci")
    after = {key["kid"] for key in requests.get(jwks, timeout=20).json()["keys"]}
    assert before < after


def test_a_score_that_the_lms_did_not_get_is_sent_again(two: Two) -> None:
    name = two.office.learners[3]  # who has not learnt in another test of this office
    me, page, learner = two.me, two.me.page, two.room.person("mouse")
    frame = open_module(learner, two.office, name)
    before = grades(two.office, name)
    enrol(two.office, name, "left")
    finish(learner, frame)
    two.part("Nilai ke LMS")
    until(page, lambda: page.get_by_role("button", name="Kirim lagi", exact=True).count() > 0)
    two.room.album(page, "nilai-belum-sampai")
    enrol(two.office, name, LEARNER)
    me.press(page.get_by_role("button", name="Kirim lagi", exact=True).first)
    expect(page.locator(".flash")).to_be_visible()
    until(page, lambda: "Semua nilai sudah sampai" in page.inner_text("main"))
    two.room.album(page, "nilai-sampai")
    assert grades(two.office, name) == [*before, 100]


def enrol(office: Office, name: str, role: str) -> None:
    """The LMS knows the person called `name` in this role, and gives grades to learners alone."""
    store = open_platform(office.demo.data).store
    known = next(user for user in store.users() if user.name == name)
    store.fill([], [msgspec.structs.replace(known, role=role)])
