"""An author: a zip becomes a draft, is looked at, published, downloaded as packages, and gets a second version."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Frame, expect

from lti_tool.web.testing import write_module
from scorm_packager.checker import check_package
from tests.e2e.hands import Mouse
from tests.e2e.people.conftest import Office, Room, in_content, new_name, sign_in
from tests.e2e.solver import answer, course_of

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


def zipped(folder: Path, name: str, version: str) -> Path:
    """The small module under a name of its own, as the zip that an author has."""
    module = write_module(folder / version, id=f'"{name}"', judul=f'"Modul {name}"', versi=f'"{version}"')
    return Path(shutil.make_archive(str(folder / f"{name}-{version}"), "zip", module))


def upload(hand: Mouse, file: Path) -> None:
    """From the library to the page that tells what became of the zip."""
    page = hand.page
    hand.press(page.get_by_role("navigation", name="Utama").get_by_role("link", name="Pustaka"))
    hand.press(page.get_by_role("link", name="Unggah modul").first)
    hand.attach(page.get_by_label("Berkas zip dari folder modul"), file)
    hand.press(page.get_by_role("button", name="Unggah dan periksa"))


def open_draft(hand: Mouse, name: str, version: str) -> None:
    """From the upload, once it is done, to its draft."""
    hand.page.locator(".notice.good", has_text="Draf siap").wait_for(timeout=30_000)
    hand.press(hand.page.get_by_role("link", name=f"Modul {name} {version}"))


def publish(hand: Mouse, name: str, version: str) -> None:
    """Publishes the draft that is on the screen."""
    page = hand.page
    hand.fill(page.get_by_label("Yang baru di versi ini"), f"Isi {version}")
    hand.press(page.get_by_role("button", name=f"Terbitkan versi {version}"))
    expect(page.get_by_text(f"versi {version} terbit.")).to_be_visible()
    assert in_content(page)


@pytest.mark.parametrize("how", ["keyboard", "finger", "no-script"])
def test_an_author_publishes_two_versions(office: Office, room: Room, tmp_path: Path, how: str) -> None:
    script = how != "no-script"
    me, name = room.person(how if script else "mouse", java_script_enabled=script), new_name()
    sign_in(me, office, "penyusun", "author")
    refused(me, room, tmp_path)
    upload(me, zipped(tmp_path, name, "1.0.0"))
    publish_first(me, room, name, script=script)
    download(me, room, name, script=script)
    upload(me, zipped(tmp_path, name, "1.1.0"))
    open_draft(me, name, "1.1.0")
    publish(me, name, "1.1.0")
    with office.services() as services:
        newest = services.library.newest(name)
        assert newest is not None
        assert (newest.version, newest.notes, newest.draft) == ("1.1.0", "Isi 1.1.0", False)
        assert services.library.course(newest.digest).title == f"Modul {name}"
    assert me.page.get_by_role("link", name="1.0.0").is_visible()
    room.album(me.page, "versi-dua")
    assert room.watch.problems == []


def refused(hand: Mouse, room: Room, folder: Path) -> None:
    """A zip that is no module is refused with the file and the reason, and the way on."""
    bad = folder / "salah.zip"
    with ZipFile(bad, "w") as archive:
        archive.writestr("catatan.txt", "bukan modul")
    upload(hand, bad)
    expect(hand.page.get_by_role("alert").filter(has_text="modul").first).to_be_visible(timeout=30_000)
    room.album(hand.page, "ditolak")


def publish_first(hand: Mouse, room: Room, name: str, *, script: bool) -> None:
    """The first version, with a look at it and its question before."""
    page = hand.page
    open_draft(hand, name, "1.0.0")
    room.album(page, "draf")
    if script:
        preview = hand.on(hand.tab(page.get_by_role("link", name="Pratinjau")))
        frame: Frame = preview.page.main_frame
        frame.wait_for_selector(".jp-page h1")
        answer(frame, course_of(frame)["pages"][0]["questions"][0], preview)
        expect(frame.get_by_text("Tidak ada yang dicatat")).to_be_visible()
        room.album(preview.page, "pratinjau")
        preview.page.close()
    publish(hand, name, "1.0.0")
    room.album(page, "terbit")


def download(hand: Mouse, room: Room, name: str, *, script: bool) -> None:
    """SCORM 1.2 and cmi5, as files that a checker finds nothing wrong with."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Unduh paket"))
    for form, inside in (("SCORM 1.2", "imsmanifest.xml"), ("cmi5", "cmi5.xml")):
        card = page.locator("section.card", has=page.get_by_role("heading", name=form, exact=True))
        file = hand.download(card.get_by_role("link"), room.album.files())
        with ZipFile(file) as archive:
            assert inside in archive.namelist()
            assert f"Modul {name}" in archive.read(inside).decode()
        assert [finding for finding in check_package(file) if finding.level == "error"] == []
    room.album(page, "unduh")
