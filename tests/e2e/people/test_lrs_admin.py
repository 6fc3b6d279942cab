"""An LRS admin: a credential that works at once, its statement found, read, voided, and a target of forwarding."""

import json
import uuid

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import Office, Room, admin_part, in_content, new_name, sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]
VERSION = {"X-Experience-API-Version": "1.0.3"}


def test_an_lrs_admin_lets_a_system_in_and_looks_after_what_it_sends(office: Office, room: Room) -> None:
    me, name = room.person("keyboard"), new_name()
    sign_in(me, office, "pengelola", "admin")
    auth, endpoint = credential(me, room, name)
    statement = {
        "id": str(uuid.uuid4()),
        "actor": {"account": {"homePage": "https://simpeg.contoh.go.id", "name": name}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": f"https://contoh.go.id/kegiatan/{name}", "definition": {"name": {"id": f"Kegiatan {name}"}}},
    }
    sent = requests.post(f"{endpoint}statements", json=statement, auth=auth, headers=VERSION, timeout=20)
    assert sent.json() == [statement["id"]]
    read_and_void(me, room, name, str(statement["id"]))
    with office.services() as services:
        kept = services.statements.after(services.institution.id, 0, 100_000)
        about = [json.loads(one.body) for one in kept if str(statement["id"]).encode() in one.body]
    assert [one["verb"]["id"].rpartition("/")[2] for one in about] == ["completed", "voided"]
    forward(me, room, name)
    assert room.watch.problems == []


def credential(hand: Mouse, room: Room, name: str) -> tuple[tuple[str, str], str]:
    """Makes a credential, first without saying what it may do; returns key and secret, and the address of the LRS."""
    page = hand.page
    admin_part(hand, "Kredensial LRS")
    hand.press(page.get_by_role("link", name="Buat kredensial"))
    hand.fill(page.get_by_label("Nama sistem"), name)
    hand.press(page.get_by_role("button", name="Buat kredensial"))
    expect(page.locator(".wrong").first).to_be_visible()
    assert page.get_by_label("Nama sistem").input_value() == name
    room.album(page, "tanpa-hak")
    hand.check(page.locator("input[name=scope][value='statements/write']"))
    hand.press(page.get_by_role("button", name="Buat kredensial"))
    room.album(page, "kredensial")
    endpoint, key, secret = page.locator("code.secret").all_inner_texts()
    hand.press(page.get_by_role("link", name="Sudah saya simpan"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kredensial LRS")
    assert secret not in page.content()
    return (key, secret), endpoint


def read_and_void(hand: Mouse, room: Room, name: str, statement: str) -> None:
    """Finds it by its activity, keeps its bytes, and voids it with a reason."""
    page = hand.page
    admin_part(hand, "Pernyataan xAPI")
    hand.press(page.get_by_text("Saringan lain"))
    hand.fill(page.get_by_label("Kegiatan (IRI)"), f"https://contoh.go.id/kegiatan/{name}")
    hand.press(page.get_by_role("search").get_by_role("button", name="Cari"))
    room.album(page, "pernyataan")
    hand.press(page.locator(f"main a[href*='{statement}']").first)
    file = hand.download(page.get_by_role("link", name="Unduh JSON"), room.album.files())
    assert json.loads(file.read_bytes())["id"] == statement
    hand.press(page.get_by_role("link", name="Batalkan pernyataan"))
    hand.fill(page.get_by_label("Alasan"), "Terkirim dua kali")
    hand.check(page.get_by_label("Saya mengerti"))
    hand.press(page.get_by_role("button", name="Batalkan pernyataan ini"))
    expect(page.locator("main")).to_contain_text("ibatalkan")
    assert in_content(page)
    room.album(page, "dibatalkan")


def forward(hand: Mouse, room: Room, name: str) -> None:
    """A target is refused without a good address, kept with one, and forgotten only by its name."""
    page = hand.page
    admin_part(hand, "Penerusan")
    hand.fill(page.get_by_label("Nama tujuan"), name)
    hand.fill(page.get_by_label("Alamat xAPI"), "bukan alamat")
    hand.fill(page.get_by_label("Kunci Jampel di sana"), "kunci")
    hand.fill(page.get_by_label("Rahasia Jampel di sana"), "rahasia-tujuan")
    hand.press(page.get_by_role("button", name="Tambahkan tujuan"))
    expect(page.get_by_label("Alamat xAPI")).to_be_focused()
    room.album(page, "tujuan-ditolak")
    hand.fill(page.get_by_label("Alamat xAPI"), "https://lrs.pusat.example/xapi/")
    hand.fill(page.get_by_label("Rahasia Jampel di sana"), "rahasia-tujuan")
    hand.press(page.get_by_role("button", name="Tambahkan tujuan"))
    link = page.get_by_role("link", name=name)
    if link.count():
        hand.press(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert "rahasia-tujuan" not in page.content()
    room.album(page, "tujuan")
    hand.fill(page.get_by_label("Ketik nama tujuan untuk menghapus"), name)
    hand.press(page.get_by_role("button", name="Hapus tujuan"))
    expect(page.get_by_role("link", name=name)).to_have_count(0)
    assert in_content(page)
