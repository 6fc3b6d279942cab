"""A teacher: puts a module into a course, sees the class, and what one learner has done."""

import re

import pytest
from playwright.sync_api import expect

from lti_tool.sandbox.config import open_platform
from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import COURSE, MODULE, Office, Room
from tests.e2e.people.lms import TEACHER, finish, open_course, player, tool_frame

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


def test_a_teacher_links_a_module_and_follows_the_class(office: Office, room: Room) -> None:
    me, name = room.person("keyboard"), office.learners[-1]
    activity = f"a[href$='/kegiatan/{link_module(me, office, room)}']"
    learner = room.person("mouse")
    open_course(learner, office, name)
    learner.press(learner.page.locator(activity))
    finish(learner, player(learner.page))
    me.press(me.page.locator(activity))
    frame = tool_frame(me.page)
    expect(frame.get_by_role("row").filter(has_text=name)).to_contain_text("Selesai")
    expect(frame.get_by_role("row").filter(has_text=office.learners[0])).to_contain_text("Belum membuka")
    room.album(me.page, "kelas")
    me.press(frame.get_by_role("button", name=f"Lihat pekerjaan {name}"))
    expect(frame.get_by_role("heading", level=1)).to_have_text(name)
    expect(frame.locator("main")).to_contain_text("Nilai terbaik")
    expect(frame.locator("tbody tr").first).to_be_visible()
    room.album(me.page, "pekerjaan")
    me.press(frame.get_by_role("button", name="Semua peserta"))
    expect(frame.get_by_role("heading", level=1)).to_have_text(MODULE)
    assert room.watch.problems == []


def link_module(hand: Mouse, office: Office, room: Room) -> str:
    """Deep linking once without choosing anything; the new activity, which has its column."""
    open_course(hand, office, TEACHER)
    hand.press(hand.page.get_by_role("link", name="Tambah modul dari Jampel").first)
    frame = tool_frame(hand.page)
    hand.press(frame.get_by_role("button", name="Tambahkan ke kursus"))
    expect(frame.get_by_role("alert")).to_be_visible()
    room.album(hand.page, "belum-memilih")
    hand.check(frame.locator("input[name=modules][value='pelayanan-publik']"))
    room.album(hand.page, "memilih")
    hand.press(frame.get_by_role("button", name="Tambahkan ke kursus"))
    hand.page.wait_for_url(re.compile("ditambah=1"))
    store = open_platform(office.demo.data).store
    newest = store.links(COURSE)[-1]
    assert (newest.title, newest.custom["jampel_module"]) == (MODULE, "pelayanan-publik")
    assert [one.label for one in store.line_items(COURSE) if one.resource_link == newest.id] == [MODULE]
    return newest.id
