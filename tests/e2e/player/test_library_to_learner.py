"""The library from an author's zip to a learner: draft, preview, two versions, and a package for an LMS without LTI."""

import io
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from lti_tool.accounts import Accounts
from lti_tool.sandbox.model import LineItem, ResourceLink
from lti_tool.web.testing import CHEAP, PASSWORD, write_module
from tests.e2e.player.hands import Hands
from tests.e2e.player.places import LtiPlace
from tests.e2e.player.scorm_host import Lms, errors, write_host
from tests.e2e.two_sites import SECOND_PAGE, TwoSites
from tests.ports import free_ports
from xapi.clock import system_clock

pytestmark = [pytest.mark.e2e, pytest.mark.npm]
MODULE, TITLE = "melayani-warga", "Melayani warga"


class Author:
    """A browser in which an author is logged in."""

    def __init__(self, page: Any, sites: TwoSites) -> None:
        self.page, self.sites = page, sites
        Accounts(sites.services.house, system_clock, uuid.uuid4, CHEAP).create("penulis", "Bu Dewi", "author", PASSWORD)
        page.goto(f"{sites.tool}/masuk")
        page.locator("[name=username]").fill("penulis")
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").last.click()

    def upload(self, body: bytes) -> None:
        """Sends a zip and goes on to the draft, once it is built."""
        self.page.goto(f"{self.sites.tool}/pustaka/unggah")
        self.page.locator("#modul").set_input_files({"name": "m.zip", "mimeType": "application/zip", "buffer": body})
        self.page.get_by_role("button", name="Unggah dan periksa").click()
        self.page.get_by_text("Draf siap.").wait_for()
        self.page.locator(f"main a:has-text('{TITLE}')").click()

    def preview(self) -> str:
        """The words of the first page as learners would see it."""
        with self.page.expect_popup() as opened:
            self.page.get_by_role("link", name="Pratinjau").click()
        text = Hands(opened.value).text()
        opened.value.close()
        return text

    def publish(self, version: str) -> None:
        """Publishes the draft that is on the screen."""
        self.page.get_by_role("button", name=f"Terbitkan versi {version}").click()
        self.page.get_by_role("link", name="Unduh paket").wait_for()

    def download(self, name: str) -> Path:
        """A package of the version that is on the screen."""
        self.page.get_by_role("link", name="Unduh paket").click()
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=f"Unduh {name}", exact=True).click()
        return Path(download.value.path())


def zipped(folder: Path, version: str, words: str) -> bytes:
    """A version of the module as a zip of its folder."""
    write_module(folder, id=f'"{MODULE}"', judul=f'"{TITLE}"', versi=f'"{version}"')
    first = folder / "isi" / "01-pembuka.md"
    first.write_text(first.read_text(encoding="utf-8").replace("Teks pembuka.", words), encoding="utf-8")
    (folder / "isi" / "02-penutup.md").write_text(SECOND_PAGE, encoding="utf-8")
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return body.getvalue()


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[TwoSites]:
    """The tool with its builder at work, and an LMS beside it."""
    port, stop = free_ports(), Event()
    found = TwoSites(tmp_path, (port, port + 1), lms_host="lms.pemda.test")
    builder = found.work.keep_building(stop)
    yield found
    stop.set()
    builder.join()
    found.close()


def link_to(sites: TwoSites, title: str) -> str:
    """An activity in the LMS that opens the module."""
    link = ResourceLink("", "k1", title, {"jampel_module": MODULE})
    return sites.platform.store.add_link(link, LineItem("", "k1", title, 100))


def test_an_uploaded_module_is_learned_and_its_next_version_disturbs_nobody(
    browser: Any,
    sites: TwoSites,
    tmp_path: Path,
    kill: Callable[[Any], None],
    serve: str,
    require: Callable[[str], str],
) -> None:
    context = browser.new_context(locale="id-ID", accept_downloads=True)
    author = Author(context.new_page(), sites)
    author.upload(zipped(tmp_path / "satu", "1.0.0", "Kata pertama."))
    assert "Kata pertama." in author.preview()
    author.publish("1.0.0")

    sites.link = link_to(sites, "Angkatan satu")
    learner = LtiPlace(browser.new_context(locale="id-ID"), kill, sites)
    hands = learner.open()
    assert "Kata pertama." in hands.text()
    hands.answer({"sp-01": True})
    learner.leave()

    author.upload(zipped(tmp_path / "dua", "1.1.0", "Kata kedua."))
    assert "Kata kedua." in author.preview()
    author.publish("1.1.0")

    hands = learner.open()
    assert hands.where() == ("Pembuka", {"sp-01": True})
    assert "Kata pertama." in hands.text(), "who has begun keeps their version"
    hands.next_page()
    hands.answer({"sp-02": True})
    hands.next_page()
    assert hands.where()[0] == "Anda lulus"
    learner.leave()
    assert learner.problems() == []
    sites.link = link_to(sites, "Angkatan dua")
    assert "Kata kedua." in learner.open().text(), "who begins now gets the newest"

    with zipfile.ZipFile(author.download("SCORM 1.2")) as package:
        package.extractall(tmp_path / "modul")
    write_host(tmp_path, Path(require("node_modules")))
    lms = Lms(context.new_page(), serve, Hands)
    hands = lms.launch()
    assert "Kata kedua." in hands.text()
    for name in ("sp-01", "sp-02"):
        hands.answer({name: True})
        hands.next_page()
    lms.leave()
    assert lms.written("cmi.core.lesson_status") == ["incomplete", "passed"]
    assert errors(lms.calls()) == []
    context.close()
    learner.context.close()
