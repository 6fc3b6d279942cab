"""An upload in real browsers: refused before it is sent, followed from page to page, through a restart, and without
scripts."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from lti_tool.upload_reading import ReadingNote
from lti_tool.web.testing import PASSWORD, Site, write_module
from lti_tool.worker import Work
from scorm_packager.archive import Entry, write_zip

pytestmark = [pytest.mark.e2e, pytest.mark.thorough]


@contextmanager
def serving(data: Path, port: int = 0) -> Iterator[tuple[Site, int]]:
    """The tool over the folder `data` while it runs, and its port."""
    site = Site(data)
    server = make_server("127.0.0.1", port, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site, server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        site.close()


def signed_in(browser: Browser, port: int, who: str, **settings: Any) -> Page:
    page = browser.new_context(base_url=f"http://127.0.0.1:{port}", locale="id-ID", **settings).new_page()
    page.goto("/masuk")
    enter(page, who)
    return page


def enter(page: Page, who: str) -> None:
    """Signs in on the page that asks for it, until another page has come."""
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda address: "/masuk" not in address)


def test_a_form_whose_session_is_over_keeps_its_file_until_somebody_has_signed_in_again(
    chromium: Browser, tmp_path: Path
) -> None:
    module, people = tmp_path / "modul.zip", tmp_path / "pegawai.csv"
    module.write_bytes(b"PK\x05\x06" + bytes(18))
    people.write_text("NIP;Nama;OPD;Status\n198501012099031001;Ani;Dinkes;PNS\n")
    forms = (
        ("/pustaka/unggah", "#modul", module, "Unggah dan periksa", re.compile(r"/unggahan/\w+")),
        ("/admin/pegawai/impor/", "#berkas", people, "Periksa daftar", re.compile(r"/impor/\w+")),
    )
    with serving(tmp_path / "data") as (site, port):
        for role in ("admin", "author"):
            site.accounts.create(role, role, role, PASSWORD)
        page = signed_in(chromium, port, "admin")
        expect(page.locator("main")).to_be_visible()
        for address, field, file, button, then in forms:
            page.goto(address)
            page.set_input_files(field, file)
            page.context.clear_cookies()
            page.get_by_role("button", name=button).click()
            told = page.locator("[data-hindrances]")
            expect(told.get_by_text("Berkas tetap terpilih di sini")).to_be_visible()
            with page.context.expect_page() as opened:
                told.get_by_role("link", name="Masuk di tab baru").click()
            enter(opened.value, "author")
            page.get_by_role("button", name=button).click()
            expect(told.get_by_text("akun lain")).to_be_visible()
            page.context.clear_cookies()
            opened.value.goto("/masuk")
            enter(opened.value, "admin")
            page.get_by_role("button", name=button).click()
            page.wait_for_url(then)
        page.goto(forms[1][0])
        page.set_input_files("#berkas", people)
        page.context.set_offline(True)
        page.get_by_role("button", name="Periksa daftar").click()
        expect(page.get_by_text("Server belum dapat dihubungi")).to_be_visible()
        page.context.close()


def test_an_upload_is_followed_from_page_to_page_and_through_a_restart(chromium: Browser, tmp_path: Path) -> None:
    folder = write_module(tmp_path / "modul")
    files = [Entry(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file()]
    module = write_zip(tmp_path / "arsip.zip", files)
    letter, film = tmp_path / "surat.pdf", tmp_path / "film.zip"
    letter.write_bytes(b"%PDF-1.7")
    with film.open("wb") as sparse:
        sparse.truncate(300_000_000)

    with serving(tmp_path / "data") as (site, port):
        site.accounts.create("author", "Penyusun", "author", PASSWORD)
        page = signed_in(chromium, port, "author")
        plain = signed_in(chromium, port, "author", java_script_enabled=False)

        page.goto("/pustaka/unggah")
        for file, words in ((letter, "bukan zip"), (film, "terlalu besar")):
            page.set_input_files("#modul", file)
            page.get_by_role("button", name="Unggah dan periksa").click()
            expect(page.locator("#kirim [role=alert]")).to_contain_text(words)
        assert not (site.data / "uploads").exists()

        page.set_input_files("#modul", module)
        page.get_by_role("button", name="Unggah dan periksa").click()
        page.wait_for_url("**/unggahan/*")
        build = page.url.rpartition("/")[2]
        page.goto("/pustaka/")
        expect(page.locator("#langkah [role=status]")).to_have_text("Menunggu giliran")
        site.services.house.builds.step(build, "checking", site.clock())
        ReadingNote(site.data / "uploads" / f"{build}.json", site.clock)("isi/panduan.pdf", 20, 80)
        for _look in ("as it goes on", "after a reload"):
            expect(page.locator("#dokumen")).to_have_text("isi/panduan.pdf: halaman 20 dari 80")
            assert page.locator("#langkah progress").evaluate("bar => bar.value") == 2.25
            page.reload()
        site.services.house.builds.step(build, "waiting", site.clock())

    with serving(tmp_path / "data", port) as (site, _port):
        plain.goto("/pustaka/")
        expect(plain.locator("#langkah [role=status]")).to_have_text("Menunggu giliran")
        assert Work(site.services).build_once() == 1
        for one in (page, plain):  # each by itself: nobody touches the page
            expect(one.get_by_role("link", name="Lihat dan terbitkan arsip.zip")).to_be_visible(timeout=15_000)
        plain.get_by_role("link", name="Lihat dan terbitkan arsip.zip").click()
        plain.get_by_role("button", name="Terbitkan versi 1.0.0").click()
        expect(plain.locator(".flash")).to_contain_text("terbit")
        for one in (page, plain):
            one.context.close()
